import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Folding.
@Suite
struct FoldingTests {
  /// A view with the make of the story selected.
  func makeSelected() -> AppState {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.select(pid: 10_233)
    return state
  }

  func pids(_ state: AppState) -> [Int32] {
    state.shown.rows(0..<state.shown.outline.rowCount).map(\.id.pid)
  }

  @Test(arguments: [Key.left, .character("h"), .character("-")])
  func `Folds and unfolds`(key: Key) {
    var state = makeSelected()
    let rows = pids(state).count
    state.press(key)
    // Seven processes on six rows: two share one.
    #expect(pids(state).count == rows - 6)
    #expect(state.screen.contains("+7"))
    #expect(state.tree.selection?.pid == 10_233)
    state.press(.character("+"))
    #expect(pids(state).count == rows)
  }

  @Test(arguments: [Key.right, .character("l"), .character("+")])
  func `Unfolds`(key: Key) {
    var state = makeSelected()
    let rows = pids(state).count
    state.press(.character("-"), key)
    #expect(pids(state).count == rows)
  }

  @Test func `Left on a leaf goes to the parent and right to the first child`() {
    var state = makeSelected()
    state.press(.right)
    #expect(state.tree.selection?.pid == 10_235)
    // The row is a chain, which right opens and left closes.
    state.press(.right)
    #expect(state.shown.row(at: state.shown.row(of: state.tree.selection!)! - 1)?.id.pid == 10_234)
    state.press(.left)
    #expect(state.tree.selection?.pid == 10_235)
    state.press(.left)
    #expect(state.tree.selection?.pid == 10_234)
    state.press(.character("u"))
    #expect(state.tree.selection?.pid == 10_233)
  }

  @Test func `Everything below folds and unfolds`() {
    var state = makeSelected()
    let rows = pids(state)
    state.press(.character("*"))
    #expect(pids(state).count == rows.count - 6)
    // What was folded below stays folded when only the top is unfolded.
    state.press(.character("+"))
    #expect(pids(state).count == rows.count - 2)
    state.press(.character("*"))
    #expect(pids(state) == rows)
  }

  @Test func `The whole tree folds to its first level`() {
    var state = makeSelected()
    let rows = pids(state)
    state.press(.character("_"))
    #expect(pids(state) == [1, 331, 498, 512, 11])
    #expect(state.tree.selection?.pid == 512)
    state.press(.character("_"))
    #expect(pids(state) == rows)
  }

  @Test func `Enter in the log shows the process in the tree`() {
    var state = makeSelected()
    state.press(.character("_"), .character("3"), .up, .up, .up, .up, .up)
    #expect(state.tree.selection?.pid == 10_261)
    state.press(.enter)
    #expect(state.focus == .tree)
    #expect(state.highlighted?.pid == 10_261)
  }

  @Test func `A fold key in the detail is no command there`() {
    var state = makeSelected()
    let rows = pids(state)
    state.press(.character("2"), .character("*"))
    #expect(pids(state) == rows)
    #expect(state.message?.isError == true)
  }
}
