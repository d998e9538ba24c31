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
