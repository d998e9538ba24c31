/// A position among the displayed rows, which advances row by row.
struct RowWalk {
  /// The process of the present row.
  private(set) var slot: Int32
  /// Whether the row is a collapsed row, whose last process is `slot`.
  private var isOnCollapsedRow = false
  /// For the row and each ancestor with a row, whether displayed siblings follow; top level first.
  private var continues: [Bool] = []
  /// For the row and each ancestor with a row, how many rows its following siblings have; top level first.
  private var rowsAfter: [Int] = []
  /// For the row and each ancestor with a row, its index among sorted siblings; nil in the tree's own order. Top level
  /// first.
  private var places: [Int?] = []
  /// The slot of the outline's top.
  private let top: Int32

  /// How many ancestors have rows.
  var depth: Int { continues.count &- 1 }

  /// Starts at a row; nil where there is none. - Complexity: O(depth + siblings skipped).
  init?(_ outline: Outline, _ tree: ProcessTree, at row: Int) {
    guard row >= 0, row < outline.rowCount(in: tree) else { return nil }
    top = outline.topSlot(in: tree)
    slot = top
    var place = row
    if top != NodeArena.root {
      push(0, at: nil)
      if !outline.isMerged(top) { place &-= 1 }
    }
    while place >= 0 {
      var total = Int(outline.entries[Int(slot)].rowsBelow)
      if let collapsedRow = outline.collapsedRow(of: slot) {
        total &-= 1
        if place == 0 {
          enterCollapsedRow(collapsedRow, total)
          return
        }
        place &-= 1
      }
      let (child, start, among) = Self.child(of: slot, at: place, outline, tree)
      // The only child of a merged process takes its place.
      if !outline.isMerged(slot) { push(total &- start &- Int(outline.entries[Int(child)].rows), at: among) }
      slot = child
      place &-= start
      if !outline.isMerged(child) { place &-= 1 }
    }
  }

  /// Advances to the next row; returns false at the end.
  mutating func advance(_ outline: Outline, _ tree: ProcessTree) -> Bool {
    let entry = outline.entries[Int(slot)]
    if isOnCollapsedRow { return leaveCollapsedRow(outline, tree) }
    if !entry.isFolded, entry.rowsBelow > 0 {
      if let collapsedRow = outline.collapsedRow(of: slot) {
        enterCollapsedRow(collapsedRow, Int(entry.rowsBelow) &- 1)
        return true
      }
      enterFirst(of: slot, Int(entry.rowsBelow), outline, tree)
      return true
    }
    return advancePast(outline, tree)
  }

  /// Advances past the row and its descendants.
  private mutating func advancePast(_ outline: Outline, _ tree: ProcessTree) -> Bool {
    while let after = rowsAfter.last, after == 0 {
      pop()
      if rowsAfter.isEmpty { return false }
      slot = tree.arena[first(of: slot, outline, tree)].parent
    }
    guard let after = rowsAfter.last, let place = places.last else { return false }
    let first = first(of: slot, outline, tree)
    pop()
    var next = place.map { $0 &+ 1 }
    slot = Self.displayed(from: &next, or: tree.arena[first].next, of: tree.arena[first].parent, outline, tree)
    push(after &- Int(outline.entries[Int(slot)].rows), at: next)
    enterChain(outline, tree)
    return true
  }

  /// The first process of the chain whose row stands for a process: the one that has siblings.
  private func first(of slot: Int32, _ outline: Outline, _ tree: ProcessTree) -> Int32 {
    var node = slot
    while node != top, outline.isMerged(tree.arena[node].parent) { node = tree.arena[node].parent }
    return node
  }

  /// Goes from the first process of a chain to the one with the row.
  private mutating func enterChain(_ outline: Outline, _ tree: ProcessTree) {
    slot = outline.last(ofChainAt: slot, in: tree)
  }

  private mutating func enterCollapsedRow(_ collapsedRow: CollapsedRow, _ after: Int) {
    isOnCollapsedRow = true
    slot = collapsedRow.last
    push(after, at: nil)
  }

  private mutating func enterFirst(of parent: Int32, _ rows: Int, _ outline: Outline, _ tree: ProcessTree) {
    var place: Int? = outline.sortedChildren(of: parent, in: tree) == nil ? nil : 0
    slot = Self.displayed(from: &place, or: tree.arena[parent].firstChild, of: parent, outline, tree)
    push(rows &- Int(outline.entries[Int(slot)].rows), at: place)
    enterChain(outline, tree)
  }

  /// Advances from a collapsed row to the first child that is not collapsed.
  private mutating func leaveCollapsedRow(_ outline: Outline, _ tree: ProcessTree) -> Bool {
    isOnCollapsedRow = false
    guard let after = rowsAfter.last, after > 0 else { return advancePast(outline, tree) }
    pop()
    enterFirst(of: tree.arena[slot].parent, after, outline, tree)
    return true
  }

