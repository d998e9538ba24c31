public import Events

/// One row of the displayed tree.
public struct OutlineRow: Sendable, Hashable {
  /// The process on the row.
  public let id: ProcessID
  /// 0 for a top-level process.
  public let depth: Int
  /// For each level between the top level and this row's own, whether the line of that level continues below this row.
  /// At most the `guideLimit` levels nearest to the row; `depth - 1` in all, none for a top-level process. `true` draws
  /// `│`, `false` a blank.
  public let guides: [Bool]
  /// The most guides of a row. Without a limit a row in a chain of 100,000 processes would have as many.
  public static let guideLimit = 32
  /// Whether no displayed sibling follows: draws `└` in place of `├`.
  public let isLast: Bool
  /// Whether the filter matches it; true without a filter.
  public let isMatch: Bool
  /// Whether it is displayed only because a descendant matches.
  public var isContext: Bool { !isMatch }
  /// Whether it has descendants to display when it is not folded.
  public let hasChildren: Bool
  /// Whether its descendants are hidden.
  public let isFolded: Bool
  /// How many descendants its fold hides; with a filter, how many that match. 0 when not folded.
  public let hiddenBelow: Int
  /// How many exited children of one parent the row stands for; `id` is the last of them. 0 for the row of a process.
  public let collapsedCount: Int
  /// How many of them exited with an error or by a signal.
  public let collapsedFailedCount: Int
  /// How many processes before `id` share its row, each the parent of the next; 0 for most rows.
  public var chainCount = 0
  /// The last `chainLimit` of them, outermost first.
  public var chain: [ProcessID] = []
  /// The most processes of `chain`. Without a limit the row of a chain of 100,000 processes would have as many.
  public static let chainLimit = 16
}

extension Outline {
  /// The rows in a range, clamped to the existing ones. - Complexity: O(rows + depth × the square root of the
  /// siblings).
  public func rows(_ range: Range<Int>, in tree: ProcessTree) -> [OutlineRow] {
    let range = range.clamped(to: 0..<rowCount(in: tree))
    var result: [OutlineRow] = []
    result.reserveCapacity(range.count)
    guard !range.isEmpty, var walk = RowWalk(self, tree, at: range.lowerBound) else { return result }
    while true {
      result.append(walk.row(self, tree))
      guard result.count < range.count, walk.advance(self, tree) else { return result }
    }
  }

  /// Calls `body` with the rows from an index on, until it returns false.
  /// - Complexity: O(rows + depth), and that of `rows` for the first row.
  public func forEachRow(from first: Int, in tree: ProcessTree, _ body: (OutlineRow) throws -> Bool) rethrows {
    guard var walk = RowWalk(self, tree, at: first) else { return }
    repeat {
      guard try body(walk.row(self, tree)) else { return }
    } while walk.advance(self, tree)
  }

  /// The ancestors of a row that leave the view when the rows before `first` do, outermost first: the nearest ones, for
  /// a display that repeats them on top of the rows. They take the place of as many rows: the row from which they are
  /// derived is the first one below them.
  ///
  /// - Parameters:
  ///   - first: the first row in view, whose line the first of them takes.
  ///   - limit: the most of them.
  /// - Complexity: O(depth + limit).
  public func ancestors(overRowsFrom first: Int, limit: Int, in tree: ProcessTree) -> [OutlineRow] {
    guard limit > 0, first > 0, var walk = RowWalk(self, tree, at: first) else { return [] }
    var covered = 0
    while min(walk.depth, limit) > covered {
      guard walk.advance(self, tree) else { return [] }
      covered &+= 1
    }
    return walk.ancestors(min(walk.depth, limit), self, tree)
  }

  /// The index of the row of a process, or of the chain that it is part of; nil where it has none.
  /// - Complexity: O(depth × the square root of the siblings).
  public func row(of id: ProcessID, in tree: ProcessTree) -> Int? {
    let top = topSlot(in: tree)
    guard let slot = tree.slot(of: id), isVisible(slot, below: top, in: tree) else { return nil }
    var index = 0
    var node = slot
    while node != top {
      index &+= rowsBefore(node, in: tree)
      node = tree.arena[node].parent
      if node != NodeArena.root, !isMerged(node) { index &+= 1 }
    }
    return index
  }

  /// Counts the rows of the siblings before a node: whole chunks, and the siblings before it in its own chunk.
  private func rowsBefore(_ node: Int32, in tree: ProcessTree) -> Int {
    let parent = tree.arena[node].parent
    if entries[Int(node)].isCollapsed { return 0 }
    var rows = collapsedRow(of: parent) == nil ? 0 : 1
    if let sorted = sortedChildren(of: parent, in: tree) {
      for other in sorted {
        if other == node { break }
        rows &+= Int(entries[Int(other)].rows)
      }
      return rows
    }
    let chunk = tree.arena[node].chunk
    if chunk >= 0, let order = tree.arena.siblings.order(of: parent) {
      for other in order {
        guard other != chunk else { break }
        rows &+= Int(chunkRows[Int(other)])
      }
    }
    var sibling = tree.arena[node].previous
    while sibling != NodeArena.none, tree.arena[sibling].chunk == chunk {
      rows &+= Int(entries[Int(sibling)].rows)
      sibling = tree.arena[sibling].previous
    }
    return rows
  }

  /// The process whose row stands for a process: itself, the last of the chain that it is part of, or its nearest
  /// ancestor with a row: the fold that hides it, or the first ancestor that the filter shows. Nil if there is none.
  /// - Complexity: O(depth).
  public func nearestVisible(_ id: ProcessID, in tree: ProcessTree) -> ProcessID? {
    let top = topSlot(in: tree)
    guard var candidate = tree.slot(of: id) else { return nil }
    while candidate != top, candidate != NodeArena.root, entries[Int(candidate)].matches == 0 {
      candidate = entries[Int(candidate)].parent
    }
    guard candidate != NodeArena.root, entries[Int(candidate)].matches > 0 else { return nil }
    var node = candidate
    while node != top {
      guard node != NodeArena.root else { return nil }
      let above = entries[Int(node)].parent
      if entries[Int(node)].isCollapsed, let collapsedRow = collapsedRows[above] { candidate = collapsedRow.last }
      if above != NodeArena.root, entries[Int(above)].isFolded { candidate = above }
      node = above
    }
    if candidate == top || !entries[Int(candidate)].isCollapsed { candidate = last(ofChainAt: candidate, in: tree) }
    return tree.arena[candidate].id
  }

  private func isVisible(_ slot: Int32, below top: Int32, in tree: ProcessTree) -> Bool {
    guard entries[Int(slot)].matches > 0 else { return false }
    var node = slot
    while node != top {
      guard node != NodeArena.root else { return false }
      let above = entries[Int(node)].parent
      // The collapsed row belongs to the last of the collapsed siblings.
      if entries[Int(node)].isCollapsed, node != slot || collapsedRows[above]?.last != slot { return false }
      if above != NodeArena.root, entries[Int(above)].isFolded { return false }
      node = above
    }
    return true
  }
}
