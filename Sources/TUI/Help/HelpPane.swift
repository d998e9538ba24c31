internal import Filtering

/// The help: every command of the table with its keys, the prompt's keys, the mouse, and what the signs mean.
struct HelpPane {
  let state: AppState
  let top: Int

  func draw(into frame: inout Frame) {
    let size = frame.size
    let page = state.geometry.page
    let (row, rows) = (page.first, page.rows)
    let lines = HelpText.lines(glyphs: state.glyphs, width: size.columns, keys: state.settings.keys)
    let top = max(min(self.top, lines.count - rows), 0)
    if let title = page.title, let rule = state.glyphs.horizontal.glyphs.first {
      frame.fill(row: title, column: 0, width: size.columns, style: Style(.border), with: rule)
      frame.put(" Help ", row: title, column: 1, style: Style(.focusedTitle))
      let position: DisplayText = " \(PaneTitle.position(top: top, rows: rows, count: lines.count)) "
      frame.put(position, row: title, column: size.columns - 1 - position.width, style: Style(.dim))
    }
    for (index, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(line, row: row + index, column: 1, width: max(size.columns - 1, 0))
    }
    // The keys or the wrapping of the lines may have changed since the search.
    var search = state.help.search
    search?.update(in: lines, joints: [:])
    search?.mark(
      top: top, rows: rows, at: Point(row: row, column: 1), width: max(size.columns - 1, 0), into: &frame)
  }
}

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

/// The filter language in examples, as the help and the manual list them.
package enum FilterHelp {
  package static let all: [(example: StaticString, meaning: StaticString)] = [
    ("git", "comm, program or an argument contains git; a capital letter makes it case-sensitive"),
    ("git status", "contains both words"),
    ("\"a b\"", "contains a phrase with a space"),
    ("!git", "does not contain git"),
    ("git or make", "either; and binds tighter than or, ( ) group"),
    ("comm=sh,bash", "comm is one of these; : contains, = is, != is not"),
    ("args:main.c", "an argument contains main.c"),
    ("exe~^/usr/s?bin/", "a regular expression (PCRE2) matches; !~ does not match"),
    ("/cc1?$/", "the same in comm, program or arguments"),
    ("dur<50ms mem>100M", "numbers compare with < <= > >= and take units"),
    ("is:failed", "nonzero, killed, or an exec failed; also nonzero killed running exited new"),
    ("exit>0 or sig=SEGV", "signals and errno values can be given by name"),
    ("exit=127 or fails>0", "command not found"),
    ("has:tty", "has a terminal"),
    ("under:4711", "descendants of this process; child: and parent: go one level"),
    ("under:(comm=make)", "descendants of any make"),
  ]
}

/// What the mouse does, as the help lists it. `AppState+Mouse` and its neighbours implement it.
enum MouseHelp {
  static let all: [(what: StaticString, summary: StaticString)] = [
    ("click", "select a row, focus a pane, press a key of the key bar"),
    ("click again", "tree: fold; log: show the process in the tree; top: filter to the row"),
    ("on a heading", "top: sort by that column; again: reverse"),
    ("on a parent", "detail: go to that process"),
    ("on the timeline", "go to that time"),
    ("wheel", "scroll the pane under the pointer"),
    ("drag a border", "resize: the line between tree and detail, or the title of the log"),
    ("with Shift", "select text as usual (in most terminals)"),
  ]
}

/// What keys do while a prompt is open, as the help lists it. `LineEditor` implements them.
enum PromptKeys {
  /// - Parameter arrows: whether keys may be shown as arrows.
  static func all(arrows: Bool) -> [(keys: DisplayText, summary: StaticString)] {
    func names(_ first: Key, _ second: Key) -> DisplayText {
      "\(first.name(arrows: arrows)) \(second.name(arrows: arrows))"
    }
    return [
      ("Enter", "accept and close the prompt"),
      ("Tab S-Tab", "complete names of fields and current values; of a file to write: its path"),
      ("Esc ^C ^G", "cancel and restore the previous state"),
      (names(.left, .right) + " ^B ^F", "move by one character"),
      ("Home End ^A ^E", "to the start, to the end"),
      ("^W ^U ^K", "delete the word before, everything before, everything after the cursor"),
      ("Backspace Del", "delete a character"),
      (names(.up, .down) + " ^P ^N", "previous and next text from the history"),
    ]
  }
}
