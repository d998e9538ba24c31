internal import Events
internal import Tree

// Failures: processes that exited nonzero or by a signal, and failed execs.

extension AppState {
  /// Goes to the next or the previous failure: in the log to its entry, else in the tree to the process, where it unfolds
  /// what hides it. - Complexity: as `Outline.failure`; in the log O(log n) for each failure that the filter hides.
  mutating func goToFailure(backward: Bool) {
    if focus == .log { return goToLoggedFailure(backward: backward) }
    let id = highlighted
    let row = id.flatMap { shown.row(of: $0) }.flatMap { shown.row(at: $0) }
    let found = shown.outline.failure(
      from: id, backward: backward, isCollapsedRow: row.map { $0.collapsedCount > 0 } ?? false, in: shown.tree)
    guard let found else { return showError(noFailure(count: shown.tree.failures)) }
    reveal(found.id)
    choose(found.id)
    guard found.isWrapped else { return }
    if found.id == id {
      return show(shown.filter == nil ? "the only failure" : "the only failure that the filter shows")
    }
    showWrap(backward: backward)
  }

  /// Why there is no failure to go to.
  /// - Parameter count: of all failures, with those that a filter hides.
  private func noFailure(count: Int) -> DisplayText {
    if shown.filter == nil || count == 0 { return "no failure yet: no nonzero exit, no signal, no failed exec" }
    return "the filter hides \(count == 1 ? "the only failure" : "all \(number: count, grouped: true) failures")"
  }

  private mutating func showWrap(backward: Bool) {
    let rest: DisplayText = shown.filter == nil ? "" : " (the filter may hide others)"
    show("wrapped to the \(backward ? "last" : "first") failure\(rest)")
  }

  private mutating func goToLoggedFailure(backward: Bool) {
    let start = log.isFollowing ? nil : log.cursor
    // At the end that is followed nothing comes after.
    var isWrapped = start == nil && !backward
    var place = start
    while true {
      let events = shown.tree.log
      let next = backward ? events.lastFailure(before: place) : events.firstFailure(after: place)
      if let next {
        if isWrapped, let start, backward ? next < start : next > start { break }
        let row = shown.logRow(of: next)
        if shown.logEntry(atRow: row)?.sequence == next {
          selectLogRow(row)
          guard isWrapped else { return }
          return next == start ? show("the only failure in the log") : showWrap(backward: backward)
        }
        place = next
      } else {
        guard !isWrapped else { break }
        isWrapped = true
        place = nil
      }
    }
    showError(noFailure(count: shown.tree.log.failureCount))
  }

  /// Shows only failures, with their ancestors; undoes that.
  mutating func toggleOnlyFailures() { toggleOnly(.onlyFailures, expression: "is:failed") }
}
