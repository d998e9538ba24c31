package import Tree

extension AppState {
  /// The totals of the processes at the moment that is shown; with a filter, only of the matching ones.
  /// - Complexity: O(processes).
  package func top(by grouping: TopGrouping, order: TopOrder = TopOrder(.execs)) -> TopTable {
    TopTable(of: shown.tree, by: grouping, matching: shown.filter, now: shownTime, order: order)
  }
}
