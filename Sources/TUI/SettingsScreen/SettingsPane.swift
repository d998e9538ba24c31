/// The settings in place of the panes: each with its value and a summary.
struct SettingsPane {
  let state: AppState
  let screen: SettingsScreen

  func draw(into frame: inout Frame) {
    let size = frame.size
    let page = state.geometry.page
    let height = page.rows
    let lines = self.lines
    let cursor = lines.firstIndex { $0.row == screen.cursor } ?? 0
    // Scrolls only as far as needed to show the cursor and the title of its section.
    let top = max(min(cursor - height / 2, lines.count - height), 0)
    if let row = page.title, let rule = state.glyphs.horizontal.glyphs.first {
      frame.fill(row: row, column: 0, width: size.columns, style: Style(.border), with: rule)
      let end = frame.put(" Settings ", row: row, column: 1, style: Style(.focusedTitle))
      let place = state.settingsPlace ?? "no file to save to"
      let position: DisplayText = " \(PaneTitle.position(top: top, rows: height, count: lines.count)) "
      let hasPosition = size.columns - end >= position.width + 12
      let room = size.columns - end - 4 - (hasPosition ? position.width + 1 : 0)
      if hasPosition { frame.put(position, row: row, column: size.columns - 1 - position.width, style: Style(.dim)) }
      let note = place.fitted(to: max(room, 0), mark: state.glyphs.ellipsis)
      if !note.isEmpty { frame.put(" \(note) ", row: row, column: end, style: Style(.dim)) }
    }
    var row = page.first
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
    let (mark, columns) = (state.glyphs.ellipsis, state.size.columns)
    var lines: [(row: SettingsRow?, text: StyledText)] = []
    for section in SettingsRow.sections(settings) {
      if !lines.isEmpty { lines.append((nil, StyledText())) }
      lines.append((nil, StyledText(DisplayText(own: section.title), Style(.title))))
      for row in section.rows {
        // On a narrow screen the label leaves the value some room.
        let labelWidth = min(row.labelWidth, max(columns - 14, 6))
        var text = StyledText("  \(row.label.fitted(to: labelWidth, mark: mark).padded(to: labelWidth)) ")
        text.append(value(of: row).fitted(to: 14, mark: mark).padded(to: 14), Style(.commandName))
        let summary = note(row) ?? row.summary(in: settings, arrows: state.glyphs.showsArrows)
        text.append(" \(summary.fitted(to: max(columns - labelWidth - 19, 0), mark: mark))", Style(.dim))
        lines.append((row, text))
      }
    }
    return lines
  }

  private func value(of row: SettingsRow) -> DisplayText {
    if screen.asking != nil, row == screen.cursor { return "press a key" }
    return row.value(in: state.settings, arrows: state.glyphs.showsArrows)
  }

  /// Why a setting has no visible effect.
  private func note(_ row: SettingsRow) -> DisplayText? {
    switch row {
    case .theme where state.traits.refusesColor: "no colours: NO_COLOR is set"
    case .theme where state.traits.colors < 8: "this terminal has no colours"
    case .glyphs where state.settings.glyphs == .utf8 && !state.traits.isUTF8:
      "ASCII is used: the locale is not UTF-8"
    case .column(let column) where lacksRoom(column):
      column == .status
        ? "the tree is too narrow: only the sign is shown" : "the tree is too narrow to show this column"
    default: nil
    }
  }

  private func lacksRoom(_ column: TreeColumn) -> Bool {
    guard state.settings.columns.shown.contains(column), let columns = state.geometry.tree else { return false }
    return columns.word?.column != column && !columns.places.contains { $0.column == column }
  }

  /// The last line: the keys of the settings screen.
  static func drawKeys(_ keys: KeyMap, arrows: Bool, row: Int, into frame: inout Frame) {
    var column = 0
    for (name, label, _) in SettingsKeys.all(keys, arrows: arrows) {
      guard column + name.width + 1 + label.width <= frame.size.columns else { continue }
      frame.put(name, row: row, column: column, style: Style(.keyBarKey))
      frame.put(label, row: row, column: column + name.width + 1, style: Style(.keyBarLabel))
      column += name.width + label.width + 3
    }
  }
}

/// The keys of the settings screen, as the help and the manual list them, and as the last line names them: the most
/// important first, because those that do not fit are left out. Moving up and down works as everywhere.
package enum SettingsKeys {
  package static let all: [(keys: StaticString, label: StaticString, summary: StaticString)] = [
    ("Enter", "Change", "next value; column: show or hide; command: press a new key; also Space"),
    ("w", "Apply + save", "apply the settings, write them to the file and close"),
    ("q S", "Apply", "apply the settings and close; they hold until the program ends; also F2"),
    ("Esc", "Undo", "undo the changes and close"),
    ("Left Right", "Step", "previous and next value; column: narrower and wider"),
    ("- +", "Order", "column: move left, move right; command: one key fewer, one more; also < and >"),
    ("Del", "Reset", "restore the default; also Backspace"),
  ]

  /// The same with the present keys of commands.
  static func all(_ map: KeyMap, arrows: Bool) -> [(keys: DisplayText, label: DisplayText, summary: DisplayText)] {
    let leaving: [CommandID] = [.quit, .settings]
    let isStandard = leaving.allSatisfy { map.keys(of: $0) == Commands[$0].keys }
    return all.map { key in
      let texts = (DisplayText(own: key.keys), DisplayText(own: key.label), DisplayText(own: key.summary))
      guard "\(key.label)" == "Apply", !isStandard else { return texts }
      let names = leaving.compactMap { map.keys(of: $0).first?.name(arrows: arrows) }
      return (names.joined(separator: " "), texts.1, "apply the settings and close; they hold until the program ends")
    }
  }
}
