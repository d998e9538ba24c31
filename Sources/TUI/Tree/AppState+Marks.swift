internal import Events
internal import Tree

// Processes that the user marked. Only the view knows them: recordings do not hold them, and the filter field `mark`
// means the flags of a process.

extension AppState {
  mutating func toggleMark() {
    guard let id = selectedNode?.id else { return showError("no process is selected") }
    if let row = shown.row(of: id).flatMap({ shown.row(at: $0) }), row.id == id, row.collapsedCount > 0 {
      return showError("this row stands for several processes (\(keyName(.open)) shows each)")
    }
    let isMarked = tree.marked.remove(id) == nil
    if isMarked { tree.marked.insert(id) }
    // If the mark itself is not visible.
    if focus != .tree || shown.row(of: id) == nil {
      let what: DisplayText = id.isHost ? "host" : "process \(id.pid)"
      show("\(isMarked ? "marked" : "unmarked"): \(what)")
    }
  }

  mutating func unmarkAll() {
    guard !tree.marked.isEmpty else { return showError(noMarks) }
    show("\(.count(tree.marked.count)) unmarked")
    tree.marked = []
  }

  private var noMarks: DisplayText { "no process is marked (\(keyName(.mark)) marks)" }

  /// Goes to the next marked row below, and around the end; the steps of a critical path count as marked. Unfolds
  /// marked processes. - Complexity: O(marks, depth).
  mutating func selectNextMark() {
    let path = timing?.path
    let present = tree.marked.filter { shown.tree[$0] != nil }.union(path?.notableProcesses ?? [])
    guard !present.isEmpty else {
      return showError(tree.marked.isEmpty ? noMarks : "no marked process exists at this time")
    }
    // A process hidden by a fold has no row: it is unfolded first.
    for id in present where shown.row(of: id) == nil { reveal(id) }
    // In a chain several have one row, in the order of their depth.
    func place(_ id: ProcessID) -> (Int, Int)? { shown.row(of: id).map { ($0, shown.tree.depth(of: id) ?? 0) } }
    let rows = present.compactMap { id in place(id).map { (row: $0, id: id) } }.sorted { $0.row < $1.row }
    guard let first = rows.first else { return showError("the filter hides the marked processes") }
    let current = (tree.selection.flatMap(place) ?? highlighted.flatMap(place)) ?? (-1, -1)
    let next = rows.first { $0.row > current } ?? first
    closeTop()
    choose(next.id)
    let place = (rows.firstIndex { $0.id == next.id } ?? 0) + 1
    if let path, let step = path.step(of: next.id) {
      let own = path.steps[step].own
      let share = DisplayText.percent(permille: path.permille(of: own))
      return show("step: \(share), \(.duration(own, glyphs)) of its own (\(place) of \(rows.count))")
    }
    show("mark \(place) of \(rows.count)")
  }

  /// Removes the marks of forgotten processes, and makes the other marked ones and the selected one be forgotten
  /// last.
  mutating func protectMarked() {
    if !tree.marked.isEmpty {
      let (live, frozen) = (live.tree, frozen?.snapshot.tree)
      tree.marked = tree.marked.filter { live[$0] != nil || frozen?[$0] != nil }
    }
    let looked = [tree.selection, shown.outline.top].compactMap(\.self)
    live.keep(looked.isEmpty ? tree.marked : tree.marked.union(looked))
  }

  mutating func toggleOnlyMarked() {
    if undoOnly(.onlyMarked) { return }
    if tree.marked.isEmpty { return showError(noMarks) }
    let text = shown.tree.filterTerm(for: tree.marked).text
    guard text.utf8.count < LineEditor.limit else { return showError("too many marked processes for a filter") }
    toggleOnly(.onlyMarked, expression: text)
  }
}
