internal import Events
internal import Tree

extension AppState {
  /// Corrects the positions after a change: the selection is an existing process, the panes have no empty lines that
  /// rows could fill, and the detail shows the selection.
  mutating func reconcile() {
    live.update()
    // If only one pane is shown, it is the focused one.
    if isZoomed { isZoomed = true }
    lastGeometry = geometry
    for (pane, box) in layout.boxes where box.rows > 0 { heights[pane] = box.rows }
    reconcileOrder()
    reconcileMatch()
    reconcileTree()
    reconcileTop()
    reconcileLogAnchor()
    reconcileLog()
    reconcileDetail()
    updateDetailMatches()
    protectMarked()
    reportTrouble()
    showNextMessage()
    lastGeometry = geometry
  }

  /// The content rows of a pane; while it is hidden, those that it had, so that its position is kept.
  func rows(of pane: Pane) -> Int {
    if let rows = layout[pane]?.rows, rows > 0 { return rows }
    return heights[pane] ?? 0
  }

  /// The line of a pane on which a row can stand, nearest to the one wanted: within the pane, with no emptiness above
  /// the first row, nor below the last one as long as there are rows above to show.
  static func line(of row: Int, at wanted: Int, count: Int, height: Int) -> Int {
    let height = max(height, 1)
    let line = min(max(wanted, 0), height - 1)
    let top = min(max(row - line, 0), max(count - height, 0))
    return min(row - top, height - 1)
  }
}
