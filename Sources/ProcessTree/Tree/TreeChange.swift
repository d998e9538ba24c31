/// What one event did to a tree, step by step: what a view of the tree needs to follow it without looking at the rest.
public struct TreeChange: Sendable {
  /// One node that changed.
  public struct Step: Sendable, Hashable {
    /// What happened to the node.
    public enum Kind: Sendable, Hashable {
      /// New in the tree, also as a placeholder.
      case inserted
      /// Anything about it but its place.
      case changed
      /// It stands under another parent now, because a better source named its original one.
      case moved
      /// No longer in the tree; it had no children any more.
      case forgotten
    }
    /// What happened to it.
    public let kind: Kind
    /// Which node it is (or was).
    public let id: ProcessID
    /// Its original parent after the step (before it, when forgotten): where a selection goes on from there.
    public let parent: ProcessID?
    let slot: Int32
    let parentSlot: Int32
    /// Of one that moved, the parent before.
    var formerParentSlot = NodeArena.none
    /// It moved to the parent of its former parent, which was left out of a chain: what else is above it stays.
    var leavesOut = false
  }

  /// The sequence of the log entry that the event became; nil where it became none.
  public internal(set) var logged: UInt64?

  // Nearly every event makes one or two steps: these allocate nothing.
  private var first: Step?
  private var second: Step?
  private var others: [Step] = []

  /// Chunks of siblings whose members changed; hardly ever more than one.
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

  /// Nothing changed in the tree (there may still be a log entry).
  public var isEmpty: Bool { first == nil }

  /// The steps in the order in which they happened.
  public func forEachStep(_ body: (Step) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    for step in others { body(step) }
  }

  /// The same as an array. - Complexity: allocates; for tests and rare paths.
  public var steps: [Step] {
    var result: [Step] = []
    forEachStep { result.append($0) }
    return result
  }
}
