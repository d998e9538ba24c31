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
    guard focus != pane else { return complain("this is pane \(number: pane.number, grouped: false) already") }
    focus = pane
  }

  private mutating func toggleZoom() {
    let before = layout.boxes
    isZoomed.toggle()
    guard layout.boxes == before else { return }
    if isZoomed {
      isZoomed = false
      complain("this screen has room for one pane only")
    } else {
      say("all panes, as soon as there is room")
    }
  }

  /// Escape: one step back out of where the person went.
  mutating func goBack() {
    if isZoomed {
      isZoomed = false
    } else if search != nil || detailSearch != nil {
      search = nil
      detailSearch = nil
      say("search marks cleared")
    } else if top.isOpen {
      closeTop()
    } else if !filterText.isEmpty {
      filterHistory.add(filterText)
      _ = setFilter("")
      onlyThese = []
      say("the filter is off, \(keyName(.filter)) and Up bring it back")
    } else {
      say("nothing to leave here, \(keyName(.quit)) quits")
    }
  }
}
