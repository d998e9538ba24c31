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
    guard focus != pane else { return complain("pane \(number: pane.number, grouped: false) already has the focus") }
    focus = pane
  }

  private mutating func toggleZoom() {
    let before = layout.boxes
    isZoomed.toggle()
    guard layout.boxes == before else { return }
    if isZoomed {
      isZoomed = false
      complain("the screen has room for only one pane")
    } else {
      say("all panes will show when there is room")
    }
  }

  /// Escape: closes or undoes one thing, the most recent mode first.
  mutating func goBack() {
    if isZoomed {
      isZoomed = false
    } else if search != nil || detailSearch != nil {
      search = nil
      detailSearch = nil
      say("search cleared")
    } else if top.isOpen {
      closeTop()
    } else if !filterText.isEmpty {
      filterHistory.add(filterText)
      _ = setFilter("")
      onlyThese = []
      say("filter cleared (\(keyName(.filter)), then Up brings it back)")
    } else {
      say("nothing to close (\(keyName(.quit)) quits)")
    }
  }
}
