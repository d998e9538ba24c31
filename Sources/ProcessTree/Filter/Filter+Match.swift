extension Filter {
  /// By what the process is now: its newest facts and program.
  ///
  /// - Parameter now: nanoseconds since boot, for ages and the durations of what runs; the time of the newest event
  ///   where left out.
  /// - Complexity: O(the bytes of the fields asked for); a relation adds those above, or the children. A
  ///   `FilterEvaluator` remembers what it found out of them.
  public func matches(_ node: ProcessNode, in tree: ProcessTree, at now: UInt64? = nil) -> Bool {
    tree.slot(of: node.id).map { matches(slot: $0, in: tree, at: now) } ?? false
  }

  /// By the entry's own facts, and by those of its process in the tree that no entry has. Ages are those that the
  /// process had then. Losses match everything: a filter never hides that something is missing.
  public func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    return program.passes(entry, in: FilterLog(tree: tree), now: entry.time)
  }

  func matches(slot: Int32, in tree: ProcessTree, at now: UInt64? = nil) -> Bool {
    program.passes(slot, in: tree, now: now ?? tree.newestTime)
  }
}

/// A filter for many questions in a row about one tree: what it finds out of a process for the sake of others (with
/// `under:`, `child:` and `parent:`) it does not look for again.
///
/// What it remembers is true while the tree stays as it is: call `forget` after a change.
public struct FilterEvaluator {
  /// What it evaluates.
  public let filter: Filter
  /// Nanoseconds since boot; nil for the time of the newest event.
  public var now: UInt64?
  private let memo: FilterMemo?

  /// An evaluator that remembers nothing yet.
  public init(_ filter: Filter, at now: UInt64? = nil) {
    self.filter = filter
    self.now = now
    memo = filter.program.entries.count > 1 ? FilterMemo(routines: filter.program.entries.count) : nil
  }

  /// Whether the process matches; false where it is not in the tree. - Complexity: as `Filter.matches`, each process
  /// above and each child only once in all.
  public func matches(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    tree.slot(of: id).map { matches(slot: $0, in: tree) } ?? false
  }

  /// Whether the entry matches, as `Filter.matches` has it.
  public func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    return filter.program.passes(entry, in: FilterLog(tree: tree), now: entry.time, memo: memo)
  }

  /// How many processes of the tree match. - Complexity: O(processes).
  public func count(in tree: ProcessTree) -> Int {
    var count = 0
    let now = now ?? tree.newestTime
    var slot = NodeArena.machine
    while let next = tree.arena.successor(of: slot, within: NodeArena.machine) {
      if filter.program.passes(next, in: tree, now: now, memo: memo) { count &+= 1 }
      slot = next
    }
    return count
  }

  /// The tree has changed: what was found out of others may be wrong.
  public func forget() { memo?.removeAll() }

  func matches(slot: Int32, in tree: ProcessTree) -> Bool {
    filter.program.passes(slot, in: tree, now: now ?? tree.newestTime, memo: memo)
  }
}

extension ProcessTree {
  /// The moment that is shown, or when the newest event happened; nil while there is none.
  fileprivate var newestTime: UInt64? { moment ?? log.newestTime }
}
