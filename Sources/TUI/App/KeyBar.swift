/// The last line: the commands that are available here, from the commands table.
struct KeyBar {
  let state: AppState

  func draw(row: Int, into frame: inout Frame) {
    for button in state.keyBarButtons {
      frame.put(button.key, row: row, column: button.columns.lowerBound, style: Style(.keyBarKey))
      frame.put(
        button.label, row: row, column: button.columns.lowerBound + button.key.width + 1, style: Style(.keyBarLabel))
    }
  }

  /// A key with its label, and their place.
  struct Button {
    var command: Command
    var key: DisplayText
    var label: DisplayText
    var columns: Range<Int>
  }
}

extension AppState {
  /// The buttons of the key bar, from left to right.
  var keyBarButtons: [KeyBar.Button] {
    var result: [KeyBar.Button] = []
    var column = 0
    for id in Commands.keyBar(of: focus, isTop: isInTop, isFrozen: isFrozen, isPlaying: playback != nil) {
      let command = Commands[id]
      guard let label = keyBarLabel(of: command), let first = settings.keys.keys(of: id).first else { continue }
      let key = first.name(arrows: glyphs.showsArrows)
      let width = key.width + 1 + label.width + 2
      // The last button needs no gap after it.
      guard column + width - 2 <= size.columns else { continue }
      result.append(KeyBar.Button(command: command, key: key, label: label, columns: column..<column + width - 2))
      column += width
    }
    return result
  }

  /// The label for what the key would do now; nil if it would do nothing.
  private func keyBarLabel(of command: Command) -> DisplayText? {
    if help.top == nil, let label = keyBarLabelInPane(command.id) { return label }
    guard let label = command.label else { return nil }
    if help.top != nil {
      switch command.id {
      case .help: return "Close"
      case .freeze: return "Page down"
      case .search: return "Search"
      default: return nil
      }
    }
    guard command.panes.contains(focus) else { return nil }
    switch command.id {
    case .freeze where isPlaying: return "Pause"
    case .play where isPlaying: return "Pause"
    case .freeze where playback != nil: return "Play"
    case .freeze where isFrozen: return "Thaw"
    case .searchNext where focus == .detail ? detail.search == nil : typedSearch.filter == nil: return nil
    case .onlyBelow where hasRoot: return "All"
    case .onlyThisCommand where undoesOnly(.onlyThisCommand): return "All"
    case .open where focus == .detail: return chosenLink == nil ? detail.full == nil ? "Details" : "Back" : "Go"
    case .zoom where isZoomed || detail.full != nil: return "Unzoom"
    case .quit where detail.full != nil: return "Back"
    case .output where output.command == nil: return nil
    case .output where isInOutput: return "Log"
    case .top where top.isOpen: return "Tree"
    default: return DisplayText(own: label)
    }
  }

  /// The label of a tree command that does something else in the focused pane.
  private func keyBarLabelInPane(_ id: CommandID) -> DisplayText? {
    switch (id, focus) {
    case (.expand, .tree) where isInTop: "Group by"
    case (.open, .tree) where isInTop: "Show"
    case (.open, .log) where output.isOpen: "Go there"
    case (.open, .log): "Show"
    case (.expand, .detail) where detail.content?.links.isEmpty == false: "Parents"
    default: nil
    }
  }
}
