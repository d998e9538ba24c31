/// The state of the help.
struct HelpState: Hashable, Sendable {
  /// The line on top; nil while the help is closed.
  var top: Int?
  var search: LineSearch?
}

extension AppState {
  var helpLines: [StyledText] {
    HelpText.lines(glyphs: glyphs, width: size.columns, keys: settings.keys)
  }

  private mutating func closeHelp() {
    help.top = nil
    help.search = nil
  }

  /// The effect of a command while the help is open; nil if it closes the help and then runs as usual.
  mutating func performInHelp(_ command: CommandID) -> [Effect]? {
    guard let top = help.top else { return nil }
    let rows = geometry.page.rows
    let page = max(rows - 1, 1)
    let offset: Int
    switch command {
    case .up: offset = -1
    case .down: offset = 1
    case .pageUp: offset = -page
    case .pageDown, .freeze: offset = page
    case .halfPageUp: offset = -max(page / 2, 1)
    case .halfPageDown: offset = max(page / 2, 1)
    case .first: offset = Int.min / 2
    case .last: offset = Int.max / 2
    case .search:
      openPrompt(.help)
      return []
    case .searchNext, .searchPrevious:
      searchHelpAgain(command == .searchNext ? .forward : .backward)
      return []
    case .help, .back, .open, .quit:
      closeHelp()
      return []
    case .redraw, .suspend: return nil
    default:
      closeHelp()
      return nil
    }
    help.top = max(min(top + offset, helpLines.count - rows), 0)
    return []
  }

  /// Each key searches again from the position at which the prompt was opened.
  mutating func helpSearchTyped(_ prompt: Prompt) {
    help.top = prompt.before.help
    message = nil
    help.search = prompt.editor.isEmpty ? nil : LineSearch(prompt.editor.text)
    updateHelpMatches()
    guard let search = help.search, let top = help.top else { return }
    guard !search.matches.isEmpty else { return showError("not found") }
    goInHelp(toMatch: search.matches.firstIndex { $0.start.line >= top } ?? 0)
  }

  mutating func searchHelpAgain(_ direction: Direction) {
    if help.search == nil, let text = histories.lines[0] { help.search = LineSearch(text) }
    updateHelpMatches()
    guard let search = help.search, let top = help.top else {
      return showError("no search yet (\(keyName(.search)) starts one)")
    }
    guard let (index, wraps) = search.next(direction, from: top..<top + geometry.page.rows) else {
      return showError("not found: \(DisplayText(typed: search.text))")
    }
    goInHelp(toMatch: index)
    if let place = help.search?.place(wraps: wraps, direction) { show(place) }
  }

  private mutating func updateHelpMatches() {
    let lines = helpLines
    help.search?.update(in: lines, joints: [:])
  }

  private mutating func goInHelp(toMatch index: Int) {
    guard let top = help.top else { return }
    let rows = geometry.page.rows
    let wanted = help.search?.select(index, top: top, height: rows) ?? top
    help.top = max(min(wanted, helpLines.count - rows), 0)
  }
}
