/// How much a tree remembers. What no longer fits is forgotten, oldest first, and counted in `Totals.forgotten`.
public struct Limits: Sendable, Hashable {
  /// Processes remembered. Only those that ended, with nothing remembered below them, are forgotten: more than this
  /// are kept while more than this run.
  public var processes: Int
  /// Entries of the event log.
  public var logLines: Int
  /// Programs remembered of one process, at least 1.
  public var execHistory: Int

  public init(processes: Int = 200_000, logLines: Int = 100_000, execHistory: Int = 1000) {
    self.processes = max(0, processes)
    self.logLines = max(0, logLines)
    self.execHistory = max(1, execHistory)
  }
}

/// What a whole tree adds up to.
public struct Totals: Sendable, Hashable {
  /// Processes remembered now, running or ended.
  public var processes = 0
  /// Of these, those that run.
  public var running = 0
  /// Events seen since the beginning, also of processes that were forgotten since.
  public var forks = 0
  public var execs = 0
  public var failedExecs = 0
  public var exits = 0
  /// Records that never came.
  public var lost = LossCounts()
  /// Processes that `Limits.processes` made the tree forget.
  public var forgotten = 0

  public init() {}
}

/// What a process and everything below it, or everything below it alone, adds up to.
public struct SubtreeCounts: Sendable, Hashable {
  public var processes = 0
  public var running = 0
  public var execs = 0
  public var failedExecs = 0

  public init(processes: Int = 0, running: Int = 0, execs: Int = 0, failedExecs: Int = 0) {
    self.processes = processes
    self.running = running
    self.execs = execs
    self.failedExecs = failedExecs
  }
}
