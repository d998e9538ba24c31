internal import Tree

// The mouse in the top table.

extension AppState {
  /// The first click on a row selects it, the next one acts as Enter; a click on a heading sorts by that column, the
  /// next one reverses the order.
  mutating func pressTop(at point: Point, in box: Layout.Box, hadFocus: Bool) {
    if let header = box.header, point.row == header {
      if let column = geometry.top?.column(at: point.column - box.column) { sortTop(byHeadOf: column) }
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
