/// The settings in the place of the panes: each with its value, and what it is about.
struct SettingsPane {
  let state: AppState
  let screen: SettingsScreen

  func draw(into frame: inout Frame) {
    let size = frame.size
    let box = Layout(size: size, focus: .tree, isZoomed: true)[.tree]
    let height = HelpPane.rows(in: size)
    let lines = self.lines
    let cursor = lines.firstIndex { $0.row == screen.cursor } ?? 0
    // As little is scrolled as shows the cursor and the title of its section.
    let top = max(min(cursor - height / 2, lines.count - height), 0)
    var row = box?.title ?? box?.top ?? 0
    if box?.title != nil, let rule = state.glyphs.horizontal.glyphs.first {
      frame.fill(row: row, column: 0, width: size.columns, style: Style(.border), with: rule)
      let end = frame.put(" Settings ", row: row, column: 1, style: Style(.focusedTitle))
      let place = state.settingsPlace ?? "nowhere to save them"
      let note = place.fitted(to: max(size.columns - end - 4, 0), mark: state.glyphs.ellipsis)
      if !note.isEmpty { frame.put(" \(note) ", row: row, column: end, style: Style(.dim)) }
      row += 1
    }
    for line in lines.dropFirst(top).prefix(height) {
      frame.put(line.text, row: row, column: 1, width: max(size.columns - 1, 0))
      if line.row == screen.cursor {
        PaneRow(row: row, column: 0, width: size.columns, glyphs: state.glyphs).select(isFocused: true, into: &frame)
      }
      row += 1
    }
  }

  private var lines: [(row: SettingsRow?, text: StyledText)] {
    let settings = state.settings
    var lines: [(row: SettingsRow?, text: StyledText)] = []
    for section in SettingsRow.sections(settings) {
      if !lines.isEmpty { lines.append((nil, StyledText())) }
      lines.append((nil, StyledText(DisplayText(own: section.title), Style(.title))))
      for row in section.rows {
        var text = StyledText("  \(row.label.padded(to: 12)) ")
        text.append(
          row.value(in: settings).fitted(to: 14, mark: state.glyphs.ellipsis).padded(to: 14), Style(.commandName))
        text.append(" \(note(row) ?? DisplayText(own: row.summary(in: settings)))", Style(.dim))
        lines.append((row, text))
      }
    }
    lines.append((nil, StyledText()))
    let changed = settings.keys.changedCount
    let keys: DisplayText =
      changed == 0 ? "keys are changed in the file" : "\(changed) commands have keys from the file"
    lines.append((nil, StyledText("  \(keys)", Style(.dim))))
    return lines
  }

  /// What keeps a setting from showing.
  private func note(_ row: SettingsRow) -> DisplayText? {
    switch row {
    case .theme where state.traits.refusesColor: "without colours: NO_COLOR is set"
    case .theme where state.traits.colors < 8: "this terminal has no colours"
    case .glyphs where state.settings.glyphs == .utf8 && !state.traits.isUTF8:
      "ASCII all the same: the locale is not UTF-8"
    default: nil
    }
  }

  /// The last line: what keys do here.
  static func drawKeys(row: Int, into frame: inout Frame) {
    var column = 0
    for key in SettingsKeys.all {
      let name = DisplayText(own: key.keys)
      let label = DisplayText(own: key.label)
      guard column + name.width + 1 + label.width <= frame.size.columns else { continue }
      frame.put(name, row: row, column: column, style: Style(.keyBarKey))
      frame.put(label, row: row, column: column + name.width + 1, style: Style(.keyBarLabel))
      column += name.width + label.width + 3
    }
  }
}
