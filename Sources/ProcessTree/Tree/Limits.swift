/// How much a tree remembers. What no longer fits is forgotten, oldest first, and counted in `Totals.forgotten`.
public struct Limits: Sendable, Hashable {
  /// Processes remembered. Only those that exited are forgotten, and first those with nothing remembered below them; when
  /// there are no such, those with one child, which then stands under its grandparent. More than this are kept while more
  /// than this run.
  public var processes: Int
  /// Bytes that processes and log may take, as they are counted here: `ProcessTree.memory`. As with `processes`, those
  /// that run are kept whatever they take. A quarter of it is the most that the log has.
  public var memory: Int
  /// Entries of the event log.
  public var logLines: Int
  /// Programs remembered of one process, at least 1.
  public var execHistory: Int

  public init(processes: Int = 200_000, memory: Int = 256 << 20, logLines: Int = 100_000, execHistory: Int = 1000) {
    self.processes = max(0, processes)
    self.memory = max(0, memory)
    self.logLines = max(0, logLines)
    self.execHistory = max(1, execHistory)
  }
}
