/// The last line: what can be done here, made of the commands table.
struct KeyBar {
  let state: AppState

  func draw(row: Int, into frame: inout Frame) {
    for button in buttons {
      frame.put(button.key, row: row, column: button.columns.lowerBound, style: Style(.keyBarKey))
      frame.put(
        button.label, row: row, column: button.columns.lowerBound + button.key.width + 1, style: Style(.keyBarLabel))
    }
  }

  /// A key with its label, and where they stand.
  struct Button {
    var command: Command
    var key: DisplayText
    var label: DisplayText
    var columns: Range<Int>
  }

  var buttons: [Button] {
    var result: [Button] = []
    var column = 0
    for id in Commands.keyBar(of: state.focus, isTop: state.isInTop, isFrozen: state.isFrozen) {
      let command = Commands[id]
      guard let label = label(of: command), let first = state.settings.keys.keys(of: id).first else { continue }
      let key = first.name(arrows: state.glyphs.showsArrows)
      let width = key.width + 1 + label.width + 2
      // The last one needs no gap after it.
      guard column + width - 2 <= state.size.columns else { continue }
      result.append(Button(command: command, key: key, label: label, columns: column..<column + width - 2))
      column += width
    }
    return result
  }

  /// The word for what the key would do now; nil where it would do nothing.
  private func label(of command: Command) -> DisplayText? {
    if state.help == nil, let label = labelInPane(command.id) { return label }
    guard let label = command.label else { return nil }
    if state.help != nil {
      switch command.id {
      case .help: return "Close"
      case .freeze: return "Page down"
      case .search: return "Search"
      default: return nil
      }
    }
    guard command.panes.contains(state.focus) else { return nil }
    switch command.id {
    case .freeze where state.isFrozen: return "Thaw"
    case .onlyThisCommand where state.undoesOnly(.onlyThisCommand): return "All"
    case .toggleFold where state.focus == .detail: return state.chosenLink == nil ? nil : "Go"
    case .zoom where state.isZoomed: return "Unzoom"
    case .top where state.top.isOpen: return "Tree"
    default: return DisplayText(own: label)
    }
  }

  /// What a key of the tree does in the pane that has the focus, where that is something else.
  private func labelInPane(_ id: CommandID) -> DisplayText? {
    switch (id, state.focus) {
    case (.expand, .tree) where state.isInTop: "Group by"
    case (.toggleFold, .tree) where state.isInTop: "Show"
    case (.toggleFold, .log): "Show"
    case (.expand, .detail) where state.detailContent?.links.isEmpty == false: "Parents"
    default: nil
    }
  }
}
