internal import Filtering
internal import Tree

/// The prompt, in place of the key bar: its label, the typed text with the cursor, and the result. The lines above it
/// show an error.
struct PromptLine {
  let state: AppState
  let prompt: Prompt

  func draw(row: Int, into frame: inout Frame) {
    let columns = frame.size.columns
    frame.fill(row: row, column: 0, width: columns)
    let label: DisplayText =
      switch prompt.kind {
      case .filter: "Filter: "
      case .search: "Search: "
      case .detail: "Search detail: "
      case .help: "Search help: "
      case .goto: "Go to: "
      case .output: "Search output: "
      case .outputFilter: "Only lines with: "
      }
    let line = EditorLine(label, row: row, into: &frame)
    let start = line.start
    let note = outcome
    let hasNote = columns - start - note.width >= 24
    let width = max(columns - start - (hasNote ? note.width + 2 : 0), 1)
    line.draw(text, of: prompt.editor, width: width, into: &frame)
    if prompt.editor.isEmpty {
      let hint: DisplayText =
        switch prompt.kind {
        case .goto: "pid, or a time: 05:28:57 -1m30s 2026-03-01T05:28; Enter goes there, Esc goes back"
        case .detail, .help: "exact text; Enter keeps, Esc restores"
        case .output: "text or /regex/; Enter keeps, Esc restores"
        case .outputFilter: "text or /regex/, !text: lines without it; Enter keeps, Esc restores"
        case .filter, .search: "words or field:value; Tab completes, Enter keeps, Esc restores"
        }
      frame.put(
        hint.fitted(to: max(width - 2, 0), mark: state.glyphs.ellipsis), row: row, column: start + 2,
        style: Style(.dim),
        width: max(width - 2, 0))
    }
    if hasNote { frame.putRight(note, row: row, column: columns - note.width, style: Style(.dim), width: note.width) }
    // The offered completion would fix the error.
    if let completion = prompt.completion {
      draw(completion, above: row, into: &frame)
    } else if let fault = prompt.fault {
      draw(fault, above: row, into: &frame)
    } else {
      let answer = showsMessage && hasNote ? nil : state.message?.text
      let lines = [trouble, answer].compactMap { $0 }
      if !lines.isEmpty {
        state.draw(lines.joined(separator: "; "), downTo: row - 1, style: Style(.warning), into: &frame)
      }
    }
  }

  /// Whether the result beside the text is the message; else the message is above the line.
  private var showsMessage: Bool {
    switch prompt.kind {
    case .filter: false
    case .search, .goto, .output: true
    case .outputFilter: false
    case .detail: state.detail.search?.current == nil
    case .help: state.help.search?.current == nil
    }
  }

  /// The limit that the expression ran into, while that expression is applied.
  private var trouble: DisplayText? {
    let trouble: FilterTrouble? =
      switch prompt.kind {
      case .filter: state.shown.filter?.trouble
      case .search: state.typedSearch.filter?.trouble
      case .output: state.output.search?.trouble
      case .outputFilter: state.shownOutput.filter?.trouble
      case .goto, .detail, .help: nil
      }
    return trouble.map { DisplayText(typed: $0.description) }
  }

  /// The typed text, with the faulty place in the error style.
  private var text: StyledText {
    let characters = prompt.editor.characters
    var line = StyledText()
    guard let fault = prompt.fault else { return coloured }
    let place = min(max(fault.column - 1, 0), characters.count)
    line.append(DisplayText(typed: String(characters[..<place])), Style(.prompt))
    let atFault = characters[place...].prefix(1)
    line.append(atFault.isEmpty ? " " : DisplayText(typed: String(atFault)), Style(.error))
    line.append(DisplayText(typed: String(characters[place...].dropFirst())), Style(.prompt))
    return line
  }

  /// The text, each part in its own style.
  private var coloured: StyledText {
    let characters = prompt.editor.characters
    var line = StyledText()
    guard let syntax = prompt.syntax else {
      line.append(DisplayText(typed: String(characters)), Style(.prompt))
      return line
    }
    var place = 0
    for span in syntax.spans where span.range.lowerBound >= place {
      line.append(DisplayText(typed: String(characters[place..<span.range.lowerBound])), Style(.prompt))
      line.append(DisplayText(typed: String(characters[span.range])), Self.style(of: span.role))
      place = span.range.upperBound
    }
    line.append(DisplayText(typed: String(characters[place...])), Style(.prompt))
    return line
  }

