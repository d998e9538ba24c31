import Events

/// A process that the fixture forked, as the fixture itself reports it: the truth.
struct Birth {
  let pid: Int32
  let parent: Int32
  let serial: Int
  /// When its fork started, in nanoseconds since boot.
  let time: UInt64

  /// All processes of the fixture, in the order of their forks.
  static func all(_ name: String, in evidence: Evidence) throws -> [Birth] {
    // The time that the storm took does not matter here.
    try evidence.lines(name).filter { !$0.hasPrefix("took ") }.map { line in
      let numbers = line.split(separator: " ").compactMap { Int64($0) }
      guard numbers.count == 4 else { throw Evidence.Fault("not a line of the fixture: \(line)") }
      return Birth(
        pid: Int32(numbers[0]), parent: Int32(numbers[1]), serial: Int(numbers[2]), time: UInt64(numbers[3]))
    }
  }
}

extension [Birth] {
  /// How often the kernel started again with low pids.
  var wraps: Int { zip(self, dropFirst()).count { $0.pid > $1.pid } }

  /// The process of each birth, by its number. A reused pid has several processes: each was created after its fork
  /// started, and before the next fork with this pid.
  func processes(in trace: Trace) throws -> [Int: ProcessFacts] {
    var forks = Dictionary(grouping: try trace.forksByCommand.map(\.process), by: \.id.pid)
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
    try expect(forks.isEmpty, "pid \(forks.keys.first ?? 0) was not forked by the fixture")
    return found
  }
}
