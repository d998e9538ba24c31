import Events

/// What the fixture says of each process that it forked: the truth.
struct Birth {
  let pid: Int32
  let parent: Int32
  let serial: Int
  /// When its fork began, nanoseconds since boot.
  let time: UInt64

  /// In the order of their fork.
  static func all(_ name: String, in evidence: Evidence) throws -> [Birth] {
    // How long it took is of no interest here.
    try evidence.lines(name).filter { !$0.hasPrefix("took ") }.map { line in
      let numbers = line.split(separator: " ").compactMap { Int64($0) }
      guard numbers.count == 4 else { throw Evidence.Fault("no truth: \(line)") }
      return Birth(
        pid: Int32(numbers[0]), parent: Int32(numbers[1]), serial: Int(numbers[2]), time: UInt64(numbers[3]))
    }
  }
}

extension [Birth] {
  /// How often the pids began anew.
  var wraps: Int { zip(self, dropFirst()).count { $0.pid > $1.pid } }

  /// The process of each birth, by its number. A pid that was used again is another process: the one that was created
  /// after its fork had begun, and before the pid's next fork did.
  func processes(in trace: Trace) throws -> [Int: ProcessFacts] {
    var forks = Dictionary(grouping: trace.forks.map(\.process), by: \.id.pid)
    var found: [Int: ProcessFacts] = [:]
    for (pid, births) in Dictionary(grouping: self, by: \.pid) {
      let seen = (forks.removeValue(forKey: pid) ?? []).sorted { $0.id < $1.id }
      try expect(seen.count, is: births.count, "the number of processes with the pid \(pid)")
      for (index, birth) in births.enumerated() {
        let start = seen[index].id.startTime
        let next = index + 1 < births.count ? births[index + 1].time : UInt64.max
        try expect(start >= birth.time && start < next, "pid \(pid) started at \(start), forked at \(birth.time)")
        try expect(seen[index].parent?.pid, is: birth.parent, "the parent of number \(birth.serial)")
        found[birth.serial] = seen[index]
      }
    }
    try expect(forks.isEmpty, "pid \(forks.keys.first ?? 0) was forked by nobody")
    return found
  }
}
