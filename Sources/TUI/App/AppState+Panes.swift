extension AppState {
  mutating func changePanes(_ command: CommandID) {
    switch command {
    case .nextPane: go(to: focus.next)
    case .previousPane: go(to: focus.previous)
    case .paneTree: go(to: .tree)
    case .paneDetail: go(to: .detail)
    case .paneLog: go(to: .log)
    default: toggleZoom()
    }
  }

  private mutating func go(to pane: Pane) {
    guard focus != pane else { return showError("pane \(number: pane.number, grouped: false) already has the focus") }
    focus = pane
  }

  private mutating func toggleZoom() {
    if detail.full != nil { return closeDetails() }
    let before = layout.boxes
    isZoomed.toggle()
    guard layout.boxes == before else { return }
    if isZoomed {
      isZoomed = false
      showError("the screen has room for only one pane")
    } else {
      show("all panes will show when there is room")
    }
  }

  /// Escape: closes or undoes one thing: the details, the zoom, then the search, the top table, the filter, playing, and
  /// last a frozen view. With the focus on the top table `performInTop` closes that before the search.
  mutating func goBack() {
    if detail.full != nil {
      closeDetails()
    } else if isZoomed {
      isZoomed = false
    } else if typedSearch.filter != nil || detail.search != nil {
      typedSearch.filter = nil
      detail.search = nil
      show("search cleared")
    } else if top.isOpen {
      closeTop()
    } else if hasRoot {
      showWholeTree()
    } else if !typedFilter.text.isEmpty {
      histories.filter.add(typedFilter.text)
      _ = setFilter("")
      typedFilter.onlyThese = []
      show("filter cleared (\(keyName(.filter)), then Up brings it back)")
    } else if isFrozen {
      playback = nil
      thaw()
      show(mode == .live ? "the view is live again" : "end of recording")
    } else {
      show("nothing to close (\(keyName(.quit)) quits)")
    }
  }
}

// Keys that change how the panes share the screen. They change settings, which hold until the program ends and are
// saved with the others.

extension AppState {
  /// The next arrangement that looks different on this screen.
  mutating func changeArrangement() {
    isZoomed = false
    detail.full = nil
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
      case 1: show("all panes")
      case 2: show("no detail")
      default: show("no log")
      }
      return
    }
    showError("the screen is too small for another layout")
  }

  /// Makes the focused pane smaller or larger by the smallest visible step, at the cost of the pane beside it, or
  /// else of the one above or below.
  ///
  /// - Parameter growth: 1 or -1.
  mutating func resizePane(by growth: Int) {
    guard !isZoomed else { return showError("this pane is zoomed (\(keyName(.zoom)) unzooms it)") }
    let box = layout[focus]
    guard layout.boxes.count > 1, let box else { return showError("no other pane is shown beside this one") }
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
        detail.content = nil
        return
      }
    }
    showError(growth > 0 ? "the pane has its maximum size" : "the pane has its minimum size")
  }

  /// Percent of the screen that one key press moves a border by.
  private static let paneStep = 2

  /// The boxes of the panes while the tree has the focus.
  private func looks(_ panes: PaneChoice) -> [Pane: Layout.Box] { layout(panes, focus: .tree).boxes }
}
