@testable import Events
@testable import Filtering
@testable import Tree

/// The rows of a top table, derived from all processes one by one and from sorted lists.
struct NaiveTop {
  struct Row: Equatable {
    var processes = 0, running = 0, execs = 0, recentExecs = 0, failedExecs = 0, failedCalls = 0, nonzero = 0
    var runTime: UInt64 = 0, cpuTime: UInt64 = 0, peakMemory: UInt64 = 0
    var runTimes: [UInt64] = []
    var members: Set<ProcessID> = []
  }

  private(set) var rows: [TopKey: Row] = [:]

  init(_ tree: ProcessTree, _ grouping: TopGrouping, matching filter: Filter?, now: UInt64) {
    var waiting = tree.topLevelProcesses
    while let id = waiting.popLast() {
      waiting += tree.children(of: id)
      // What is known only as a parent is in no table.
      guard let node = tree[id], !node.isPlaceholder, filter?.matches(node, in: tree) ?? true else { continue }
      rows[Self.key(node, grouping), default: Row()].add(node, now)
    }
  }

  static func key(_ node: ProcessNode, _ grouping: TopGrouping) -> TopKey {
    func known(_ bytes: RawBytes?, _ key: (RawBytes) -> TopKey) -> TopKey {
      bytes.flatMap { $0.isEmpty ? nil : key($0) } ?? .none(grouping)
    }
    switch grouping {
    case .comm: return node.facts.comm.isEmpty ? .none(.comm) : .comm(node.facts.comm)
    case .exe: return known(node.image?.exe, TopKey.exe)
    case .user: return node.isPlaceholder ? .none(.user) : .user(node.facts.uid)
    case .cgroup: return known(node.facts.cgroup, TopKey.cgroup)
    case .container:
      return known(node.facts.cgroup.flatMap { CgroupOwner(of: $0).container.map { RawBytes($0) } }, TopKey.container)
    }
  }

  /// A row without its percentiles.
  static func fault(_ row: TopRow, _ expected: Row?) -> String? {
    guard let expected else { return "no such row: \(row)" }
    var found = Row(
      processes: row.processes, running: row.running, execs: row.execs, recentExecs: row.recentExecs,
      failedExecs: row.failedExecs, failedCalls: row.failedCalls, nonzero: row.nonzero, runTime: row.runTime,
      cpuTime: row.cpuTime, peakMemory: row.peakMemory)
    found.runTimes = expected.runTimes
    found.members = expected.members
    if found != expected { return "\(row), not \(expected)" }
    for (percent, value) in [(50, row.medianRunTime), (99, row.p99RunTime)] {
      if !Self.isPercentile(value, percent, of: expected.runTimes) {
        return "p\(percent) \(String(describing: value)) of \(expected.runTimes.sorted())"
      }
    }
    if row.longestRunTime != expected.runTimes.max() { return "longest \(String(describing: row.longestRunTime))" }
    return nil
  }

  /// Whether a value is the percentile, or up to 1 % above it.
  static func isPercentile(_ value: UInt64?, _ percent: Int, of times: [UInt64]) -> Bool {
    guard let value, !times.isEmpty else { return value == nil && times.isEmpty }
    let exact = percentile(percent, of: times)
    return value >= exact && value - exact <= exact / 100 && value <= times.max()!
  }

  /// The percentile: the shortest time that so many per cent did not exceed; 0 without times.
  static func percentile(_ percent: Int, of times: [UInt64]) -> UInt64 {
    let sorted = times.sorted()
    return sorted.isEmpty ? 0 : sorted[max((percent * sorted.count + 99) / 100, 1) - 1]
  }
}

extension NaiveTop.Row {
  /// The value by which a column sorts, derived from the processes. Names have an order of their own.
  func value(_ column: TopColumn) -> UInt64 {
    switch column {
    case .processes: UInt64(members.count)
    case .running: UInt64(running)
    case .execs: UInt64(execs)
    case .rate: UInt64(recentExecs)
    case .failed: UInt64(failedExecs)
    case .time: runTimes.reduce(0, +)
    case .p50: NaiveTop.percentile(50, of: runTimes)
    case .p99: NaiveTop.percentile(99, of: runTimes)
    case .max: runTimes.max() ?? 0
    case .nonzero: UInt64(nonzero)
    // These machines are too short for a rhythm.
    case .period: 0
    case .cpu: cpuTime
    case .mem: peakMemory
    case .name: 0
    }
  }

  mutating func add(_ node: ProcessNode, _ now: UInt64) {
    members.insert(node.id)
    processes += 1
    execs += node.execCount
    failedExecs += node.execFailures
    failedCalls += node.failedExecCount
    for image in node.images where !image.marks.contains(.fromProc) && image.time <= now {
      if image.time + TopTable.rateTime > now { recentExecs += 1 }
    }
    guard let end = node.end else {
      running += 1
      return
    }
    let time = end.time > node.startTime ? end.time - node.startTime : 0
    runTimes.append(time)
    runTime += time
    if end.status?.isSuccess == false { nonzero += 1 }
    cpuTime += end.usage?.cpuTime ?? 0
    peakMemory = max(peakMemory, end.usage?.peakMemory ?? 0)
  }
}
