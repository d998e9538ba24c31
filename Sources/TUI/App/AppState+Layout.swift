// Keys that change how the panes share the screen. They change settings, which hold until the program ends and are
// saved with the others.

extension AppState {
  /// The next arrangement that looks different on this screen.
  mutating func changeArrangement() {
    isZoomed = false
    let present = looks(settings.panes)
    var choice = settings.panes
    for _ in PaneChoice.arrangementRange.dropFirst() {
      let last = PaneChoice.arrangementRange.upperBound
      choice.arrangement = choice.arrangement == last ? PaneChoice.arrangementRange.lowerBound : choice.arrangement + 1
      guard looks(choice) != present else { continue }
      settings.panes = choice
      // A hidden pane would come back at once if it had the focus.
      if focus != .tree, layout(choice, focus: .tree)[focus] == nil { focus = .tree }
      switch choice.arrangement {
      case 1: say("all panes")
      case 2: say("no detail")
      default: say("no log")
      }
      return
    }
    complain("the screen is too small for another layout")
  }

  /// Makes the focused pane smaller or larger by the smallest visible step, at the cost of the pane beside it, or
  /// else of the one above or below.
  ///
  /// - Parameter growth: 1 or -1.
  mutating func resizePane(by growth: Int) {
    guard !isZoomed else { return complain("this pane is zoomed (\(keyName(.zoom)) unzooms it)") }
    let box = layout[focus]
    guard layout.boxes.count > 1, let box else { return complain("no other pane is shown beside this one") }
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
    complain(growth > 0 ? "the pane has its maximum size" : "the pane has its minimum size")
  }

  /// Percent of the screen that one key press moves a border by.
  private static let paneStep = 2

  /// The boxes of the panes while the tree has the focus.
  private func looks(_ panes: PaneChoice) -> [Pane: Layout.Box] { layout(panes, focus: .tree).boxes }
}
