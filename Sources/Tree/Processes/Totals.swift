public import Events

/// The totals of a whole tree.
public struct Totals: Sendable, Hashable {
  /// Processes remembered now, running or exited.
  public var processes = 0
  /// The running ones among them.
  public var running = 0
  /// Forks since the start. Like all counts of events, it includes those of forgotten processes.
  public var forks = 0
  /// Execs that succeeded.
  public var execs = 0
  /// Execs that failed: a search for a program counts as one, and as none once its process executes a program.
  public var failedExecs = 0
  /// Exits of processes.
  public var exits = 0
  /// The exits with another code than 0, or by a signal.
  public var nonzero = 0
  /// Lost records.
  public var lost = LossCounts()
  /// Processes that were forgotten because of `Limits`.
  public var forgotten = 0

  /// All zero.
  public init() {}
}

/// The counts of a subtree, with or without its top.
public struct SubtreeCounts: Sendable, Hashable {
  /// Processes remembered, running or exited.
  public var processes = 0
  /// The running ones among them.
  public var running = 0
  /// Execs that succeeded.
  public var execs = 0
  /// Execs that failed, as in `Totals`.
  public var failedExecs = 0
  /// Processes that exited with another code than 0, or by a signal.
  public var nonzero = 0
  /// User and system time of exited processes, in nanoseconds.
  public var cpuTime: UInt64 = 0
  /// The longest run time of an exited process, in nanoseconds.
  public var longestRun: UInt64 = 0

  /// Counts; 0 where left out.
  public init(
    processes: Int = 0, running: Int = 0, execs: Int = 0, failedExecs: Int = 0, nonzero: Int = 0,
    cpuTime: UInt64 = 0, longestRun: UInt64 = 0
  ) {
    self.processes = processes
    self.running = running
    self.execs = execs
    self.failedExecs = failedExecs
    self.nonzero = nonzero
    self.cpuTime = cpuTime
    self.longestRun = longestRun
  }

  /// The sums that a node stores, without negative counts.
  init(_ sums: SubtreeSums, longestRun: UInt64) {
    self.init(
      processes: Int(max(sums.processes, 0)), running: Int(max(sums.running, 0)), execs: Int(max(sums.execs, 0)),
      failedExecs: Int(max(sums.failedExecs, 0)), nonzero: Int(max(sums.nonzero, 0)), cpuTime: sums.cpuTime,
      longestRun: longestRun)
  }
}
