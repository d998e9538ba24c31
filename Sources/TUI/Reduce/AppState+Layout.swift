// How the panes share the screen, by keys: what they change are settings, which hold until the program ends and are
// saved with the others.

extension AppState {
  /// The next arrangement that looks otherwise on this screen.
  mutating func changeArrangement() {
    isZoomed = false
    let present = looks(settings.panes)
    var choice = settings.panes
    for _ in PaneChoice.arrangementRange.dropFirst() {
      let last = PaneChoice.arrangementRange.upperBound
      choice.arrangement = choice.arrangement == last ? PaneChoice.arrangementRange.lowerBound : choice.arrangement + 1
      guard looks(choice) != present else { continue }
      settings.panes = choice
      // A pane that is left out would come back at once where it has the focus.
      if focus != .tree, layout(choice, focus: .tree)[focus] == nil { focus = .tree }
      switch choice.arrangement {
      case 1: say("all panes")
      case 2: say("without the detail")
      default: say("without the log")
      }
      return
    }
    complain("this screen has no room for another layout")
  }

  /// Makes the pane with the focus smaller or larger by the least that shows, at the cost of the pane beside it; where
  /// there is none, of the one above or below.
  ///
  /// - Parameter growth: 1 or -1.
  mutating func resizePane(by growth: Int) {
    guard !isZoomed else { return complain("the pane has the whole screen, \(keyName(.zoom)) gives it back") }
    let box = layout[focus]
    guard layout.boxes.count > 1, let box else { return complain("no other pane is beside this one") }
    let isBeside = focus != .log && layout.divider != nil
    // Both are parts of what the tree shares: the tree's of the width, the log's of the height.
    let direction = (isBeside ? focus == .tree : focus == .log) ? growth : -growth
    var choice = settings.panes
    let range = isBeside ? PaneChoice.treeRange : PaneChoice.logRange
    var value = isBeside ? choice.tree : choice.log
    while true {
      let next = range.clamp(value + Self.paneStep * direction)
      guard next != value else { break }
      value = next
      if isBeside { choice.tree = value } else { choice.log = value }
      let changed = layout(choice, focus: focus)[focus]
      if let changed, isBeside ? changed.columns != box.columns : changed.rows != box.rows {
        settings.panes = choice
        detailContent = nil
        return
      }
    }
    complain(growth > 0 ? "the pane is as large as it gets" : "the pane is as small as it gets")
  }

  /// Percent of the screen that one key press moves a border by.
  private static let paneStep = 2

  /// What each pane has of the screen while the tree has the focus.
  private func looks(_ panes: PaneChoice) -> [Pane: Layout.Box] { layout(panes, focus: .tree).boxes }
}
