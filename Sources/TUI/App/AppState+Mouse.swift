internal import Tree

/// The state of the mouse.
package struct MouseState: Hashable, Sendable {
  /// Whether the mouse is used: the shell makes the terminal report it while this is true.
  package var isUsed = true
  /// The border that the mouse drags, until its button is released.
  var heldBorder: Border?
}

extension AppState {
  /// Rows that one notch of the wheel scrolls.
  private static let wheelStep = 3

  /// Handles a mouse event.
  mutating func handle(_ event: MouseEvent) -> [Effect] {
    guard mouse.isUsed else { return [] }
    switch event.kind {
    case .press:
      // Even if the release of the last button press was lost.
      mouse.heldBorder = nil
      return press(at: event.point)
    case .drag: drag(to: event.point)
    case .release: mouse.heldBorder = nil
    case .wheelUp: scroll(at: event.point, by: -Self.wheelStep)
    case .wheelDown: scroll(at: event.point, by: Self.wheelStep)
    }
    return []
  }

  private mutating func press(at point: Point) -> [Effect] {
    // A click elsewhere does not interrupt a prompt or a menu.
    guard prompt == nil, copying.question == nil, settingsScreen == nil else { return [] }
    if point.row == layout.keyBar {
      // A message covers the key bar: the click dismisses it.
      guard message == nil else {
        message = nil
        return []
      }
      let button = keyBarButtons.first { $0.columns.contains(point.column) }
      return button.flatMap { settings.keys.keys(of: $0.command.id).first }.map { handle(Input.key($0)) } ?? []
    }
    dismissMessage()
    guard help.top == nil else { return [] }
    if let row = layout.timeline, (row...row + 1).contains(point.row) {
      jump(toTimelineColumn: point.column)
      return []
    }
    mouse.heldBorder = geometry.border(at: point)
    guard let (pane, box) = geometry.pane(at: point) else { return [] }
    let line = point.row - box.top
    let hadFocus = focus == pane
    focus = pane
    if pane == .tree, top.isOpen {
      pressTop(at: point, in: box, hadFocus: hadFocus)
      return []
    }
    if box.crumbs == point.row { pressCrumb(column: point.column - box.column) }
    guard (0..<box.rows).contains(line) else { return [] }
    switch pane {
    case .tree: pressTree(line: line, hadFocus: hadFocus)
    case .log where output.isOpen: pressOutput(row: outputTop + line, hadFocus: hadFocus)
    case .log: pressLog(row: logTop + line, hadFocus: hadFocus)
    case .detail: pressDetail(line: detail.top + line)
    }
    return []
  }

  /// Scrolls the pane under the pointer, even if another one has the focus.
  private mutating func scroll(at point: Point, by rows: Int) {
    if let screen = settingsScreen {
      // The requested key is for the command under the cursor.
      guard screen.asking == nil else { return }
      return moveSettingsCursor(by: rows.signum())
    }
    if let top = help.top {
      help.top = max(min(top + rows, helpLines.count - geometry.page.rows), 0)
      return
    }
    guard let (pane, box) = geometry.pane(at: point), box.rows > 0 else { return }
    switch pane {
    case .tree: top.isOpen ? top.scroll(by: rows, height: box.rows) : scrollTree(by: rows, height: box.rows)
    case .log: output.isOpen ? scrollOutput(by: rows, height: box.rows) : scrollLog(by: rows, height: box.rows)
    case .detail: detail.top = max(detail.top + rows, 0)
    }
  }
}

// Dragging borders changes the same settings as the keys do, see `AppState+Panes`.
extension AppState {
  /// Moves the dragged border as near to the pointer as possible. Neither the selection nor the focus changes.
  ///
  /// - Complexity: O(1): as many layouts as there are percentages.
  mutating func drag(to point: Point) {
    guard let border = mouse.heldBorder, help.top == nil, settingsScreen == nil else { return }
    var best = settings.panes
    var distance = offset(of: border, in: best, from: point) ?? .max
    for percent in border == .divider ? PaneChoice.treeRange : PaneChoice.logRange {
      var choice = settings.panes
      if border == .divider { choice.tree = percent } else { choice.log = percent }
      guard let found = offset(of: border, in: choice, from: point), found < distance else { continue }
      (best, distance) = (choice, found)
    }
    guard best != settings.panes else { return }
    settings.panes = best
    detail.content = nil
    generation += 1
  }

  /// The distance of a border from the pointer; nil if there is no border.
  private func offset(of border: Border, in panes: PaneChoice, from point: Point) -> Int? {
    let layout = layout(panes, focus: focus)
    switch border {
    case .divider: return layout.divider.map { abs($0 - point.column) }
    case .log: return layout[.log]?.title.map { abs($0 - point.row) }
    }
  }
}
