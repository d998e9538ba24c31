/// `SubtreeCounts` as a node stores them. Sums wrap around with numbers that only a forged recording has.
struct SubtreeSums: Sendable, Equatable {
  var processes: Int32 = 0
  var running: Int32 = 0
  var execs: Int32 = 0
  var failedExecs: Int32 = 0
  var cpuTime: UInt64 = 0

  mutating func add(_ other: SubtreeSums) {
    processes &+= other.processes
    running &+= other.running
    execs &+= other.execs
    failedExecs &+= other.failedExecs
    cpuTime &+= other.cpuTime
  }

  var negated: SubtreeSums {
    SubtreeSums(
      processes: 0 &- processes, running: 0 &- running, execs: 0 &- execs, failedExecs: 0 &- failedExecs,
      cpuTime: 0 &- cpuTime)
  }
}

extension ProcessRecord {
  /// What one process adds to the sums.
  var sums: SubtreeSums {
    SubtreeSums(
      processes: 1, running: isRunning ? 1 : 0, execs: execCount, failedExecs: failedExecCount, cpuTime: cpuTime)
  }
}
