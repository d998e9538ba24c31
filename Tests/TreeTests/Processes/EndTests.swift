import Testing

@testable import Events
@testable import Tree

/// Exits, and the children of exited processes.
@Suite
struct EndTests {
  /// 1 ─ 2 ─ 3 and 4, with 4 under 3.
  private func family() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.fork(4, of: 3)
    return story
  }

  @Test func `An exited process stays with its status and run time`() throws {
    var story = family()
    story.exit(4, at: 44, code: 3, parent: 3)
    let node = try story.node(4)
    #expect(node.end == ProcessEnd(time: 44, status: ExitStatus(code: 3), usage: ResourceUsage()))
    #expect(node.runTime(now: 1000) == 40)
    #expect(story.children(3) == [4])
    #expect(story.tree.totals.running == 3)
    #expect(story.tree.totals.processes == 4)
  }

  @Test func `A second exit of a process is ignored and not logged`() throws {
    var story = family()
    story.exit(4, at: 44, code: 3)
    let change = story.exit(4, at: 45, code: 9)
    #expect(change.isEmpty)
    #expect(change.logged == nil)
    #expect(try story.node(4).end?.status == ExitStatus(code: 3))
    #expect(story.tree.totals.exits == 1)
  }

  @Test func `Children of an exited process stay in place and have the reaper as present parent`() throws {
    var story = family()
    story.exit(3, at: 30, reaper: 1)
    let orphan = try story.node(4)
    #expect(orphan.parent == process(3))
    #expect(orphan.presentParent == process(1))
  }

  @Test func `Adopted children get another reaper when theirs exits`() throws {
    var story = family()
    story.exit(3, at: 30, reaper: 2)
    #expect(try story.node(4).presentParent == process(2))
    story.exit(2, at: 31, reaper: 1)
    #expect(try story.node(4).presentParent == process(1))
  }

  @Test func `Children that had exited keep their present parent`() throws {
    var story = family()
    story.exit(4, at: 20, parent: 3)
    story.exit(3, at: 30, reaper: 1)
    #expect(try story.node(4).presentParent == process(3))
  }

  @Test func `A later event names the present parent if the reaper was unknown`() throws {
    var story = family()
    story.exit(3, at: 30)
    #expect(try story.node(4).presentParent == process(3))
    story.exec(4, ["a"], at: 31, parent: 1)
    #expect(try story.node(4).presentParent == process(1))
    #expect(try story.node(4).parent == process(3))
  }

  @Test func `A late event does not undo a newer one`() throws {
    var story = family()
    story.exec(4, ["a"], at: 40, parent: 1)
    story.exec(4, ["b"], at: 35, parent: 3)
    #expect(try story.node(4).presentParent == process(1))
    #expect(try story.node(4).facts.comm == "a")
  }

  @Test func `Neither an exited process nor its child can be the reaper of its children`() throws {
    var story = family()
    story.exit(3, at: 30, reaper: 3)
    #expect(try story.node(4).presentParent == process(3))
    story.exit(2, at: 31, reaper: 4)
    #expect(story.tree.depth(of: process(4)) == 3)
  }

  @Test func `An exit without earlier events inserts an exited process`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exit(8, at: 30, code: 1, parent: 1)
    #expect(try story.node(8).marks == .inferred)
    #expect(try !story.node(8).isRunning)
    #expect(story.tree.totals.running == 1)
  }

  @Test func `Events after the exit never revive a process`() throws {
    var story = family()
    story.exit(4, at: 44)
    story.exec(4, ["ghost"], at: 45, parent: 3)
    story.existing(4, of: 3, ["ghost"], readAt: 46)
    story.fork(4, of: 3)
    #expect(try !story.node(4).isRunning)
  }

  @Test func `A reused pid ends the process that had it, with unknown status`() throws {
    var story = family()
    story.fork(process(4, started: 50), of: process(1))
    let old = try story.node(4)
    #expect(old.end == ProcessEnd(time: 50, status: nil, usage: nil))
    #expect(story.tree.runningProcess(pid: 4) == process(4, started: 50))
    #expect(story.tree.totals.exits == 0)
    #expect(!story.logged.contains(.exit))
  }

  @Test func `A late exit adds its status`() throws {
    var story = family()
    story.fork(process(4, started: 50), of: process(1))
    story.exit(4, at: 49, code: 7)
    #expect(try story.node(4).end?.status == ExitStatus(code: 7))
    #expect(story.tree.totals.exits == 1)
    #expect(story.tree.totals.running == 4)
  }

  @Test func `A late process with a pid in use has already exited`() throws {
    var story = Story()
    story.fork(process(4, started: 50), of: nil)
    story.exec(process(4, started: 10), ["old"], at: 20)
    #expect(story.tree[process(4, started: 10)]?.isRunning == false)
    #expect(story.tree.runningProcess(pid: 4) == process(4, started: 50))
  }

  @Test func `Sums cover the whole subtree`() throws {
    var story = family()
    story.exec(4, ["a"], at: 10)
    story.exec(3, ["b"], at: 11)
    story.fail(4, ["c"], errno: 2, at: 12)
    story.exit(4, at: 20)
    #expect(
      try story.node(2).below == SubtreeCounts(processes: 2, running: 1, execs: 2, failedExecs: 1, longestRun: 16))
    #expect(
      try story.node(3).subtree
        == SubtreeCounts(processes: 2, running: 1, execs: 2, failedExecs: 1, longestRun: 16))
    #expect(
      try story.node(3).below
        == SubtreeCounts(processes: 1, running: 0, execs: 1, failedExecs: 1, longestRun: 16))
  }

  @Test func `Losses add up and are logged`() {
    var story = Story()
    story.apply(.lost(LostEvent(time: 5, counts: LossCounts(forks: 2))))
    story.apply(.lost(LostEvent(time: 6, counts: LossCounts(execs: 3))))
    #expect(story.tree.totals.lost == LossCounts(forks: 2, execs: 3))
    #expect(story.tree.log.entries.map(\.lost) == [LossCounts(forks: 2), LossCounts(execs: 3)])
  }

  @Test func `A copy does not change while the original does`() {
    var story = family()
    let frozen = story
    story.exit(3, at: 30, reaper: 1)
    story.fork(9, of: 4)
    #expect(frozen.drawing == "1\n└ 2\n  └ 3\n    └ 4")
    #expect(frozen.tree[process(3)]?.isRunning == true)
    #expect(frozen.tree.log.count == 4)
    #expect(frozen.tree._checkInvariants() == [])
  }

  @Test func `A copy of a large tree does not change either`() {
    var tree = ProcessTree()
    for pid in 1...1000 as ClosedRange<Int32> {
      let facts = ProcessFacts(id: process(pid), parent: pid == 1 ? nil : process(pid / 2), comm: "many")
      _ = tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts)))
    }
    let frozen = tree
    for pid in 1...1000 as ClosedRange<Int32> {
      let facts = ProcessFacts(id: process(pid), parent: nil, comm: "gone")
      _ = tree.apply(.exit(ExitEvent(time: 2000, process: facts, status: ExitStatus(code: 1))))
    }
    #expect(frozen.totals.running == 1000)
    #expect((1...1000).allSatisfy { frozen[process($0)]?.facts.comm == "many" })
    #expect(frozen._checkInvariants() == [])
    #expect(tree.totals.running == 0)
    #expect(tree._checkInvariants() == [])
  }
}
