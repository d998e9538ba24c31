public import Events

// Exited children are collapsed when a parent has many: one row shows their number, so that a build of a thousand
// compilers shows the running ones and the last few that exited.
//
// Here an exited child is one whose whole subtree has exited. All of them except the `exitedChildLimit` that started
// last are collapsed. Their row is before the first child. Where a row has to be a process, it is the last collapsed
// child. Under a filter nothing is collapsed: all matches have rows.

/// The collapsed children of one parent.
struct CollapsedRow: Sendable, Equatable {
  /// The last one by start time.
  var last: Int32
  var count: Int32
  /// How many of them exited with an error or by a signal.
  var failed: Int32 = 0
}

extension CollapsedRow {
  fileprivate mutating func add(_ node: Int32, _ collapseState: Outline.CollapseState) {
    last = node
    count &+= 1
    if collapseState == .failed { failed &+= 1 }
  }
}

extension Outline {
  /// Sets how many exited children of one parent are shown; nil shows all. - Complexity: O(processes).
  public mutating func setExitedChildLimit(_ limit: Int?, in tree: ProcessTree) {
    guard limit != exitedChildLimit else { return }
    exitedChildLimit = limit
    rebuild(from: tree)
  }

  /// The collapsed row of a parent; nil for none. Most parents have no exited children, and need no look-up.
  @inline(__always)
  func collapsedRow(of parent: Int32) -> CollapsedRow? {
    entries[Int(parent)].exitedChildren == 0 ? nil : collapsedRows[parent]
  }

  /// Whether any children are collapsed.
  public var hasCollapsedRows: Bool { !collapsedRows.isEmpty }

  /// The parent to open to see a process that is collapsed, or below a collapsed one; nil for other processes.
  /// - Complexity: O(depth).
  public func collapsingParent(of id: ProcessID, in tree: ProcessTree) -> ProcessID? {
    guard !collapsedRows.isEmpty, var slot = tree.slot(of: id) else { return nil }
    while slot != NodeArena.root {
      let parent = entries[Int(slot)].parent
      if entries[Int(slot)].isCollapsed { return parent == NodeArena.root ? nil : tree.arena[parent].id }
      slot = parent
    }
    return nil
  }

