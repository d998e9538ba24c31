public import Events

// The next failure in the order of the display, also where a fold or a collapsed row hides it. Subtrees without a
// failure, and chunks of siblings without one, are skipped by their sums.

extension Outline {
  /// The result of a search for a failure.
  public struct FoundFailure: Sendable, Hashable {
    /// The process that failed.
    public let id: ProcessID
    /// Whether the search went on at the other end of the tree.
    public let isWrapped: Bool
  }

  /// The next or the previous process that failed (`ProcessNode.hasFailed`), in the order in which an outline without
  /// folds displays them, and around the ends. Under a filter only processes that it shows count, also as ancestors of
  /// its matches.
  ///
  /// Sums have to be up to date (`ProcessTree.updateSums`, `Outline.update`).
  ///
  /// - Parameters:
  ///   - id: where to start; nil for before the first row.
  ///   - isCollapsedRow: whether to start at the collapsed row that `id` represents: it is before all children.
  /// - Returns: nil where no shown process failed; the start itself if it is the only one.
  /// - Complexity: O(depth × the square root of the siblings) without a filter. Under a filter, O(processes that have
  ///   both failures and matches below them).
  public func failure(
    from id: ProcessID?, backward: Bool, isCollapsedRow: Bool = false, in tree: ProcessTree
  ) -> FoundFailure? {
    var start = id.flatMap { tree.slot(of: $0) } ?? NodeArena.root
    if isCollapsedRow, start != NodeArena.root {
      start = tree.arena[start].parent
      // Backward, the parent is before the collapsed row.
      if backward, start != NodeArena.root, isFailure(start, tree) {
        return FoundFailure(id: tree.arena[start].id, isWrapped: false)
      }
    }
    let walk = FailureWalk(outline: self, tree: tree)
    var (node, isWrapped) = (start, false)
    while true {
      let next = backward ? walk.previous(before: node) : walk.next(after: node)
      if let next {
        if isWrapped, next == start, !isFailure(next, tree) { return nil }
        node = next
      } else {
        guard !isWrapped else { return nil }
        isWrapped = true
        node = NodeArena.root
        if backward {
          guard let last = walk.last(below: node) else { return nil }
          node = last
        } else {
          guard let first = walk.child(of: node, after: nil) else { return nil }
          node = first
        }
      }
      if isFailure(node, tree) { return FoundFailure(id: tree.arena[node].id, isWrapped: isWrapped) }
    }
  }

  /// Whether a process failed and is shown, unless a fold hides it.
  private func isFailure(_ slot: Int32, _ tree: ProcessTree) -> Bool {
    entries[Int(slot)].matches > 0 && tree.arena[record: slot].hasFailed
  }
}

extension ProcessTree {
  /// How many processes of the tree exited nonzero or by a signal, and how many execs failed. - Complexity: O(1).
  public var failures: Int { Int(max(arena.whole.failures, 0)) }
}

/// A walk over the nodes that have failures in their subtree, parents before their children.
private struct FailureWalk {
  let outline: Outline
  let tree: ProcessTree

  /// Whether something that is shown may have failed in a subtree.
  private func mayHaveFailure(_ slot: Int32) -> Bool {
    tree.arena[slot].sums.failures > 0 && outline.entries[Int(slot)].matches > 0
  }

  func next(after node: Int32) -> Int32? {
    if let child = child(of: node, after: nil) { return child }
    var node = node
    while node != NodeArena.root {
      let parent = tree.arena[node].parent
      if let sibling = child(of: parent, after: node) { return sibling }
      node = parent
    }
    return nil
  }

  func previous(before node: Int32) -> Int32? {
    guard node != NodeArena.root else { return nil }
    let parent = tree.arena[node].parent
    if let sibling = child(of: parent, before: node) { return last(below: sibling) ?? sibling }
    return parent == NodeArena.root ? nil : parent
  }

  /// The last node of a subtree; nil if only its top may have failed.
  func last(below top: Int32) -> Int32? {
    var node = top
    while let child = child(of: node, before: nil) { node = child }
    return node == top ? nil : node
  }

  /// The first child with failures after a sibling, or of all children.
  func child(of parent: Int32, after sibling: Int32?) -> Int32? {
    if let sorted = outline.sortedChildren(of: parent, in: tree) {
      let start = sibling.flatMap { sorted.firstIndex(of: $0) }.map { $0 &+ 1 } ?? 0
      return sorted[start...].first(where: mayHaveFailure)
    }
    var chunk = NodeArena.none
    if let sibling {
      chunk = tree.arena[sibling].chunk
      var next = tree.arena[sibling].next
      while next != NodeArena.none, tree.arena[next].chunk == chunk {
        if mayHaveFailure(next) { return next }
        next = tree.arena[next].next
      }
    } else if tree.arena.order(of: parent) == nil {
      return firstInList(from: tree.arena[parent].firstChild)
    }
    guard let order = tree.arena.order(of: parent) else { return nil }
    let start = chunk < 0 ? 0 : (order.firstIndex(of: chunk) ?? order.count) &+ 1
    guard start < order.count else { return nil }
    for chunk in order[start...] where tree.arena.siblings[chunk].failures > 0 {
      if let found = tree.arena.siblings[chunk].slots.first(where: mayHaveFailure) { return found }
    }
    return nil
  }

  private func firstInList(from child: Int32) -> Int32? {
    var child = child
    while child != NodeArena.none {
      if mayHaveFailure(child) { return child }
      child = tree.arena[child].next
    }
    return nil
  }

  /// The last child with failures before a sibling, or of all children.
  func child(of parent: Int32, before sibling: Int32?) -> Int32? {
    if let sorted = outline.sortedChildren(of: parent, in: tree) {
      let end = sibling.flatMap { sorted.firstIndex(of: $0) } ?? sorted.count
      return sorted[..<end].last(where: mayHaveFailure)
    }
    let chunk = sibling.map { tree.arena[$0].chunk } ?? NodeArena.none
    if sibling != nil || tree.arena.order(of: parent) == nil {
      var previous = sibling.map { tree.arena[$0].previous } ?? tree.arena[parent].lastChild
      while previous != NodeArena.none, tree.arena[previous].chunk == chunk {
        if mayHaveFailure(previous) { return previous }
        previous = tree.arena[previous].previous
      }
    }
    guard let order = tree.arena.order(of: parent) else { return nil }
    let end = chunk < 0 ? order.count : order.firstIndex(of: chunk) ?? 0
    for chunk in order[..<end].reversed() where tree.arena.siblings[chunk].failures > 0 {
      if let found = tree.arena.siblings[chunk].slots.last(where: mayHaveFailure) { return found }
    }
    return nil
  }
}
