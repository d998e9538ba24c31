internal import Events
internal import Tree

extension AppState {
  /// Corrects the positions after a change: the selection is an existing process, the panes have no empty lines that
  /// rows could fill, and the detail shows the selection.
  mutating func settle() {
    live.update()
    // If only one pane is shown, it is the focused one.
    if isZoomed { isZoomed = true }
    settledGeometry = geometry
    for (pane, box) in layout.boxes where box.rows > 0 { heights[pane] = box.rows }
    settleOrder()
    settleMatch()
    settleTree()
    settleTop()
    settleLogAnchor()
    settleLog()
    settleDetail()
    lookInDetail()
    keepMarked()
    reportTrouble()
    showNextNote()
    settledGeometry = geometry
  }

  /// The content rows of a pane; while it is hidden, those that it had, so that its position is kept.
  func rows(of pane: Pane) -> Int {
    if let rows = layout[pane]?.rows, rows > 0 { return rows }
    return heights[pane] ?? 0
  }

  /// The process of the highlighted row: the selected one, or the row that represents it while a fold hides it.
  var highlighted: ProcessID? { tree.selection.flatMap { shown.nearestVisible($0) } }

  /// The row on top of the tree pane.
  var treeTop: Int {
    guard let id = highlighted, let row = shown.row(of: id) else { return 0 }
    return max(row - tree.line, 0)
  }

  /// The row on top of the log pane.
  var logTop: Int {
    let count = shown.logCount
    guard !log.isFollowing, let cursor = log.cursor else { return max(count - rows(of: .log), 0) }
    return max(min(shown.logRow(of: cursor), count - 1) - log.line, 0)
  }

  private mutating func settleTree() {
    if tree.selection.map({ shown.tree[$0] == nil }) ?? true { tree.selection = shown.row(at: 0)?.id }
    guard let id = highlighted ?? shown.row(at: 0)?.id, let row = shown.row(of: id) else {
      tree.line = 0
      return
    }
    // With nothing above it in view (a filter hides even its ancestors) the selection goes to the first row.
    if highlighted == nil { tree.selection = id }
    tree.line = Self.line(of: row, at: tree.line, count: shown.outline.rowCount, height: rows(of: .tree))
  }

  private mutating func settleLog() {
    let height = rows(of: .log)
    guard !log.isFollowing, let cursor = log.cursor else { return }
    let row = min(shown.logRow(of: cursor), shown.logCount - 1)
    guard let sequence = shown.logEntry(atRow: row)?.sequence else {
      // The filter may still find some.
      if logAnchor != nil { return }
      log.cursor = nil
      log.isFollowing = true
      return
    }
    log.cursor = sequence
    log.line = Self.line(of: row, at: log.line, count: shown.logCount, height: height)
  }

  /// The line of a pane on which a row can stand, nearest to the one wanted: within the pane, with no emptiness above
  /// the first row, nor below the last one as long as there are rows above to show.
  static func line(of row: Int, at wanted: Int, count: Int, height: Int) -> Int {
    let height = max(height, 1)
    let line = min(max(wanted, 0), height - 1)
    let top = min(max(row - line, 0), max(count - height, 0))
    return min(row - top, height - 1)
  }

  private mutating func settleDetail() {
    if detailIsOfGroup { return settleTopDetail() }
    guard let node = selectedNode else {
      detailContent = nil
      detail = DetailPosition()
      return
    }
    if detail.subject != node.id { detail = DetailPosition(subject: node.id) }
    guard let box = layout[.detail] else {
      detailContent = nil
      return
    }
    let key = DetailContent.Key(
      of: node, in: shown.tree, now: shownTime, clock: clock, scopeStart: scopeStart, width: box.columns - 1)
    if detailContent?.key != key {
      detailContent = DetailContent(of: node, in: shown.tree, key: key, now: shownTime, clock: clock, glyphs: glyphs)
    } else {
      let (tree, now, clock, glyphs) = (shown.tree, shownTime, clock, glyphs)
      detailContent?.update(node, in: tree, now: now, clock: clock, glyphs: glyphs)
    }
    let lines = detailContent?.lines.count ?? 0
    detail.top = min(max(detail.top, 0), max(lines - box.rows, 0))
  }
}
