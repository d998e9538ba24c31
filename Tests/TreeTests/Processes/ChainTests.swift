import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// A chain of forks, as an attacker can make: each process forks one process and exits.
@Suite
struct ChainTests {
  private static let length: Int32 = 20_000

  /// Applies the chain's events, and calls `body` after each, with the running process.
  private func run(_ body: (ProcessEvent, Int32) -> Void) {
    for pid in 1...Self.length {
      let parent: ProcessID? = pid == 1 ? nil : process(pid - 1)
      body(
        .fork(ForkEvent(time: UInt64(pid), process: ProcessFacts(id: process(pid), parent: parent, comm: "link"))), pid)
      guard let parent else { continue }
      body(
        .exit(
          ExitEvent(
            time: UInt64(pid) + 1, process: ProcessFacts(id: parent, parent: nil, comm: "link"),
            status: ExitStatus(code: 0), usage: ResourceUsage(userTime: 2), reaper: process(1))), pid)
    }
  }

  @Test func `A chain is summed, shown and filtered like any other tree`() throws {
    var tree = ProcessTree()
    var outline = Outline()
    var follower = FilterFollower(try Filter.parse("under:(comm=nobody)"))
    let filter = try Filter.parse("under:1 depth>19998")
    outline.setFilter(filter, in: tree)
    var found = 0
    run { event, _ in
      let change = tree.apply(event)
      follower.apply(change, in: tree)
      outline.apply(change, in: tree)
      if let entry = change.logged.flatMap({ tree.log[$0] }), follower.matches(entry, in: tree) { found += 1 }
    }
    #expect(found == 0)
    tree.updateSums()
    outline.update(in: tree)
    #expect(outline.matchCount == 1)
    let below = try #require(tree[process(1)]?.below)
    #expect(below.processes == 19_999 && below.running == 1)
    #expect(below.cpuTime == 2 * 19_998)
    #expect(tree.depth(of: process(Self.length)) == 19_999)
    #expect(outline.row(of: process(Self.length), in: tree) == 19_999)
    outline.setFilter(nil, in: tree)
    outline.setFolded(true, allBelow: process(100), in: tree)
    #expect(outline.rowCount == 100)
    #expect(tree.asOf(10_000).totals.processes == 10_000)
  }

  @Test func `Sums are carried up a chain once for many events`() {
    var tree = ProcessTree()
    var visits = 0
    run { event, _ in
      let before = tree.arena.pending.items.count
      _ = tree.apply(event)
      // The pending list grows by few nodes for each event, and never by their ancestors.
      let after = tree.arena.pending.items.count
      #expect(after <= before + 3)
      if after < before { visits += 1 }
    }
    #expect(visits <= 2 * Int(Self.length) / PendingSums.least + 1)
    #expect(tree._checkInvariants() == [])
  }

  @Test func `A chain of links to younger parents makes no cycle`() {
    var story = Story()
    // Each parent started after its child.
    for pid in (1...50 as ClosedRange<Int32>).reversed() {
      story.exec(100 - pid, ["a"], at: 200, parent: 101 - pid)
    }
    story.exec(100, ["top"], at: 300, parent: 51)
    #expect(story.tree.lineage(of: process(50)).count == 50)
    #expect(story.tree.topLevelProcesses == [process(100)])
  }

  @Test func `Losses of a recording saturate`() {
    var tree = ProcessTree()
    for time in 1...3 as ClosedRange<UInt64> {
      let counts = LossCounts(execs: .max, exits: .max, procRaces: 1)
      _ = tree.apply(.lost(LostEvent(time: time, counts: counts)))
    }
    #expect(tree.totals.lost.execs == .max && tree.totals.lost.total == .max)
    #expect(tree.asOf(1).totals.lost.execs == 0)
  }
}
