/// Who runs on the machine: read after a loss, so that a tree can end what ended unseen.
///
/// It comes in the order of events: all that came before it had happened before the reading began, so that whoever is
/// known by then and is not in here has ended. What is known of each is said by an `existing` event behind it where
/// that may be news.
public struct CensusEvent: Sendable, Hashable {
  /// Before the reading began, nanoseconds since boot: later than the end of all that are missing.
  public var time: UInt64
  /// Every process that runs, in scope or not.
  public var alive: [Living]
  /// Pids that are in use by processes whose start is not known exactly: nothing is to be concluded for these.
  public var unsure: [Int32]

  public struct Living: Sendable, Hashable {
    public var id: ProcessID
    /// The parent at that moment, as `ProcessFacts.parent`.
    public var parent: ProcessID?

    public init(id: ProcessID, parent: ProcessID?) {
      self.id = id
      self.parent = parent
    }
  }

  public init(time: UInt64, alive: [Living], unsure: [Int32] = []) {
    self.time = time
    self.alive = alive
    self.unsure = unsure
  }
}
