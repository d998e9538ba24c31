internal import Events
internal import Tree

/// The state of the tree pane.
///
/// Its position is the selected process and its line on the screen, not a row number, so the selection stays in its
/// place while rows come and go above it.
struct TreeState: Hashable, Sendable {
  /// The selected process; nil only while there is none at all.
  var selection: ProcessID?
  /// The line of the selection in the pane, from 0.
  var line = 0
  /// The ancestors on the first lines of the pane, as of the last action.
  var sticky: [OutlineRow] = []
  /// How far the command column is scrolled sideways, in columns.
  var sideways = 0
  /// Whether the newest process is selected when it starts.
  var isFollowing = false
  var order = TreeOrderState()
  /// The processes that the user marked, as long as they are remembered.
  var marked: Set<ProcessID> = []
  /// The run times, while they are shown.
  var runTimes: RunTimeAxis?
  /// The critical path, while it is shown.
  var path: PathChoice?

  /// The position, to return to it.
  var position: TreePosition {
    get { TreePosition(selection: selection, line: line, sideways: sideways, isFollowing: isFollowing) }
    set {
      (selection, line, sideways, isFollowing) = (
        newValue.selection, newValue.line, newValue.sideways, newValue.isFollowing
      )
    }
  }
}

/// A position of the tree pane, see `TreeState`.
struct TreePosition: Hashable, Sendable {
  var selection: ProcessID?
  var line: Int
  var sideways: Int
  var isFollowing: Bool
}

extension AppState {
  /// The process of the highlighted row: the selected one, or the row that represents it while a fold hides it.
  var highlighted: ProcessID? { tree.selection.flatMap { shown.nearestVisible($0) } }

  /// The row on top of the tree pane.
  var treeTop: Int {
    guard let id = highlighted, let row = shown.row(of: id) else { return 0 }
    return max(row - tree.line, 0)
  }

  mutating func reconcileTree() {
    if tree.selection.map({ shown.tree[$0] == nil }) ?? true {
      tree.selection = firstStandable
    }
    guard var id = highlighted ?? shown.row(at: firstStandableRow)?.id, var row = shown.row(of: id) else {
      (tree.line, tree.sticky) = (0, [])
      return
    }
    // With nothing above it in view (a filter hides even its ancestors) the selection goes to the first row.
    if highlighted == nil { tree.selection = id }
    if !canStand(on: id) {
      row = standableRow(from: row, .forward)
      id = shown.row(at: row)?.id ?? id
      tree.selection = id
    }
    tree.line = Self.line(of: row, at: tree.line, count: shown.rowCount, height: rows(of: .tree))
    reconcileSticky(row: row)
  }

  mutating func moveInTree(by rows: Int) {
    if rows < 0 { tree.isFollowing = false }
    guard let id = highlighted, let row = shown.row(of: id) else { return }
    let target = standableRow(from: Self.sum(row, rows, below: shown.rowCount), rows < 0 ? .backward : .forward)
    guard let id = shown.row(at: target)?.id else { return }
    // On the same row the selected one of several processes stays.
    target == row ? select(standing ?? id) : choose(id)
  }

  /// The first click selects, the next one folds or unfolds.
  mutating func pressTree(line: Int, hadFocus: Bool) {
    if tree.sticky.indices.contains(line) {
      if canStand(on: tree.sticky[line].id) { choose(tree.sticky[line].id) }
      return
    }
    guard let id = shown.row(at: treeTop + line)?.id, canStand(on: id) else { return }
    if hadFocus, id == highlighted { return changeFolds(.open) }
    choose(id)
  }

  /// The selection stays on its process while that is in view, then at the edge.
  mutating func scrollTree(by rows: Int, height: Int) {
    let count = shown.rowCount
    let top = max(min(treeTop + rows, count - height), 0)
    if rows < 0 || top != treeTop { tree.isFollowing = false }
    guard let row = highlighted.flatMap({ shown.row(of: $0) }) else { return }
    let covered = stickyRows(from: top).count
    let kept = standableRow(from: max(min(row, top + height - 1, count - 1), min(top + covered, count - 1)), .forward)
    if kept != row, let id = shown.row(at: kept)?.id { tree.selection = id }
    tree.line = kept - top
  }
}

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
    if shown.outline.top != nil, !shown.outline.isWithinTop(id, in: shown.tree) { updateShown { $0.setTop(nil) } }
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
    if let selected = tree.selection, shown.row(of: selected) != nil { return }
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