  private static func style(of role: FilterSyntax.Role) -> Style {
    switch role {
    case .field: Style(.commandName)
    case .operator, .parenthesis: Style(.dim)
    case .value, .word: Style(.prompt)
    case .keyword: Style(.title)
    case .regex: Style(.match)
    case .error: Style(.error)
    }
  }

  /// The completions that Tab offers, around the current one.
  private func draw(_ completion: Prompt.Completion, above row: Int, into frame: inout Frame) {
    guard row > 2 else { return }
    let columns = frame.size.columns
    frame.fill(row: row - 1, column: 0, width: columns)
    var column = 0
    // Only whole words; those before the current one are left out first.
    let texts = completion.candidates.map { DisplayText(typed: $0).fitted(to: 40, mark: state.glyphs.ellipsis) }
    var first = 0
    let current = completion.index ?? 0
    while first < current, texts[first...current].reduce(3, { $0 + $1.width + 2 }) > columns { first += 1 }
    // A sign shows that there are more.
    let mark = state.glyphs.ellipsis
    for index in first..<texts.count {
      let isLast = index == texts.count - 1
      guard column + texts[index].width <= columns - (isLast ? 0 : mark.width + 2) else {
        if column + mark.width <= columns { frame.put(mark, row: row - 1, column: column, style: Style(.dim)) }
        break
      }
      let style = index == completion.index ? Style(.selection) : Style(.dim)
      frame.put(texts[index], row: row - 1, column: column, style: style)
      column += texts[index].width + 2
    }
  }

  private func draw(_ fault: Prompt.Fault, above row: Int, into frame: inout Frame) {
    let message: DisplayText = "column \(fault.column): \(DisplayText(typed: fault.message))"
    // The top line and a row of the tree stay visible.
    let lines = message.wrapped(to: frame.size.columns).prefix(max(min(row - 2, 3), 0))
    for (index, line) in lines.enumerated() {
      let place = row - lines.count + index
      frame.fill(row: place, column: 0, width: frame.size.columns)
      frame.put(line, row: place, column: 0, style: Style(.warning))
    }
  }

  /// The result of the text: the number of matches.
  private var outcome: DisplayText {
    switch prompt.kind {
    case .filter:
      let data = state.shown
      return
        "\(number: data.outline.matchCount, grouped: true)/\(number: data.tree.totals.processes, grouped: true)"
    case .search, .goto, .output: return state.message?.text ?? ""
    case .outputFilter:
      let store = state.shownOutput
      return "\(number: store.rowCount, grouped: true)/\(number: store.ended - store.first, grouped: true)"
    case .detail, .help:
      guard let search = prompt.kind == .help ? state.help.search : state.detail.search else { return "" }
      guard let current = search.current else { return state.message?.text ?? "" }
      return "\(number: current + 1, grouped: true)/\(number: search.matches.count, grouped: true)"
    }
  }
}

/// A line that is being typed, after its label: the places of its parts, and its cursor.
struct EditorLine {
  let row: Int
  /// The start of the text.
  let start: Int

  /// Draws the label, if a narrow screen has room for it.
  init(_ label: DisplayText, row: Int, into frame: inout Frame) {
    self.row = row
    start = frame.size.columns > label.width + 8 ? label.width : 0
    if start > 0 { frame.put(label, row: row, column: 0, style: Style(.label, .bold)) }
  }

  /// Draws the styled text of an editor in `width` columns. The cursor stays in view.
  func draw(_ text: StyledText, of editor: LineEditor, width: Int, into frame: inout Frame) {
    let cursor = DisplayText(typed: String(editor.characters[..<editor.cursor])).width
    let skipping = max(cursor - width + 1, 0)
    frame.put(text, row: row, column: start, width: width, skipping: skipping)
    frame.cursor = Point(row: row, column: min(start + cursor - skipping, frame.size.columns - 1))
  }
}
