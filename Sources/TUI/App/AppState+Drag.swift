// Dragging borders changes the same settings as the keys do, see `AppState+Layout`.
extension AppState {
  /// Moves the dragged border as near to the pointer as possible. Neither the selection nor the focus changes.
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

  /// The distance of a border from the pointer; nil if there is no border.
  private func offset(of border: Border, in panes: PaneChoice, from point: Point) -> Int? {
    let layout = layout(panes, focus: focus)
    switch border {
    case .divider: return layout.divider.map { abs($0 - point.column) }
    case .log: return layout[.log]?.title.map { abs($0 - point.row) }
    }
  }
}
