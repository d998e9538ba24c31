/// All running processes, read after a loss, so that a tree can end the processes that exited unseen.
///
/// It comes in the order of events: all earlier events happened before the reading started. So a process that is known
/// by then and is not in the census has exited. An `existing` event after it has the facts of each process that may
/// have changed.
public struct CensusEvent: Sendable, Hashable {
  /// A time before the reading started, in nanoseconds since boot: no process that is missing exited later.
  public var time: UInt64
  /// All running processes, in scope or not.
  public var alive: [Living]
  /// Pids of processes whose start time is not known exactly: nothing follows for these.
  public var unsure: [Int32]

  /// A running process.
  public struct Living: Sendable, Hashable {
    /// Its identity.
    public var id: ProcessID
    /// Its parent at that moment, as in `ProcessFacts.parent`.
    public var parent: ProcessID?

    /// A running process with its parent.
    public init(id: ProcessID, parent: ProcessID?) {
      self.id = id
      self.parent = parent
    }
  }

  /// A census.
  public init(time: UInt64, alive: [Living], unsure: [Int32] = []) {
    self.time = time
    self.alive = alive
    self.unsure = unsure
  }
}
