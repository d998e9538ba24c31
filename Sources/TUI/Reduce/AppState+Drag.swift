/// A border between panes that the mouse can take hold of.
enum Border: Hashable, Sendable {
  /// The line between the tree and the detail.
  case divider
  /// The title line of the log.
  case log
}

// Borders under the mouse: what they change are the settings that the keys change, `AppState+Layout`.
extension AppState {
  /// The border at a point; nil where none is that could move.
  func border(at point: Point) -> Border? {
    let layout = self.layout
    guard layout.boxes.count > 1, (0..<size.columns).contains(point.column) else { return nil }
    if let title = layout[.log]?.title, title == point.row { return .log }
    guard let divider = layout.divider, divider == point.column, let box = layout[.tree] else { return nil }
    return ((box.title ?? box.top)..<box.top + box.rows).contains(point.row) ? .divider : nil
  }

  /// Moves the border that is held as near to the pointer as it goes. Neither the selection nor the focus changes.
  ///
  /// - Complexity: O(1): as many layouts as there are percentages.
  mutating func drag(to point: Point) {
    guard let border = heldBorder, help == nil, settingsScreen == nil else { return }
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
    detailContent = nil
    generation += 1
  }

  /// How far from the pointer a border would be; nil where there is none.
  private func offset(of border: Border, in panes: PaneChoice, from point: Point) -> Int? {
    let layout = layout(panes, focus: focus)
    switch border {
    case .divider: return layout.divider.map { abs($0 - point.column) }
    case .log: return layout[.log]?.title.map { abs($0 - point.row) }
    }
  }
}
