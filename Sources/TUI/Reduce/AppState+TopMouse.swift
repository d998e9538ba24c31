internal import ProcessTree

// The mouse in the top table.

extension AppState {
  /// The first click on a row selects it, the next one does what Enter does there; one on a column's head sorts by that
  /// column, the next one the other way round.
  mutating func pressTop(at point: Point, in box: Layout.Box, hadFocus: Bool) {
    if let header = box.header, point.row == header {
      let columns = TopColumns(width: box.columns, sorted: top.order.column)
      if let column = columns.column(at: point.column - box.column) { sortTop(byHeadOf: column) }
      return
    }
    let line = point.row - box.top
    let row = top.first + line
    guard (0..<box.rows).contains(line), top.rows.indices.contains(row) else { return }
    if hadFocus, row == top.row { return filterToRow() }
    moveInTop(by: row - top.row)
  }

  private mutating func sortTop(byHeadOf column: TopColumn) {
    sortTop(column == top.order.column ? top.order.reversed : TopOrder(column))
  }
}
