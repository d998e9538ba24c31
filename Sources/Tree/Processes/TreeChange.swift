public import Events

/// The changes that one event made in a tree, step by step. With them a view can follow the tree without reading the
/// rest.
public struct TreeChange: Sendable {
  /// One node that changed.
  public struct Step: Sendable, Hashable {
    /// What happened to the node.
    public enum Kind: Sendable, Hashable {
      /// Inserted into the tree, also as a placeholder.
      case inserted
      /// Changed in anything except its place.
      case changed
      /// Moved to another parent, because a better source named its original one.
      case moved
      /// Removed from the tree; it had no children.
      case forgotten
    }
    /// What happened to the node.
    public let kind: Kind
    /// The node.
    public let id: ProcessID
    /// Its original parent after the step; of a forgotten node the last one, to which a selection moves.
    public let parent: ProcessID?
    let slot: Int32
    let parentSlot: Int32
    /// The former parent of a moved node.
    var formerParentSlot = NodeArena.none
    /// Whether it moved to its grandparent because its parent was left out of a chain. Its other ancestors stay.
    var leavesOut = false
  }

  /// The sequence of the event's log entry; nil where it has none.
  public internal(set) var logged: UInt64?

  /// The sequences of log entries that stopped to be failures: the first tries of searches that an exec ended.
  public internal(set) var found: [UInt64] = []
  /// Whether the event's log entry is a later try of a search (`LogEntry.isLaterTry`).
  var isLaterTry = false

  // Nearly every event makes one or two steps: these allocate nothing.
  private var first: Step?
  private var second: Step?
  private var others: [Step] = []

  /// Chunks of siblings whose members changed; rarely more than one.
  private var firstChunk = NodeArena.none
  private var otherChunks: [Int32] = []

  init() {}

  mutating func add(chunk: Int32) {
    if firstChunk == NodeArena.none || firstChunk == chunk {
      firstChunk = chunk
    } else if !otherChunks.contains(chunk) {
      otherChunks.append(chunk)
    }
  }

  func forEachChunk(_ body: (Int32) -> Void) {
    if firstChunk != NodeArena.none { body(firstChunk) }
    for chunk in otherChunks { body(chunk) }
  }

  mutating func add(_ step: Step) {
    if first == nil {
      first = step
    } else if second == nil {
      second = step
    } else {
      others.append(step)
    }
  }

  /// Whether nothing changed in the tree. There may still be a log entry.
  public var isEmpty: Bool { first == nil }

  /// Calls `body` with the steps in the order in which they happened.
  public func forEachStep(_ body: (Step) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    for step in others { body(step) }
  }

  /// The steps as an array, for tests and rare paths. - Complexity: O(steps), with an allocation.
  public var steps: [Step] {
    var result: [Step] = []
    forEachStep { result.append($0) }
    return result
  }
}
