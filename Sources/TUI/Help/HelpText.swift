internal import Filtering

/// The text of the help.
enum HelpText {
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
