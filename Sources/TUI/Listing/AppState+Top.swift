package import ProcessTree

extension AppState {
  /// What the processes that are shown add up to, as of the moment that is shown; with a filter, those that match.
  /// - Complexity: O(processes).
  package func top(by grouping: TopGrouping, order: TopOrder = TopOrder(.execs)) -> TopTable {
    TopTable(of: shown.tree, by: grouping, matching: shown.filter, now: shownTime, order: order)
  }
}
