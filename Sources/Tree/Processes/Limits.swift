/// The limits of a tree's memory. What no longer fits is forgotten, oldest first, and counted in `Totals.forgotten`.
public struct Limits: Sendable, Hashable {
  /// The most processes to remember. Only exited processes are forgotten: first those without remembered descendants,
  /// then those with one child, which moves to its grandparent. Running processes are kept even above the limit.
  public var processes: Int
  /// The most bytes for processes and log, by the estimate of `ProcessTree.memory`. Running processes are kept even
  /// above the limit. The log gets at most a quarter.
  public var memory: Int
  /// The most entries of the event log.
  public var logLines: Int
  /// The most programs to remember of one process, at least 1.
  public var execHistory: Int

  /// Limits; negative values count as 0, and `execHistory` as at least 1.
  public init(processes: Int = 200_000, memory: Int = 256 << 20, logLines: Int = 100_000, execHistory: Int = 1000) {
    self.processes = max(0, processes)
    self.memory = max(0, memory)
    self.logLines = max(0, logLines)
    self.execHistory = max(1, execHistory)
  }
}
