import Testing

@testable import TUI

/// Panes that come back stand where they stood.
@Suite
struct OutOfSightTests {
  private func press(_ state: inout AppState, _ keys: String) {
    for key in keys { state.press(.character(key)) }
  }

  @Test(arguments: [
    (80, 24, "2zz"), (80, 24, "3zz"), (120, 40, "2zz"), (40, 10, "23"), (40, 10, "21"), (70, 24, "2zz1"),
    (20, 5, "21"),
  ])
  func `The tree`(columns: Int, rows: Int, keys: String) throws {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    press(&state, columns < 40 ? "jj" : "jjjjjj")
    // Not where it would stand by itself: in the middle of a tree scrolled down.
    _ = state.reduce(.input(.mouse(MouseEvent(.wheelDown, at: Point(row: 3, column: 5)))))
    press(&state, "j")
    let (tree, top) = (state.tree, state.treeTop)
    try #require(tree.line > 0)
    press(&state, keys)
    #expect(state.tree == tree && state.treeTop == top)
  }

  /// Scrolled no further than is needed to see it.
  @Test func `The tree whose selection moved meanwhile`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    press(&state, "jjjjjjjj3z")
    let top = state.treeTop
    press(&state, "kkk")
    let row = try #require(state.highlighted.flatMap { state.shown.row(of: $0) })
    press(&state, "z")
    #expect(state.treeTop == top && state.tree.line == row - top && row != 8)
  }

  @Test func `The top table`() throws {
    var state = AppState.showing(.build(), columns: 80, rows: 16)
    press(&state, "tjjjjjjjjk")
    let (first, row) = (state.top.first, state.top.row)
    try #require(first > 0 && row > first)
    press(&state, "21")
    #expect(state.top.first == first && state.top.row == row)
  }

  @Test func `The log`() throws {
    var state = AppState.showing(.build(), columns: 80, rows: 24)
    press(&state, "3kkkkkkkkkj")
    let (log, top) = (state.log, state.logTop)
    try #require(log.line > 0)
    press(&state, "1zz3")
    #expect(state.log == log && state.logTop == top)
    press(&state, "||")
    #expect(state.layout[.log] == nil)
    press(&state, "|3")
    #expect(state.log == log && state.logTop == top)
  }

  @Test(arguments: [(80, 24, "1zz2"), (70, 24, "12"), (70, 24, "32"), (120, 20, "3zz2"), (120, 20, "1|||2")])
  func `The detail`(columns: Int, rows: Int, keys: String) throws {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.select(pid: 10_262)
    press(&state, "2jjjjj")
    let detail = state.detail.position
    try #require(detail.top == 5)
    press(&state, keys)
    #expect(state.detail.position == detail && state.layout[.detail] != nil)
    press(&state, "1j2")
    #expect(state.detail.top == 0, "another process begins at its first line")
  }

  @Test func `Where a filter was left`() {
    var state = AppState.showing(.build(), columns: 120, rows: 20)
    state.select(pid: 10_262)
    press(&state, "2jjjj\\")
    state.type("nobody")
    #expect(state.selectedNode == nil)
    state.press(.escape)
    #expect(state.detail.top == 4)
  }
}
