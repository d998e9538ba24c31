import Testing

@testable import TUI

/// Search in the help.
@Suite
struct HelpSearchTests {
  private func state(_ columns: Int = 80, _ rows: Int = 24) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.press(.character("?"))
    return state
  }

  private func rows(_ state: AppState) -> [Substring] { state.screen.split(separator: "\n") }

  /// The texts in the look of a match, from top to bottom.
  private func marked(_ state: AppState) -> [String] {
    let frame = state.render()
    return (0..<frame.size.rows - 1).compactMap { row in
      let cells = frame.row(row).filter { $0.style.role == .match }
      return cells.isEmpty ? nil : String(String.UnicodeScalarView(cells.compactMap { $0.glyph?.base }))
    }
  }

  @Test(arguments: [Key.character("/"), .f(3)])
  func `As it is typed, and on`(key: Key) {
    var state = state()
    state.press(key)
    state.type("timeline")
    #expect(state.help.top != nil && rows(state)[1].contains(" Help "))
    #expect(!marked(state).isEmpty && marked(state).allSatisfy { $0.lowercased().hasPrefix("timeline") })
    let first = state.help.top
    state.press(.enter)
    #expect(state.prompt == nil && state.help.top == first)
    // All are gone through, and then again from the top.
    let count = state.help.search?.matches.count ?? 0
    #expect(count > 2)
    for index in 2...count {
      state.press(.character("n"))
      #expect(state.screen.contains("match \(index) of \(count)") && !marked(state).isEmpty)
    }
    state.press(.character("n"))
    #expect(state.screen.contains("match 1 of \(count), wrapped to the top"))
    state.press(.character("N"))
    #expect(state.screen.contains("match \(count) of \(count), wrapped to the bottom"))
  }

  @Test func `Esc puts the help back and closes it then`() {
    var state = state()
    state.press(.pageDown, .character("/"))
    let before = state.help.top
    state.type("Signs")
    #expect(state.help.top != before)
    state.press(.escape)
    #expect(state.help.top == before && state.help.search == nil && marked(state).isEmpty)
    state.press(.escape)
    #expect(state.help.top == nil && state.typedSearch.filter == nil)
  }

  @Test func `What is not there is said`() {
    var state = state()
    state.press(.character("/"))
    state.type("nosuchword")
    #expect(rows(state).last?.hasSuffix("not found") == true && state.help.top == 0)
  }

  @Test func `The bar says that it can be searched`() { #expect(rows(state()).last?.contains("/ Search") == true) }
}
