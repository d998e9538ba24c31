/// A place among the displayed rows, from which to go on row by row.
struct RowWalk {
  /// The row it stands on.
  private(set) var slot: Int32
  /// For the row and each ancestor of it below the root, whether displayed siblings follow; root first.
  private var continues: [Bool] = []
  /// For the row and each ancestor, how many rows its following siblings have; root first.
  private var rowsAfter: [Int] = []

  /// The row at a place; nil where there is none. - Complexity: O(depth + siblings skipped).
  init?(_ outline: Outline, _ tree: ProcessTree, at row: Int) {
    guard row >= 0, row < outline.rowCount else { return nil }
    var place = row
    slot = NodeArena.machine
    repeat {
      let total = Int(outline.entries[Int(slot)].rowsBelow)
      let (child, start) = Self.child(of: slot, at: place, outline, tree)
      let rows = Int(outline.entries[Int(child)].rows)
      push(total - start - rows)
      slot = child
      place -= start + 1
    } while place >= 0
  }

  /// Goes to the next row; false at the end.
  mutating func advance(_ outline: Outline, _ tree: ProcessTree) -> Bool {
    let entry = outline.entries[Int(slot)]
    if entry.rows > 1 {
      let child = Self.displayed(tree.arena[slot].firstChild, outline, tree)
      push(Int(entry.rowsBelow) - Int(outline.entries[Int(child)].rows))
      slot = child
      return true
    }
    while let after = rowsAfter.last, after == 0 {
      rowsAfter.removeLast()
      continues.removeLast()
      slot = tree.arena[slot].parent
    }
    guard let after = rowsAfter.popLast() else { return false }
    continues.removeLast()
    slot = Self.displayed(tree.arena[slot].next, outline, tree)
    push(after - Int(outline.entries[Int(slot)].rows))
    return true
  }

  func row(_ outline: Outline, _ tree: ProcessTree) -> OutlineRow {
    let entry = outline.entries[Int(slot)]
    return OutlineRow(
      id: tree.arena[slot].id, depth: continues.count - 1, guides: Array(continues.dropFirst().dropLast()),
      isLast: !(continues.last ?? false), isMatch: entry.isMatch, hasChildren: entry.rowsBelow > 0,
      isFolded: entry.isFolded && entry.rowsBelow > 0,
      hiddenBelow: entry.isFolded ? Int(entry.matches) - (entry.isMatch ? 1 : 0) : 0)
  }

  private mutating func push(_ after: Int) {
    rowsAfter.append(after)
    continues.append(after > 0)
  }

  /// The child whose subtree holds a row, and the row that the subtree begins with, both counted below the parent.
  private static func child(
    of parent: Int32, at row: Int, _ outline: Outline, _ tree: ProcessTree
  ) -> (child: Int32, start: Int) {
    var child = tree.arena[parent].firstChild
    var start = 0
    if let order = tree.arena.siblings.order(of: parent) {
      for chunk in order {
        child = tree.arena.siblings[chunk].slots[0]
        let rows = Int(outline.chunkRows[Int(chunk)])
        if start + rows > row { break }
        start += rows
      }
    }
    while start + Int(outline.entries[Int(child)].rows) <= row {
      start += Int(outline.entries[Int(child)].rows)
      child = tree.arena[child].next
    }
    return (child, start)
  }

  /// A node, or the first of its next siblings that is displayed. There must be one.
  private static func displayed(_ child: Int32, _ outline: Outline, _ tree: ProcessTree) -> Int32 {
    var child = child
    while outline.entries[Int(child)].rows == 0 {
      let chunk = tree.arena[child].chunk
      if chunk >= 0, outline.chunkRows[Int(chunk)] == 0 {
        // Nothing of the whole chunk is.
        child = tree.arena.siblings[chunk].slots.last!
      }
      child = tree.arena[child].next
    }
    return child
  }
}
