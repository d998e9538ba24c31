internal import ProcessTree

// Processes that the person marked. They are the view's own: no recording and no filter's field knows of them (`mark` there
// is about what is known of a process).

extension AppState {
  mutating func toggleMark() {
    guard let id = selectedNode?.id else { return complain("no process is selected") }
    if let row = shown.row(of: id).flatMap({ shown.row(at: $0) }), row.id == id, row.stowed > 0 {
      return complain("these share a row: \(keyName(.toggleFold)) shows each")
    }
    let isMarked = marked.remove(id) == nil
    if isMarked { marked.insert(id) }
    // Where the mark itself is not to be seen.
    if focus != .tree || shown.row(of: id) == nil { say("\(isMarked ? "marked" : "unmarked"): process \(id.pid)") }
  }

  mutating func unmarkAll() {
    guard !marked.isEmpty else { return complain(noMarks) }
    say("\(.count(marked.count)) unmarked")
    marked = []
  }

  private var noMarks: DisplayText { "nothing is marked, \(keyName(.mark)) marks" }

  /// To the next marked row below, and around the end. All that folds hide are shown. - Complexity: O(marks, depth).
  mutating func selectNextMark() {
    let present = marked.filter { shown.tree[$0] != nil }
    guard !present.isEmpty else {
      return complain(marked.isEmpty ? noMarks : "what is marked is not there at this time")
    }
    // What a fold hides has no row of its own: it is opened first, since that is what the mark is for.
    for id in present where shown.row(of: id) == nil { reveal(id) }
    let rows = present.compactMap { id in shown.row(of: id).map { (row: $0, id: id) } }.sorted { $0.row < $1.row }
    guard let first = rows.first else { return complain("the filter hides what is marked") }
    let current = highlighted.flatMap { shown.row(of: $0) } ?? -1
    let next = rows.first { $0.row > current } ?? first
    closeTop()
    choose(next.id)
    let place = (rows.firstIndex { $0.id == next.id } ?? 0) + 1
    say("mark \(place) of \(rows.count)")
  }

  /// Forgets marks of what is forgotten, and has the others, and the selected process, forgotten last.
  mutating func keepMarked() {
    if !marked.isEmpty {
      let (live, frozen) = (live.tree, frozen?.picture.tree)
      marked = marked.filter { live[$0] != nil || frozen?[$0] != nil }
    }
    live.keep(tree.selection.map { marked.union([$0]) } ?? marked)
  }

  mutating func toggleOnlyMarked() {
    if undoOnly(.onlyMarked) { return }
    if marked.isEmpty { return complain(noMarks) }
    let text = shown.tree.filterTerm(for: marked).text
    guard text.utf8.count < LineEditor.limit else { return complain("too many are marked for a filter") }
    toggleOnly(.onlyMarked, expression: text)
  }
}
