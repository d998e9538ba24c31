internal import Tree

extension AppState {
  /// Rows that one notch of the wheel scrolls.
  private static let wheelStep = 3

  /// Handles a mouse event.
  mutating func take(_ event: MouseEvent) -> [Effect] {
    guard usesMouse else { return [] }
    switch event.kind {
    case .press:
      // Even if the release of the last button press was lost.
      heldBorder = nil
      return press(at: event.point)
    case .drag: drag(to: event.point)
    case .release: heldBorder = nil
    case .wheelUp: scroll(at: event.point, by: -Self.wheelStep)
    case .wheelDown: scroll(at: event.point, by: Self.wheelStep)
    }
    return []
  }

  private mutating func press(at point: Point) -> [Effect] {
    // A click elsewhere does not interrupt a prompt or a menu.
    guard prompt == nil, question == nil, settingsScreen == nil else { return [] }
    if point.row == layout.keyBar {
      // A message covers the key bar: the click dismisses it.
      guard message == nil else {
        message = nil
        return []
      }
      let button = keyBarButtons.first { $0.columns.contains(point.column) }
      return button.flatMap { settings.keys.keys(of: $0.command.id).first }.map { take(Input.key($0)) } ?? []
    }
    dismissMessage()
    guard help == nil else { return [] }
    if let row = layout.timeline, (row...row + 1).contains(point.row) {
      jump(toTimelineColumn: point.column)
      return []
    }
    heldBorder = geometry.border(at: point)
    guard let (pane, box) = geometry.pane(at: point) else { return [] }
    let line = point.row - box.top
    let hadFocus = focus == pane
    focus = pane
    if pane == .tree, top.isOpen {
      pressTop(at: point, in: box, hadFocus: hadFocus)
      return []
    }
    guard (0..<box.rows).contains(line) else { return [] }
    switch pane {
    case .tree: pressTree(row: treeTop + line, hadFocus: hadFocus)
    case .log: pressLog(row: logTop + line, hadFocus: hadFocus)
    case .detail: pressDetail(line: detail.top + line)
    }
    return []
  }

  /// The first click selects, the next one folds or unfolds.
  private mutating func pressTree(row: Int, hadFocus: Bool) {
    guard let id = shown.row(at: row)?.id else { return }
    if hadFocus, id == highlighted { return changeFolds(.toggleFold) }
    choose(id)
  }

  /// The first click selects, the next one goes to the process in the tree.
  private mutating func pressLog(row: Int, hadFocus: Bool) {
    guard let entry = shown.logEntry(atRow: row) else { return }
    if hadFocus, !log.isFollowing, entry.sequence == log.cursor { return changeFolds(.toggleFold) }
    selectLogRow(row)
  }

  /// Scrolls the pane under the pointer, even if another one has the focus.
  private mutating func scroll(at point: Point, by rows: Int) {
    if let screen = settingsScreen {
      // The requested key is for the command under the cursor.
      guard screen.asking == nil else { return }
      return moveSettingsCursor(by: rows.signum())
    }
    if let top = help {
      help = max(min(top + rows, helpLines.count - geometry.page.rows), 0)
      return
    }
    guard let (pane, box) = geometry.pane(at: point), box.rows > 0 else { return }
    switch pane {
    case .tree: top.isOpen ? top.scroll(by: rows, height: box.rows) : scrollTree(by: rows, height: box.rows)
    case .log: scrollLog(by: rows, height: box.rows)
    case .detail: detail.top = max(detail.top + rows, 0)
    }
  }

  /// The selection stays on its process while that is in view, then at the edge.
  private mutating func scrollTree(by rows: Int, height: Int) {
    let count = shown.outline.rowCount
    let top = max(min(treeTop + rows, count - height), 0)
    if rows < 0 || top != treeTop { tree.isFollowing = false }
    guard let row = highlighted.flatMap({ shown.row(of: $0) }) else { return }
    let kept = max(min(row, top + height - 1, count - 1), top)
    if kept != row, let id = shown.row(at: kept)?.id { tree.selection = id }
    tree.line = kept - top
  }

  /// The log's cursor does the same; at the end the log is followed again.
  private mutating func scrollLog(by rows: Int, height: Int) {
    let count = shown.logCount
    let last = max(count - height, 0)
    let top = max(min(logTop + rows, last), 0)
    guard count > 0, top != logTop else { return }
    logAnchor = nil
    guard rows < 0 || top < last else {
      log.isFollowing = true
      return
    }
    let row = log.isFollowing ? count - 1 : log.cursor.map { shown.logRow(of: $0) } ?? count - 1
    let kept = max(min(row, top + height - 1, count - 1), top)
    log.cursor = shown.logEntry(atRow: kept)?.sequence
    log.isFollowing = false
    log.line = kept - top
  }
}
