import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Every moment of a machine whose events are lost at random.
@Suite
struct MomentPropertyTests {
  /// The execs of each process that the tracer reported.
  private struct Logged {
    var execs: [ProcessID: [UInt64]] = [:]
    var moments: Set<UInt64> = []

    mutating func apply(_ event: ProcessEvent) {
      moments.insert(event.time)
      if case .exec(let exec) = event { execs[exec.process.id, default: []].append(exec.image.time) }
    }
  }

  @Test(arguments: Seeds.first(60))
  func `The tree and every top table have the execs logged until then`(seed: UInt64) {
    var dice = SeededGenerator(seed: ~seed)
    var machine = LossyMachine(seed: seed)
    var tree = ProcessTree(limits: Limits(execHistory: dice.once(in: 2) ? 2 : 1000))
    var logged = Logged()
    func apply(_ events: [ProcessEvent]) {
      for event in events {
        logged.apply(event)
        _ = tree.apply(event)
      }
    }
    apply(machine.snapshot())
    for step in 1...60 {
      apply(machine.step())
      if step % 7 == 0 { apply(machine.resync()) }
    }
    var past = tree
    var shown = UInt64.max
    for moment in logged.moments.sorted().reversed() where moment >= tree.earliestMoment ?? .max {
      past.turn(from: shown, to: moment, in: tree) { _, _ in }
      shown = moment
      for id in past.allIDs {
        let expected = logged.execs[id, default: []].count { $0 <= moment }
        #expect(past[id]?.execCount == expected, "execs of \(id) at \(moment), seed \(seed)")
      }
      compare(past, moment, seed)
    }
  }

  private func compare(_ past: ProcessTree, _ moment: UInt64, _ seed: UInt64) {
    for grouping in TopGrouping.allCases {
      var table = TopTable(of: past, by: grouping, now: moment)
      let naive = NaiveTop(past, grouping, matching: nil, now: moment)
      #expect(table.rows.count == naive.rows.count)
      for row in table.rows {
        if let fault = NaiveTop.fault(row, naive.rows[row.key]) { Issue.record("\(moment), seed \(seed): \(fault)") }
      }
      for column in TopColumn.allCases {
        table.sort(TopOrder(column))
        let values = table.rows.map { naive.rows[$0.key]?.value(column) ?? 0 }
        if ![.p50, .p99, .name].contains(column) { #expect(values == values.sorted(by: >), "by \(column)") }
      }
    }
  }
}

/// Filters that follow a tree.
@Suite
struct FollowerPropertyTests {
  private static let filters = [
    "under:(comm=a)", "!child:(comm=b)", "parent:(comm=c)", "under:3", "under:(user:root) or kids>1",
    "child:(comm=a) under:(execs>1)", "under:(state=exited)", "under:(age>40ns)", "under:(parent:(comm=a))", "depth=2",
  ]

  @Test(arguments: Seeds.first(400))
  func `A follower agrees with a filter without memory`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: ~seed)
    var machine = RandomMachine(seed: seed)
    var tree = ProcessTree(limits: Limits(processes: Int.random(in: 3...60, using: &dice)))
    let filter = try Filter.parse(Self.filters.randomElement(using: &dice)!)
    var follower = FilterFollower(filter)
    for _ in 0..<300 {
      let change = tree.apply(machine.next())
      follower.apply(change, in: tree)
      if let sequence = change.logged, let entry = tree.log[sequence] {
        let answer = follower.matches(entry, in: tree)
        #expect(answer == filter.matches(entry, in: tree), "\(filter.text), seed \(seed)")
      }
      guard dice.once(in: 4), let id = tree.allIDs.randomElement(using: &dice), let node = tree[id] else { continue }
      let answer = follower.matches(id, in: tree)
      #expect(answer == filter.matches(node, in: tree), "\(filter.text) of \(id), seed \(seed)")
    }
    #expect(follower.shortClimbs == 0)
  }

  @Test func `A follower counts evaluations that reached the climb limit`() throws {
    var tree = ProcessTree()
    var followers = try ["under:(comm=top)", "under:(comm=top age>0)"].map { FilterFollower(try Filter.parse($0)) }
    for pid in 1...2000 as ClosedRange<Int32> {
      let facts = ProcessFacts(
        id: process(pid), parent: pid == 1 ? nil : process(pid - 1), comm: pid == 1 ? "top" : "link")
      let change = tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts)))
      for index in followers.indices { followers[index].apply(change, in: tree) }
    }
    // Results that do not change with time are known at any depth.
    let isKnown = followers[0].matches(process(2000), in: tree)
    #expect(isKnown && followers[0].shortClimbs == 0)
    let isNear = followers[1].matches(process(900), in: tree)
    #expect(isNear && followers[1].shortClimbs == 0)
    let isFar = followers[1].matches(process(2000), in: tree)
    #expect(!isFar && followers[1].shortClimbs == 1)
  }
}
