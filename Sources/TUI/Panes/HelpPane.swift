internal import ProcessTree

/// The help: every command of the table with its keys, the prompt's keys, the mouse, and what the signs mean.
struct HelpPane {
  let state: AppState
  let top: Int

  /// The rows of the help's content on a screen of this size.
  static func rows(in size: Size) -> Int {
    let layout = Layout(size: size, focus: .tree, isZoomed: true)
    return layout[.tree].map { max($0.rows + ($0.header == nil ? 0 : 1), 1) } ?? 1
  }

  func draw(into frame: inout Frame) {
    let size = frame.size
    let box = Layout(size: size, focus: .tree, isZoomed: true)[.tree]
    let first = box?.title ?? box?.top ?? 0
    let rows = Self.rows(in: size)
    let lines = Self.lines(glyphs: state.glyphs, width: size.columns, keys: state.settings.keys)
    let top = max(min(self.top, lines.count - rows), 0)
    var row = first
    if box?.title != nil, let rule = state.glyphs.horizontal.glyphs.first {
      frame.fill(row: row, column: 0, width: size.columns, style: Style(.border), with: rule)
      frame.put(" Help ", row: row, column: 1, style: Style(.focusedTitle))
      let position: DisplayText = " \(PaneTitle.position(top: top, rows: rows, count: lines.count)) "
      frame.put(position, row: row, column: size.columns - 1 - position.width, style: Style(.dim))
      row += 1
    }
    for (index, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(line, row: row + index, column: 1, width: max(size.columns - 1, 0))
    }
    // The keys may be others, or the lines wrapped anew, since they were looked through.
    var search = state.helpSearch
    search?.look(in: lines, joints: [:])
    search?.mark(
      top: top, rows: rows, at: Point(row: row, column: 1), width: max(size.columns - 1, 0), into: &frame)
  }

  /// The whole help in lines of `width` columns at most.
  static func lines(glyphs: Glyphs, width: Int, keys map: KeyMap = .standard) -> [StyledText] {
    var lines: [StyledText] = []
    let keyWidth = min(18, max(width / 4, 8))
    func title(_ text: StaticString) {
      if !lines.isEmpty { lines.append(StyledText()) }
      lines.append(StyledText(DisplayText(own: text), Style(.title)))
    }
    func entry(_ keys: DisplayText, _ summary: DisplayText, style: Style = Style(.commandName)) {
      let texts = summary.wrapped(to: max(width - keyWidth - 5, 10))
      for (index, text) in texts.enumerated() {
        var line = StyledText("  ")
        if index == 0, keys.width > keyWidth, !texts.isEmpty {
          lines.append(StyledText("  " + keys, style))
          line.append(DisplayText.spaces(keyWidth))
        } else {
          line.append(index == 0 ? keys.padded(to: keyWidth) : DisplayText.spaces(keyWidth), style)
        }
        line.append("  ")
        line.append(text)
        lines.append(line)
      }
    }
    for group in Command.Group.allCases {
      title(group.title)
      for command in Commands.all where command.group == group {
        let keys = map.keys(of: command.id).map { $0.name(arrows: glyphs.showsArrows) }.joined(separator: " ")
        entry(keys.isEmpty ? "(no key)" : keys, DisplayText(own: command.summary))
      }
    }
    title("While copying")
    for form in CopyForm.allCases { entry(DisplayText(typed: String(form.key)), DisplayText(own: form.summary)) }
    title("While typing")
    for key in PromptKeys.all(arrows: glyphs.showsArrows) { entry(key.keys, DisplayText(own: key.summary)) }
    title("In the settings")
    for key in SettingsKeys.all(map, arrows: glyphs.showsArrows) { entry(key.keys, key.summary) }
    title("Mouse")
    for line in MouseHelp.all { entry(DisplayText(own: line.what), DisplayText(own: line.summary)) }
    title("Filter and search")
    for line in FilterHelp.all { entry(DisplayText(own: line.example), DisplayText(own: line.meaning)) }
    title("Fields of a filter")
    for field in Filter.fields { entry(DisplayText(typed: field.name), DisplayText(typed: field.meaning)) }
    title("Signs")
    for sign in Signs.all(glyphs, keys: map) { entry(sign.sign, sign.meaning, style: Style(sign.role)) }
    return lines
  }
}
