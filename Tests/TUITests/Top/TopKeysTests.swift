import Testing

@testable import TUI

/// The keys that speak of what is selected, while the top table stands in the tree's place.
@Suite struct TopKeysTests {
  private func table() -> AppState {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.select(pid: 10_233)
    state.press(.character("t"), .character("g"))
    return state
  }

  private func text(_ effects: [Effect]) -> String? {
    switch effects.first {
    case .copy(let text): String(decoding: text.bytes, as: UTF8.self)
    case .write(let text, path: _, keeps: _): String(decoding: text.bytes, as: UTF8.self)
    default: nil
    }
  }

  private func name(_ row: Int, of state: AppState) -> String {
    TopListing.name(of: state.top.rows[row]).description
  }

  @Test func `The line is that of the group`() throws {
    var state = table()
    for row in 0..<3 {
      let line = try #require(text(state.press(.character("y"), .character("l"))))
      #expect(line.hasSuffix(name(row, of: state)))
      state.press(.down)
    }
  }

  @Test func `Nothing of the hidden tree is copied`() {
    for form in ["c", "a", "e", "p"] as [Character] {
      var state = table()
      #expect(state.press(.character("y"), .character(form)).isEmpty)
      #expect(state.message != nil)
    }
  }

  @Test func `The table is written`() throws {
    var state = table()
    let written = try #require(text(state.press(.character("w"), .enter)))
    let lines = written.split(separator: "\n")
    #expect(lines.count == state.top.rows.count + 1 && lines[0].contains("EXECS"))
    for row in state.top.rows.indices { #expect(lines[row + 1].hasSuffix(name(row, of: state))) }
  }

  @Test func `The hidden tree is left alone`() {
    var state = table()
    let selection = state.tree.selection
    for key in ["m", "b"] as [Character] {
      state.press(.character(key))
      #expect(state.message != nil && state.top.isOpen && state.tree.marked.isEmpty && state.typedFilter.text.isEmpty)
      #expect(state.tree.selection == selection)
    }
  }

  @Test func `Only this command is of the group`() {
    var (byKey, byEnter) = (table(), table())
    byKey.press(.down, .character("c"))
    byEnter.press(.down, .enter)
    #expect(!byKey.typedFilter.text.isEmpty && byKey.typedFilter.text == byEnter.typedFilter.text)
  }
}
