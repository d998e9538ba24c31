import Events

@testable import TUI
@testable import Tree

extension AppState {
  /// A view of a story at a size.
  static func showing(
    _ story: Story, columns: Int = 80, rows: Int = 24, glyphs: Glyphs = .utf8, mode: Mode = .live
  ) -> AppState {
    var state = AppState(
      size: Size(columns: columns, rows: rows), mode: mode, clock: Story.clock, glyphs: glyphs, now: story.now)
    _ = state.reduce(.events(story.events, now: story.now))
    return state
  }

  /// Presses keys one after the other, each with the screen before it in view, and returns the effects of all of them.
  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] {
    keys.flatMap {
      frameWasShown()
      return reduce(.input(.key($0)))
    }
  }

  /// Types text, a key a character.
  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  /// The text of the screen, without the spaces at the ends of its lines.
  var screen: String {
    let frame = render()
    return (0..<frame.size.rows).map { row in
      var text = frame.text(row: row)
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }
}

extension AppState {
  /// Selects the process with a pid, wherever it is in the tree.
  mutating func select(pid: Int32) {
    guard let id = shown.tree.runningProcess(pid: pid) ?? shown.process(pid: pid) else { return }
    reveal(id)
    select(id)
    reconcile()
  }
}

extension ViewData {
  /// The process with a pid, looking through all rows.
  func process(pid: Int32) -> ProcessID? { rows(0..<outline.rowCount).first { $0.id.pid == pid }?.id }
}
