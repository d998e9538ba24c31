import ProcessTree
import Testing

@testable import TUI

@Suite("Panes, help and leaving")
struct ProgramTests {
  @Test func tabGoesRoundThePanes() {
    var state = AppState.showing(.build())
    var seen: [Pane] = []
    for _ in 0..<4 {
      state.press(.tab)
      seen.append(state.focus)
    }
    #expect(seen == [.detail, .log, .tree, .detail])
    state.press(.backTab)
    #expect(state.focus == .tree)
  }

  @Test("a number goes to its pane", arguments: Pane.allCases)
  func numbers(pane: Pane) {
    var state = AppState.showing(.build())
    state.press(.character(Character("\(pane.number)")))
    #expect(state.focus == pane)
  }

  @Test("zoom shows one pane and comes back", arguments: Pane.allCases)
  func zoom(pane: Pane) {
    var state = AppState.showing(.build())
    state.press(.character(Character("\(pane.number)")))
    let before = state.layout
    state.press(.character("z"))
    #expect(Array(state.layout.boxes.keys) == [pane])
    state.press(.escape)
    #expect(state.layout == before)
    state.press(.character("z"), .character("z"))
    #expect(state.layout == before)
  }

  @Test("quits", arguments: [Key.character("q"), .f(10), .ctrl("c")])
  func quits(key: Key) {
    var state = AppState.showing(.build())
    #expect(state.press(key) == [.quit])
  }

  @Test func suspendsAndRedraws() {
    var state = AppState.showing(.build())
    #expect(state.press(.ctrl("z")) == [.suspend])
    #expect(state.press(.ctrl("l")) == [.redraw])
    state.press(.character("\\"))
    #expect(state.press(.ctrl("z")) == [.suspend])
    #expect(state.press(.character("q")) == [])
    #expect(state.prompt != nil)
  }

  @Test func theHelpScrollsAndCloses() {
    var state = AppState.showing(.build())
    state.press(.character("?"))
    #expect(state.help == 0)
    state.press(.down, .pageDown)
    #expect(state.help ?? 0 > 2)
    state.press(.end)
    let last = state.screen
    state.press(.down)
    #expect(state.screen == last)
    for key in [Key.character("q"), .escape, .character("?")] {
      state.help = 0
      #expect(state.press(key) == [])
      #expect(state.help == nil)
    }
  }

  @Test func aKeyWithoutACommandSaysSo() {
    var state = AppState.showing(.build())
    state.press(.character("X"))
    #expect(state.screen.hasSuffix(" no command on X, ? for help"))
    state.press(.down)
    #expect(state.message == nil)
  }

  @Test func resizingKeepsTheSelectionInView() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.end)
    let selected = state.tree.selection
    for (columns, rows) in [(80, 24), (40, 10), (20, 5), (1, 1), (0, 0), (300, 100)] {
      _ = state.reduce(.input(.resize(Size(columns: columns, rows: rows))))
      #expect(state.tree.selection == selected)
      #expect(state.tree.line < max(state.rows(of: .tree), 1))
      #expect(state.render().size == Size(columns: columns, rows: rows))
    }
  }

  @Test func theShellCanSpeak() {
    var state = AppState.showing(.build())
    let before = state.generation
    _ = state.reduce(.message("failed execs are not seen: no tracefs", isError: true))
    #expect(state.generation > before)
    #expect(state.screen.contains("failed execs are not seen: no tracefs"))
  }
}
