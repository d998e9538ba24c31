/// What is asked by copying or writing, in the key bar's place.
struct QuestionLine {
  let state: AppState
  let question: Question

  func draw(row: Int, into frame: inout Frame) {
    frame.fill(row: row, column: 0, width: frame.size.columns)
    switch question {
    case .copy(let toFile): drawMenu(toFile: toFile, row: row, into: &frame)
    case .path(let prompt): draw(prompt, row: row, into: &frame)
    }
  }

  private func drawMenu(toFile: Bool, row: Int, into frame: inout Frame) {
    var line = StyledText(toFile ? "Write:" : "Copy:", Style(.label, .bold))
    for button in Self.buttons(toFile: toFile) {
      line.append("  ")
      line.append(DisplayText(typed: String(button.key)), Style(.keyBarKey))
      line.append(" \(button.label)", Style(.keyBarLabel))
    }
    frame.put(line, row: row, column: 0)
  }

  private static func buttons(toFile: Bool) -> [(key: Character, label: DisplayText)] {
    CopyForm.allCases.map { ($0.key, DisplayText(own: $0.label)) }
      + [(CopyForm.fileKey, toFile ? "copy instead" : "to a file")]
  }

  private func draw(_ prompt: PathPrompt, row: Int, into frame: inout Frame) {
    let columns = frame.size.columns
    let line = EditorLine("Write to: ", row: row, into: &frame)
    let start = line.start
    let text = DisplayText(typed: prompt.editor.text)
    line.draw(StyledText(text, Style(.prompt)), of: prompt.editor, width: max(columns - start, 1), into: &frame)
    if let message = state.message, columns - start - text.width >= message.text.width + 3 {
      let place = columns - message.text.width
      frame.put(message.text, row: row, column: place, style: Style(message.isError ? .warning : .prompt))
    }
  }
}
