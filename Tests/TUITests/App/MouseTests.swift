import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// The mouse.
@Suite
struct MouseTests {
  private func state(rows: Int = 24) -> AppState {
    var state = AppState.showing(.build(), columns: 120, rows: rows)
    state.press(.character("g"))
    return state
  }

  @discardableResult
  private func act(_ state: inout AppState, _ kind: MouseEvent.Kind, _ row: Int, _ column: Int) -> [Effect] {
    state.reduce(.input(.mouse(MouseEvent(kind, at: Point(row: row, column: column)))))
  }

  /// The row of the screen on which a text stands first.
  private func row(of text: String, in state: AppState) throws -> Int {
    try #require(state.screen.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(text) })
  }

  @Test func `A click selects and the next one folds`() throws {
    var state = state()
    state.press(.character("2"))
    let line = try row(of: "-bash", in: state)
    act(&state, .press, line, 30)
    #expect(state.focus == .tree)
    #expect(state.tree.selection?.pid == 980)
    let rows = state.rowCount
    act(&state, .press, line, 30)
    #expect(state.rowCount < rows)
    act(&state, .press, line, 30)
    #expect(state.rowCount == rows)
    #expect(state.tree.selection?.pid == 980)
  }

  @Test func `A click on the timeline goes to that time`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    let entry = try #require(state.live.tree.log.entries.first)
    let scale = state.timelineScale
    let column = try #require(scale.column(of: entry.time))
    for row in [1, 2] {
      act(&state, .press, row, column)
      #expect(state.isFrozen && scale.column(of: state.shownTime) == column)
      state.press(.character(" "))
    }
    act(&state, .press, 1, 3)
    #expect(!state.isFrozen)
  }

  /// The click that brings the focus back to the selected row folds nothing.
  @Test func `A click into another pane only goes there`() throws {
    var state = state()
    let rows = state.rowCount
    state.press(.character("3"))
    act(&state, .press, try row(of: "/sbin/init", in: state), 30)
    #expect(state.focus == .tree)
    #expect(state.rowCount == rows)
  }

  @Test func `In the log the next click shows the process in the tree`() throws {
    var state = state()
    let box = try #require(state.layout[.log])
    act(&state, .press, box.top + 1, 40)
    #expect(state.focus == .log)
    let entry = try #require(state.shown.logEntry(atRow: state.logTop + 1))
    #expect(state.log.cursor == entry.sequence)
    act(&state, .press, box.top + 1, 40)
    #expect(state.focus == .tree)
    #expect(state.tree.selection == entry.id)
  }

  @Test(arguments: Pane.allCases)
  func `A click on a title goes to the pane`(pane: Pane) throws {
    var state = state()
    state.press(pane == .tree ? .character("3") : .character("1"))
    let selection = state.tree.selection
    let box = try #require(state.layout[pane])
    act(&state, .press, try #require(box.title), box.column + 2)
    #expect(state.focus == pane)
    #expect(state.tree.selection == selection)
  }

  @Test func `The key bar presses its keys`() throws {
    var state = state()
    func place(_ label: String) throws -> Int {
      let bar = try #require(state.screen.split(separator: "\n").last.map(String.init))
      return try #require(bar.firstRange(of: label)).lowerBound.utf16Offset(in: bar)
    }
    act(&state, .press, 23, try place("Freeze"))
    #expect(state.isFrozen)
    act(&state, .press, 23, try place("Thaw"))
    #expect(!state.isFrozen)
    act(&state, .press, 23, try place("Help"))
    #expect(state.help.top == 0)
    act(&state, .press, 23, try place("Close"))
    #expect(state.help.top == nil)
    act(&state, .press, 23, try place("Filter"))
    #expect(state.prompt != nil)
    state.press(.escape)
    #expect(act(&state, .press, 23, try place("Quit")) == [.quit])
    // Between two of them there is nothing.
    #expect(act(&state, .press, 23, try place("Quit") + 4).isEmpty)
  }

  @Test func `The wheel scrolls the pane under the pointer`() throws {
    var state = state(rows: 18)
    state.press(.character("2"))
    let (top, selection) = (state.treeTop, state.tree.selection)
    act(&state, .wheelDown, 5, 10)
    #expect(state.treeTop == top + 3)
    #expect(state.focus == .detail)
    // The selection left by the upper edge, and stays there.
    #expect(state.tree.selection != selection && state.tree.line == state.tree.sticky.count)
    act(&state, .wheelUp, 5, 10)
    act(&state, .wheelUp, 5, 10)
    #expect(state.treeTop == 0)

    act(&state, .wheelDown, 5, 110)
    #expect(state.detail.top == 3)
    act(&state, .wheelUp, 5, 110)
    #expect(state.detail.top == 0)
  }

  @Test func `The wheel in the log stops following until its end`() throws {
    var state = state()
    let box = try #require(state.layout[.log])
    let selection = state.tree.selection
    let end = state.logTop
    act(&state, .wheelUp, box.top, 5)
    #expect(!state.log.isFollowing && state.logTop == end - 3)
    act(&state, .wheelDown, box.top, 5)
    #expect(state.log.isFollowing && state.logTop == end)
    #expect(state.tree.selection == selection)
  }

  @Test func `The wheel scrolls the help`() {
    var state = state()
    state.press(.character("?"))
    act(&state, .wheelDown, 5, 5)
    #expect(state.help.top == 3)
    act(&state, .wheelUp, 5, 5)
    act(&state, .wheelUp, 5, 5)
    #expect(state.help.top == 0)
  }

  @Test func `What is being typed is not interrupted`() {
    var state = state()
    for key in ["\\", "y", "w"] as [Character] {
      state.press(.character(key))
      let (selection, question, prompt) = (state.tree.selection, state.copying.question, state.prompt)
      act(&state, .press, 6, 10)
      act(&state, .press, 23, 2)
      #expect(state.tree.selection == selection && state.copying.question == question && state.prompt == prompt)
      state.press(.escape)
    }
  }

  @Test func `Without the mouse nothing happens`() {
    var state = state()
    state.mouse.isUsed = false
    let before = state.render()
    for kind in [MouseEvent.Kind.press, .wheelUp, .wheelDown] {
      for row in 0..<24 { #expect(act(&state, kind, row, 20).isEmpty) }
    }
    #expect(state.render() == before)
  }
}
