import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// The top table of random machines.
@Suite
struct TopPropertyTests {
  private static let cgroups: [RawBytes?] = [
    nil, "", "/user.slice/user-1000.slice/session-3.scope", "/system.slice/ssh.service",
    "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
    RawBytes([0x2f, 0xff, 0x22, 0x5c, 0x0a]),
  ]

  @Test(arguments: Seeds.first(500))
  func `The table agrees with a naive one, now and at earlier moments`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: ~seed)
    var machine = RandomMachine(seed: seed)
    var tree = ProcessTree(limits: Limits(processes: Int.random(in: 5...60, using: &dice), execHistory: 3))
    for _ in 0..<200 {
      var event = machine.next()
      event.put(in: Self.cgroups)
      _ = tree.apply(event)
    }
    let filters = [nil, "comm=a", "!comm=b", "user:root or pid:3", "nothing at all"]
    for moment in [nil, UInt64.random(in: 100...500, using: &dice)] {
      let shown = moment.map(tree.asOf) ?? tree
      let now = moment ?? 600
      let filter = try filters.randomElement(using: &dice)!.map { try Filter.parse($0) }
      for grouping in TopGrouping.allCases { try compare(shown, grouping, filter, now) }
      let whole = TopTable(of: shown, by: .exe, matching: filter, now: now)
      var sum = TopSum(by: .exe, matching: filter, now: now)
      while sum.add(Int.random(in: 1...40, using: &dice), of: shown) {}
      #expect(sum.table(order: whole.order).rows == whole.rows, "in slices")
    }
  }

  private func compare(_ tree: ProcessTree, _ grouping: TopGrouping, _ filter: Filter?, _ now: UInt64) throws {
    let table = TopTable(of: tree, by: grouping, matching: filter, now: now)
    let naive = NaiveTop(tree, grouping, matching: filter, now: now)
    #expect(table.rows.count == naive.rows.count)
    for row in table.rows {
      if let fault = NaiveTop.fault(row, naive.rows[row.key]) { Issue.record("by \(grouping): \(fault)") }
    }
    // The expression of each row finds its processes, and no others.
    let everything = NaiveTop(tree, grouping, matching: nil, now: now)
    for row in table.rows {
      guard let text = row.filterText else { continue }
      let found = NaiveTop(tree, grouping, matching: try Filter.parse(text), now: now)
      #expect(found.rows == everything.rows.filter { $0.key == row.key }, "\(text)")
    }
    for column in TopColumn.allCases { checkOrder(table, column, naive) }
  }

  /// Checks that rows are sorted by the column, and that their order does not depend on the order before.
  private func checkOrder(_ table: TopTable, _ column: TopColumn, _ naive: NaiveTop) {
    for isDescending in [false, true] {
      var sorted = table
      sorted.sort(TopOrder(column, isDescending: isDescending))
      var again = table
      again.sort(TopOrder(.name, isDescending: true))
      again.sort(TopOrder(column, isDescending: isDescending))
      #expect(sorted.rows == again.rows)
      #expect(Set(sorted.rows) == Set(table.rows))
      let values = sorted.rows.map { naive.rows[$0.key]?.value(column) ?? .max }
      for (above, below) in zip(values, values.dropFirst()) {
        let (less, more) = isDescending ? (below, above) : (above, below)
        // A percentile is up to 1 % too high.
        let slack = column == .p50 || column == .p99 ? more / 100 : 0
        #expect(less <= more + slack, "by \(column): \(values)")
      }
    }
  }

  @Test(arguments: Seeds.first(200))
  func `Percentiles are those of sorted lists, within 1 %`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...3000, using: &dice)
    let longest = UInt64.max >> UInt64.random(in: 0...60, using: &dice)
    var times: [UInt64] = []
    var runTimes = RunTimes()
    for _ in 0..<count {
      let time = UInt64.random(in: 0...longest, using: &dice) >> UInt64.random(in: 0...30, using: &dice)
      times.append(min(time, UInt64(Int64.max)))
      runTimes.record(time)
    }
    for percent in [1, 50, 99, 100] {
      let value = runTimes.percentile(Double(percent))
      #expect(NaiveTop.isPercentile(value, percent, of: times), "seed \(seed): p\(percent) \(value as Any)")
    }
  }
}

extension ProcessEvent {
  /// Puts each pid into one of the cgroups.
  fileprivate mutating func put(in cgroups: [RawBytes?]) {
    func place(_ facts: inout ProcessFacts) { facts.cgroup = cgroups[Int(facts.id.pid) % cgroups.count] }
    switch self {
    case .fork(var event):
      place(&event.process)
      self = .fork(event)
    case .exec(var event):
      place(&event.process)
      self = .exec(event)
    case .existing(var event):
      place(&event.process)
      self = .existing(event)
    case .failedExec, .exit, .lost, .census, .output, .host: break
    }
  }
}