  func row(_ outline: Outline, _ tree: ProcessTree) -> OutlineRow {
    if !isOnCollapsedRow { return row(of: slot, at: depth, outline, tree) }
    let collapsedRow = outline.collapsedRows[tree.arena[slot].parent]
    return OutlineRow(
      id: tree.arena[slot].id, depth: depth, guides: guides(at: depth), isLast: !(continues.last ?? false),
      isMatch: outline.entries[Int(slot)].isMatch, hasChildren: false, isFolded: false, hiddenBelow: 0,
      collapsedCount: Int(collapsedRow?.count ?? 0), collapsedFailedCount: Int(collapsedRow?.failed ?? 0))
  }

  /// The rows of the nearest ancestors, outermost first. - Complexity: O(their number, and the chains between them).
  func ancestors(_ count: Int, _ outline: Outline, _ tree: ProcessTree) -> [OutlineRow] {
    var result: [OutlineRow] = []
    var node = slot
    var level = depth
    while result.count < count, level > 0 {
      let first = isOnCollapsedRow && node == slot ? node : first(of: node, outline, tree)
      node = tree.arena[first].parent
      level &-= 1
      result.append(row(of: node, at: level, outline, tree))
    }
    return result.reversed()
  }

  private func row(of slot: Int32, at level: Int, _ outline: Outline, _ tree: ProcessTree) -> OutlineRow {
    let entry = outline.entries[Int(slot)]
    var row = OutlineRow(
      id: tree.arena[slot].id, depth: level, guides: guides(at: level), isLast: !continues[level],
      isMatch: entry.isMatch, hasChildren: entry.rowsBelow > 0, isFolded: entry.isFolded && entry.rowsBelow > 0,
      hiddenBelow: entry.isFolded ? Int(entry.matches) &- (entry.isMatch ? 1 : 0) : 0, collapsedCount: 0,
      collapsedFailedCount: 0)
    var node = slot
    while node != top, outline.isMerged(tree.arena[node].parent) {
      node = tree.arena[node].parent
      if row.chainCount < OutlineRow.chainLimit { row.chain.append(tree.arena[node].id) }
      row.chainCount &+= 1
    }
    row.chain.reverse()
    return row
  }

  /// Whether the lines of the levels between the top level and a row go on below it.
  private func guides(at level: Int) -> [Bool] {
    Array(continues[..<max(level, 0)].dropFirst().suffix(OutlineRow.guideLimit))
  }

  private mutating func push(_ after: Int, at place: Int?) {
    rowsAfter.append(after)
    continues.append(after > 0)
    places.append(place)
  }

  private mutating func pop() {
    rowsAfter.removeLast()
    continues.removeLast()
    places.removeLast()
  }

  /// The child whose subtree contains a row, and the first row of that subtree, both counted below the parent.
  static func child(
    of parent: Int32, at row: Int, _ outline: Outline, _ tree: ProcessTree
  ) -> (child: Int32, start: Int, place: Int?) {
    var child = tree.arena[parent].firstChild
    var start = 0
    if let sorted = outline.sortedChildren(of: parent, in: tree) {
      var place = 0
      while start &+ Int(outline.entries[Int(sorted[place])].rows) <= row {
        start &+= Int(outline.entries[Int(sorted[place])].rows)
        place &+= 1
      }
      return (sorted[place], start, place)
    }
    if let order = tree.arena.order(of: parent) {
      for chunk in order {
        child = tree.arena.siblings[chunk].slots[0]
        let rows = Int(outline.chunkRows[Int(chunk)])
        if start &+ rows > row { break }
        start &+= rows
      }
    }
    while start &+ Int(outline.entries[Int(child)].rows) <= row {
      start &+= Int(outline.entries[Int(child)].rows)
      child = tree.arena[child].next
    }
    return (child, start, nil)
  }

  /// The first displayed sibling, from an index among sorted siblings, or from a child in the tree's own order. The
  /// caller knows that there is one.
  private static func displayed(
    from place: inout Int?, or child: Int32, of parent: Int32, _ outline: Outline, _ tree: ProcessTree
  ) -> Int32 {
    guard var at = place, let sorted = outline.sortedChildren(of: parent, in: tree) else {
      return displayed(child, outline, tree)
    }
    while outline.entries[Int(sorted[at])].rows == 0 { at &+= 1 }
    place = at
    return sorted[at]
  }

  /// The first displayed sibling from a node on. The caller knows that there is one.
  private static func displayed(_ child: Int32, _ outline: Outline, _ tree: ProcessTree) -> Int32 {
    var child = child
    while outline.entries[Int(child)].rows == 0 {
      let chunk = tree.arena[child].chunk
      if chunk >= 0, outline.chunkRows[Int(chunk)] == 0 {
        // No member of the chunk is displayed.
        child = tree.arena.siblings[chunk].slots.last!
      }
      child = tree.arena[child].next
    }
    return child
  }
}
