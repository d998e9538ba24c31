internal import ProcessTree

/// The prompt, in the key bar's place: what is asked, what was typed with its cursor, and what is wrong with it. The
/// lines above it say the fault when there is one.
struct PromptLine {
  let state: AppState
  let prompt: Prompt

  func draw(row: Int, into frame: inout Frame) {
    let columns = frame.size.columns
    frame.fill(row: row, column: 0, width: columns)
    let label: DisplayText = prompt.kind == .filter ? "Filter: " : "Search: "
    let start = columns > label.width + 8 ? label.width : 0
    if start > 0 { frame.put(label, row: row, column: 0, style: Style(.label, .bold)) }

    let note = outcome
    let hasNote = columns - start - note.width >= 24
    let width = max(columns - start - (hasNote ? note.width + 2 : 0), 1)
    let line = text
    let cursor = DisplayText(typed: String(prompt.editor.characters[..<prompt.editor.cursor])).width
    // The cursor stays in view, with room for itself.
    let skipping = max(cursor - width + 1, 0)
    frame.put(line, row: row, column: start, width: width, skipping: skipping)
    frame.cursor = Point(row: row, column: min(start + cursor - skipping, columns - 1))
    if prompt.editor.isEmpty {
      let hint: DisplayText = "words or field:value, Enter keeps, Esc restores"
      frame.put(
        hint.fitted(to: max(width - 2, 0), mark: state.glyphs.ellipsis), row: row, column: start + 2,
        style: Style(.dim),
        width: max(width - 2, 0))
    }
    if hasNote { frame.putRight(note, row: row, column: columns - note.width, style: Style(.dim), width: note.width) }
    if let fault = prompt.fault { draw(fault, above: row, into: &frame) }
  }

  /// What was typed, with the place at fault in the look of errors.
  private var text: StyledText {
    let characters = prompt.editor.characters
    var line = StyledText()
    guard let fault = prompt.fault else {
      line.append(DisplayText(typed: String(characters)), Style(.prompt))
      return line
    }
    let place = min(max(fault.column - 1, 0), characters.count)
    line.append(DisplayText(typed: String(characters[..<place])), Style(.prompt))
    let atFault = characters[place...].prefix(1)
    line.append(atFault.isEmpty ? " " : DisplayText(typed: String(atFault)), Style(.error))
    line.append(DisplayText(typed: String(characters[place...].dropFirst())), Style(.prompt))
    return line
  }

  private func draw(_ fault: Prompt.Fault, above row: Int, into frame: inout Frame) {
    let message: DisplayText = "column \(fault.column): \(DisplayText(typed: fault.message))"
    // The top line and a row of the tree stay.
    let lines = message.wrapped(to: frame.size.columns).prefix(max(min(row - 2, 3), 0))
    for (index, line) in lines.enumerated() {
      let place = row - lines.count + index
      frame.fill(row: place, column: 0, width: frame.size.columns)
      frame.put(line, row: place, column: 0, style: Style(.warning))
    }
  }

  /// What the text comes to: how many match.
  private var outcome: DisplayText {
    switch prompt.kind {
    case .filter:
      let picture = state.shown
      return
        "\(number: picture.outline.matchCount, grouped: true)/\(number: picture.tree.totals.processes, grouped: true)"
    case .search: return state.message?.text ?? ""
    }
  }
}
