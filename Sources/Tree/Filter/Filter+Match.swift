public import Events
public import Filtering

extension Filter {
  /// Whether a process matches with its newest facts and program.
  ///
  /// - Parameter now: nanoseconds since boot, for ages and for the durations of running processes; the time of the
  ///   newest event when left out.
  /// - Complexity: O(the bytes of the tested fields); a relation adds the ancestors, or the children. A
  ///   `FilterEvaluator` keeps the results for these.
  public func matches(_ node: ProcessNode, in tree: ProcessTree, at now: UInt64? = nil) -> Bool {
    tree.slot(of: node.id).map { matches(slot: $0, in: tree, at: now) } ?? false
  }

  /// Whether an entry matches, with its own facts, and with the facts of its process that entries do not have. Ages are
  /// those at the time of the entry. Losses always match: a filter never hides that events are missing.
  public func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    return program.passes(entry, in: FilterLog(tree: tree), now: entry.time)
  }

  func matches(slot: Int32, in tree: ProcessTree, at now: UInt64? = nil) -> Bool {
    program.passes(slot, in: tree, now: now ?? tree.newestTime)
  }
}

/// Evaluates a filter many times for one tree. It keeps the results for related processes, which `under:`, `child:` and
/// `parent:` need.
///
/// The results are valid while the tree stays the same: call `forget` after a change.
public struct FilterEvaluator {
  /// The filter.
  public let filter: Filter
  /// Nanoseconds since boot; nil for the time of the newest event.
  public var now: UInt64?
  private let memo: FilterMemo?

  /// An evaluator without results.
  public init(_ filter: Filter, at now: UInt64? = nil) {
    self.filter = filter
    self.now = now
    memo = filter.program.entries.count > 1 ? FilterMemo(routines: filter.program.entries.count) : nil
  }

  /// Whether the process matches; false where it is not in the tree. - Complexity: as `Filter.matches`, with each
  /// ancestor and each child only once in all.
  public func matches(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    tree.slot(of: id).map { matches(slot: $0, in: tree) } ?? false
  }

  /// Whether the entry matches, as in `Filter.matches`.
  public func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    return filter.program.passes(entry, in: FilterLog(tree: tree), now: entry.time, memo: memo)
  }

  /// How many processes of the tree match. - Complexity: O(processes).
  public func count(in tree: ProcessTree) -> Int {
    var count = 0
    let now = now ?? tree.newestTime
    var slot = NodeArena.root
    while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
      if !tree.arena[record: next].isHost, filter.program.passes(next, in: tree, now: now, memo: memo) { count &+= 1 }
      slot = next
    }
    return count
  }

  /// Forgets the results, after a change of the tree.
  public func forget() { memo?.removeAll() }

  func matches(slot: Int32, in tree: ProcessTree) -> Bool {
    filter.program.passes(slot, in: tree, now: now ?? tree.newestTime, memo: memo)
  }
}

extension ProcessTree {
  /// The moment that is shown, or the time of the newest event; nil before the first.
  fileprivate var newestTime: UInt64? { moment ?? log.newestTime }
}

extension FilterCompletion {
  /// Completes the end of an expression, with values of the tree's processes.
  /// - Parameters:
  ///   - text: the expression up to the cursor.
  ///   - tree: the source of values.
  /// - Complexity: O(processes) for values of a field, else O(fields).
  public init(of text: String, in tree: ProcessTree) {
    let slots = sequence(first: NodeArena.root) { tree.arena.successor(of: $0, within: NodeArena.root) }
    self.init(of: text, in: tree, items: slots.dropFirst())
  }
}
