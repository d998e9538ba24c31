internal import Events
internal import Tree

extension AppState {
  /// Selects a process and scrolls the tree no further than is needed to see it.
  mutating func select(_ id: ProcessID) {
    let top = treeTop
    tree.selection = id
    let row = highlighted.flatMap { shown.row(of: $0) } ?? 0
    tree.line = min(max(row - top, 0), max(rows(of: .tree) - 1, 0))
  }

  /// Selects a process on request of the user: this stops following the newest.
  mutating func choose(_ id: ProcessID) {
    tree.isFollowing = false
    select(id)
  }

  /// Selects the newest process, if it has a row.
  mutating func selectNewest() {
    guard let newest = shown.newest, shown.row(of: newest) != nil else { return }
    select(newest)
  }

  /// Unfolds what hides a process. - Complexity: O(depth), for each parent that is opened.
  mutating func reveal(_ id: ProcessID) {
    while let parent = shown.outline.collapsingParent(of: id, in: shown.tree) {
      updateShown { $0.setOpened(true, parent) }
    }
    let above = shown.tree.lineage(of: id).filter { shown.outline.isFolded($0) }
    updateShown { data in
      data.setFolded(false, above)
    }
  }

  /// After a fold hid rows: the selection moves to the row that represents its process.
  mutating func leaveHiddenSelection() {
    if let id = highlighted, id != tree.selection { select(id) }
  }

  /// After a filter hid rows: the selection stays on a match. From another process it moves to the first matching
  /// descendant of it, or of its nearest visible ancestor.
  mutating func selectMatch() {
    let row = highlighted.flatMap { shown.row(of: $0) } ?? 0
    // A context row has a match below it, and each row on the way there is the first child of the one before.
    var next = row
    while let candidate = shown.row(at: next), candidate.isContext, candidate.hasChildren, !candidate.isFolded {
      next += 1
    }
    if let match = shown.row(at: next)?.id, match != tree.selection { select(match) }
  }
}
