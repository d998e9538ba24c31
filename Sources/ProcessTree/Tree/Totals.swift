/// What a whole tree adds up to.
public struct Totals: Sendable, Hashable {
  /// Processes remembered now, running or ended.
  public var processes = 0
  /// Of these, those that run.
  public var running = 0
  /// Events seen since the beginning, also of processes that were forgotten since.
  public var forks = 0
  /// Execs that succeeded.
  public var execs = 0
  /// Execs that came back with an error.
  public var failedExecs = 0
  /// Ends of processes.
  public var exits = 0
  /// Records that never came.
  public var lost = LossCounts()
  /// Processes that `Limits.processes` made the tree forget.
  public var forgotten = 0

  /// All zero.
  public init() {}
}

/// What a process and everything below it, or everything below it alone, adds up to.
public struct SubtreeCounts: Sendable, Hashable {
  /// Processes remembered, running or ended.
  public var processes = 0
  /// Of these, those that run.
  public var running = 0
  /// Execs that succeeded, and those that came back with an error.
  public var execs = 0
  public var failedExecs = 0
  /// User and system time of those that ended, nanoseconds.
  public var cpuTime: UInt64 = 0
  /// The longest run of those that ended, nanoseconds.
  public var longestRun: UInt64 = 0

  /// Zero where left out.
  public init(
    processes: Int = 0, running: Int = 0, execs: Int = 0, failedExecs: Int = 0, cpuTime: UInt64 = 0,
    longestRun: UInt64 = 0
  ) {
    self.processes = processes
    self.running = running
    self.execs = execs
    self.failedExecs = failedExecs
    self.cpuTime = cpuTime
    self.longestRun = longestRun
  }

  init(_ sums: SubtreeSums, longestRun: UInt64) {
    self.init(
      processes: Int(max(sums.processes, 0)), running: Int(max(sums.running, 0)), execs: Int(max(sums.execs, 0)),
      failedExecs: Int(max(sums.failedExecs, 0)), cpuTime: sums.cpuTime, longestRun: longestRun)
  }
}
