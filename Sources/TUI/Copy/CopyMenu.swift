/// The menu for copying or the path for writing, in place of the key bar.
struct QuestionLine {
  let state: AppState
  let question: Question

  func draw(row: Int, into frame: inout Frame) {
    frame.fill(row: row, column: 0, width: frame.size.columns)
    switch question {
    case .copy(let toFile): drawMenu(toFile: toFile, row: row, into: &frame)
    case .path(let prompt): draw(prompt, row: row, into: &frame)
    case .quit: drawQuit(row: row, into: &frame)
    case .sort(let menu): menu.draw(row: row, into: &frame)
    }
  }

  private func drawMenu(toFile: Bool, row: Int, into frame: inout Frame) {
    // Every letter must be visible, even if its label is cut.
    let heading = StyledText(toFile ? "Write:" : "Copy:", Style(.label, .bold))
    let narrowest = Self.menu(StyledText(), toFile: toFile, isShort: true, gap: " ")
    let others = [false, true].map { Self.menu(heading, toFile: toFile, isShort: $0, gap: "  ") }
    frame.put(others.first { $0.width <= frame.size.columns } ?? narrowest, row: row, column: 0)
  }

  private func drawQuit(row: Int, into frame: inout Frame) {
    var line = StyledText("Quit?", Style(.label, .bold))
    let buttons: [(DisplayText, DisplayText)] = [("y", "quit"), ("n", "stay"), (state.keyName(.write), "save")]
    for (key, label) in buttons {
      line.append("  ")
      line.append(key, Style(.keyBarKey))
      line.append(" \(label)", Style(.keyBarLabel))
    }
    let note: DisplayText = "  nothing of the last \(state.gatheredTime) is saved"
    if line.width + note.width <= frame.size.columns { line.append(note, Style(.warning)) }
    frame.put(line, row: row, column: 0)
  }

  private static func menu(_ heading: StyledText, toFile: Bool, isShort: Bool, gap: DisplayText) -> StyledText {
    var line = heading
    for button in buttons(toFile: toFile, isShort: isShort) {
      line.append(gap)
      line.append(DisplayText(typed: String(button.key)), Style(.keyBarKey))
      line.append(" \(button.label)", Style(.keyBarLabel))
    }
    return line
  }

  private static func buttons(toFile: Bool, isShort: Bool) -> [(key: Character, label: DisplayText)] {
    CopyForm.allCases.map { ($0.key, DisplayText(own: isShort ? $0.shortLabel : $0.label)) }
      + [(CopyForm.fileKey, isShort ? (toFile ? "copy" : "file") : toFile ? "copy instead" : "to a file")]
  }

  private func draw(_ prompt: PathPrompt, row: Int, into frame: inout Frame) {
    let columns = frame.size.columns
    let line = EditorLine(prompt.purpose == .recording ? "Record to: " : "Write to: ", row: row, into: &frame)
    let start = line.start
    let text = DisplayText(typed: prompt.editor.text)
    let style = Style(prompt.isProposed ? .dim : .prompt)
    line.draw(StyledText(text, style), of: prompt.editor, width: max(columns - start, 1), into: &frame)
    guard let message = state.message else {
      if let note = state.saveNote(prompt, columns: columns), row > 2 {
        frame.fill(row: row - 1, column: 0, width: columns)
        frame.put(note, row: row - 1, column: 0, style: Style(.dim), width: columns)
      }
      return
    }
    if columns - start - text.width >= message.text.width + 3 {
      let place = columns - message.text.width
      frame.put(message.text, row: row, column: place, style: state.style(of: message))
    } else {
      state.draw(message.text, downTo: row - 1, style: state.style(of: message), into: &frame)
    }
  }
}

/// What can be copied of a process: the letters after `y`.
package enum CopyForm: Hashable, Sendable, CaseIterable {
  case command, arguments, inPlace, pid, line

  /// The letter in the menu.
  package var key: Character {
    switch self {
    case .command: "c"
    case .arguments: "a"
    case .inPlace: "e"
    case .pid: "p"
    case .line: "l"
    }
  }

  /// The label after the letter in the menu.
  var label: StaticString {
    switch self {
    case .command: "command"
    case .arguments: "arguments"
    case .inPlace: "with env and cwd"
    case .pid: "pid"
    case .line: "line"
    }
  }

  /// A shorter label for narrow screens.
  var shortLabel: StaticString {
    switch self {
    case .command: "cmd"
    case .arguments: "args"
    case .inPlace: "env"
    case .pid: "pid"
    case .line: "line"
    }
  }

  /// For the help and the manual, without a full stop.
  package var summary: StaticString {
    switch self {
    case .command: "the command as a shell command line: the same file with the same arguments"
    case .arguments: "only the arguments, quoted for a shell"
    case .inPlace: "the command in its directory with exactly its environment (which may hold secrets)"
    case .pid: "the pid"
    case .line: "the row as it is shown (also: y again)"
    }
  }

  /// The letter that switches between copying and writing to a file.
  package static let fileKey: Character = "f"
}
