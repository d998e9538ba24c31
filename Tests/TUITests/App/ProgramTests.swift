import Testing

@testable import TUI

/// Panes, help and leaving.
@Suite
struct ProgramTests {
  @Test func `Tab goes round the panes`() {
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

  @Test(arguments: Pane.allCases)
  func `A number goes to its pane`(pane: Pane) {
    var state = AppState.showing(.build())
    state.press(.character(Character("\(pane.number)")))
    #expect(state.focus == pane)
  }

  @Test(arguments: Pane.allCases)
  func `Zoom shows one pane and comes back`(pane: Pane) {
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

  @Test(arguments: [Key.character("q"), .f(10), .ctrl("c")])
  func `Quits`(key: Key) {
    var state = AppState.showing(.build())
    #expect(state.press(key) == [.quit])
  }

  @Test func `Suspends and redraws`() {
    var state = AppState.showing(.build())
    #expect(state.press(.ctrl("z")) == [.suspend])
    #expect(state.press(.ctrl("l")) == [.redraw])
    state.press(.character("\\"))
    #expect(state.press(.ctrl("z")) == [.suspend])
    #expect(state.press(.character("q")) == [])
    #expect(state.prompt != nil)
  }

  @Test func `The help scrolls and closes`() {
    var state = AppState.showing(.build())
    state.press(.character("?"))
    #expect(state.help.top == 0)
    state.press(.down, .pageDown)
    #expect(state.help.top ?? 0 > 2)
    state.press(.end)
    let last = state.screen
    state.press(.down)
    #expect(state.screen == last)
    for key in [Key.character("q"), .escape, .character("?")] {
      state.help.top = 0
      #expect(state.press(key) == [])
      #expect(state.help.top == nil)
    }
  }

  @Test func `A key without a command says so`() {
    var state = AppState.showing(.build())
    state.press(.character("X"))
    #expect(state.screen.hasSuffix(" X is not bound (? for help)"))
    state.press(.down)
    #expect(state.message == nil)
  }

  @Test func `Resizing keeps the selection in view`() {
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

  @Test func `The shell can speak`() {
    var state = AppState.showing(.build())
    let before = state.generation
    _ = state.reduce(.message("failed execs are not seen: no tracefs", isError: true))
    #expect(state.generation > before)
    #expect(state.screen.contains("failed execs are not seen: no tracefs"))
  }
}
