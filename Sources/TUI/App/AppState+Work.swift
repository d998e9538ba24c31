internal import Tree

extension AppState {
  /// Something is not finished: the shell sends `work` until this is false.
  package var hasWork: Bool { shown.hasWork || topHasWork }

  mutating func work() {
    guard hasWork else { return }
    generation += 1
    guard shown.hasWork else { return workOnTop() }
    updateShown { $0.work() }
  }

  /// Selects a match of a new filter: at once, or as soon as the filter finds one, or as soon as one starts.
  mutating func settleMatch() {
    guard seeksMatch else { return }
    if !selectedIsMatch { selectMatch() }
    seeksMatch = !selectedIsMatch && (hasWork || shown.outline.rowCount == 0)
  }

  /// The number of processes that the tree forgot because of its limits.
  package var forgotten: Int { live.tree.totals.forgotten }

  /// How many rows the tree has now.
  package var rowCount: Int { shown.outline.rowCount }

  /// Selects the process on a row of the tree, if there is one.
  package mutating func goTo(row: Int) {
    if let id = shown.row(at: row)?.id { select(id) }
    settle()
  }

  private var selectedIsMatch: Bool {
    guard let id = highlighted, let filter = shown.filter, let node = shown.tree[id] else { return false }
    return filter.matches(node, in: shown.tree)
  }
}