  /// Shows all children of a process, or collapses the exited ones again. - Complexity: O(children).
  public mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID, in tree: ProcessTree) {
    guard let slot = tree.slot(of: parent) else { return }
    setOpened(isOpen, parent, slot)
    update(in: tree)
  }

  mutating func setOpened(_ isOpen: Bool, _ parent: ProcessID, _ slot: Int32) {
    guard opened.contains(parent) != isOpen else { return }
    if isOpen { opened.insert(parent) } else { opened.remove(parent) }
    markCollapsedRow(of: slot)
  }

  mutating func setExited(_ isExited: Bool, _ node: Int32, under parent: Int32) {
    // Both may decide whether a chain shares a row.
    change(node) { $0.isExited = isExited }
    change(parent) { $0.exitedChildren &+= isExited ? 1 : -1 }
    if !isExited { removeFromCollapsedRow(node, under: parent) }
    if exitedChildLimit != nil { markCollapsedRow(of: parent, for: node) }
  }

  /// Clears the mark of an exited child before it is forgotten or moves, and updates its parent.
  mutating func clearExited(_ node: Int32) {
    let parent = entries[Int(node)].parent
    if entries[Int(node)].isExited, parent != NodeArena.none { setExited(false, node, under: parent) }
  }

  private mutating func removeFromCollapsedRow(_ node: Int32, under parent: Int32) {
    guard entries[Int(node)].isCollapsed, var collapsedRow = collapsedRows[parent] else { return }
    if entries[Int(node)].collapseState == .failed { collapsedRow.failed &-= 1 }
    setCollapseState(.none, node)
    collapsedRow.count &-= 1
    guard collapsedRow.count > 0 else { return removeCollapsedRow(of: parent) }
    if collapsedRow.last == node { collapsedRow.last = NodeArena.none }
    collapsedRows[parent] = collapsedRow
  }

  /// Collapses or shows a parent's children after some of them exited or turned out to be running.
  ///
  /// - Parameter firstEnd: the start of the list of these children.
  mutating func updateCollapsedRow(of parent: Int32, firstEnd: Int32, in tree: ProcessTree) {
    if var collapsedRow = collapsedRows[parent] {
      if collapsedRow.last == NodeArena.none {
        collapsedRow.last = lastCollapsed(from: tree.arena[parent].lastChild, in: tree)
      }
      var next = firstEnd
      while next != NodeArena.none {
        let node = pending.ends[Int(next)].node
        next = pending.ends[Int(next)].next
        let entry = entries[Int(node)]
        guard entry.isExited, entry.parent == parent, !entry.isCollapsed,
          tree.arena[node].id < tree.arena[collapsedRow.last].id
        else { continue }
        // It is between collapsed siblings.
        setCollapseState(collapseState(node, in: tree), node)
        collapsedRow.count &+= 1
        if entries[Int(node)].collapseState == .failed { collapsedRow.failed &+= 1 }
      }
      collapsedRows[parent] = collapsedRow
    }
    refitCollapsedRow(parent, in: tree)
  }

  /// Collapses or shows children until the number of collapsed children is right.
  private mutating func refitCollapsedRow(_ parent: Int32, in tree: ProcessTree) {
    guard let limit = exitedChildLimit, parent == NodeArena.root || tree.arena.isUsed(parent) else { return }
    let collapses = filter == nil && !(parent != NodeArena.root && opened.contains(tree.arena[parent].id))
    let wanted = collapses ? max(entries[Int(parent)].exitedChildren &- Int32(clamping: limit), 0) : 0
    while (collapsedRows[parent]?.count ?? 0) < wanted {
      var next = collapsedRows[parent].map { tree.arena[$0.last].next } ?? tree.arena[parent].firstChild
      while next != NodeArena.none, !entries[Int(next)].isExited { next = tree.arena[next].next }
      guard next != NodeArena.none else { return }
      setCollapseState(collapseState(next, in: tree), next)
      if collapsedRows[parent] == nil { add(rows: 1, matches: 0, chunk: NodeArena.none, to: parent) }
      collapsedRows[parent, default: CollapsedRow(last: next, count: 0)].add(next, entries[Int(next)].collapseState)
    }
    while let collapsedRow = collapsedRows[parent], collapsedRow.count > wanted {
      removeFromCollapsedRow(collapsedRow.last, under: parent)
      guard collapsedRows[parent] != nil else { break }
      let last = lastCollapsed(from: tree.arena[collapsedRow.last].previous, in: tree)
      collapsedRows[parent]?.last = last
    }
  }

  private mutating func removeCollapsedRow(of parent: Int32) {
    collapsedRows[parent] = nil
    add(rows: -1, matches: 0, chunk: NodeArena.none, to: parent)
  }

  /// Updates a collapsed process whose exit status has become known.
  mutating func updateCollapseState(of step: TreeChange.Step, in tree: ProcessTree) {
    let index = Int(step.slot)
    guard entries[index].isCollapsed, tree.arena.holds(step.id, at: step.slot) else { return }
    let collapseState = collapseState(step.slot, in: tree)
    guard entries[index].collapseState != collapseState else { return }
    entries[index].collapseState = collapseState
    collapsedRows[entries[index].parent]?.failed &+= collapseState == .failed ? 1 : -1
  }

  private func collapseState(_ node: Int32, in tree: ProcessTree) -> CollapseState {
    tree.arena[record: node].endStatus?.isSuccess ?? true ? .ended : .failed
  }

  private mutating func setCollapseState(_ collapseState: CollapseState, _ node: Int32) {
    let before = entries[Int(node)].rows
    entries[Int(node)].collapseState = collapseState
    add(
      rows: entries[Int(node)].rows &- before, matches: 0, chunk: entries[Int(node)].chunk,
      to: entries[Int(node)].parent)
  }

  /// The last collapsed child up to and including a sibling.
  private func lastCollapsed(from sibling: Int32, in tree: ProcessTree) -> Int32 {
    var node = sibling
    while node != NodeArena.none, !entries[Int(node)].isCollapsed { node = tree.arena[node].previous }
    return node
  }

  /// Marks all nodes whose subtrees have exited.
  ///
  /// - Parameter order: all nodes, parents before children.
  mutating func markExited(_ order: [Int32], in tree: ProcessTree) {
    for slot in order.reversed() where !tree.arena[record: slot].isRunning {
      guard tree.arena[slot].childCount == entries[Int(slot)].exitedChildren else { continue }
      entries[Int(slot)].isExited = true
      entries[Int(entries[Int(slot)].parent)].exitedChildren &+= 1
    }
  }

  /// Marks all collapsed children; call it before rows are summed.
  mutating func collapseAll(_ order: [Int32], in tree: ProcessTree) {
    collapsedRows = [:]
    guard let limit = exitedChildLimit, filter == nil else { return }
    for parent in [NodeArena.root] + order where Int(entries[Int(parent)].exitedChildren) > limit {
      guard parent == NodeArena.root || !opened.contains(tree.arena[parent].id) else { continue }
      var collapsedRow = CollapsedRow(last: NodeArena.none, count: 0)
      var child = tree.arena[parent].firstChild
      while Int(collapsedRow.count) < Int(entries[Int(parent)].exitedChildren) &- limit {
        if entries[Int(child)].isExited {
          entries[Int(child)].collapseState = collapseState(child, in: tree)
          collapsedRow.add(child, entries[Int(child)].collapseState)
        }
        child = tree.arena[child].next
      }
      collapsedRows[parent] = collapsedRow
      entries[Int(parent)].rowsBelow &+= 1
    }
  }
}
