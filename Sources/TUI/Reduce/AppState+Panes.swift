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
    } else {
      say("nothing to leave here, \(keyName(.quit)) quits")
    }
  }

  /// What a command does while the help is open; nil when it closes the help and does what it always does.
  mutating func performInHelp(_ command: CommandID) -> [Effect]? {
    guard let top = help else { return nil }
    let page = max(HelpPane.rows(in: size) - 1, 1)
    let lines = HelpPane.lines(glyphs: glyphs, width: size.columns, keys: settings.keys).count
    let offset: Int
    switch command {
    case .up: offset = -1
    case .down: offset = 1
    case .pageUp: offset = -page
    case .pageDown, .freeze: offset = page
    case .halfPageUp: offset = -max(page / 2, 1)
    case .halfPageDown: offset = max(page / 2, 1)
    case .first: offset = Int.min / 2
    case .last: offset = Int.max / 2
    case .help, .back, .toggleFold, .quit:
      help = nil
      return []
    case .redraw, .suspend: return nil
    default:
      help = nil
      return nil
    }
    help = max(min(top + offset, lines - HelpPane.rows(in: size)), 0)
    return []
  }
}
