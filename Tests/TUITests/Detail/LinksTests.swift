import Testing

@testable import Events
@testable import TUI

/// Parents in the detail.
@Suite
struct LinksTests {
  private func state(_ pid: Int32 = 10_235) -> AppState {
    var state = AppState.showing(.build(), columns: 120, rows: 100)
    state.select(pid: pid)
    return state
  }

  private func click(_ state: inout AppState, on link: Int) throws {
    let box = try #require(state.layout[.detail])
    let line = try #require(state.detail.content?.links[link].line) - state.detail.top
    _ = state.reduce(.input(.mouse(MouseEvent(.press, at: Point(row: box.top + line, column: box.column + 5)))))
  }

  @Test func `A click selects the parent`() throws {
    var state = state()
    #expect(state.detail.content?.links.map(\.id.pid) == [10_234, 10_233, 980, 978, 512, 1])
    try click(&state, on: 1)
    #expect(state.tree.selection?.pid == 10_233 && state.focus == .detail)
    try click(&state, on: 0)
    #expect(state.tree.selection?.pid == 980)
  }

  @Test func `Arrows choose and enter goes`() {
    var state = state()
    state.press(.character("2"), .enter)
    #expect(state.tree.selection?.pid == 10_235 && state.detail.full == .detail)
    state.press(.escape)
    #expect(state.detail.full == nil && state.focus == .detail)
    state.press(.right, .right)
    #expect(state.chosenLink?.id.pid == 10_233)
    state.press(.left, .left, .left)
    #expect(state.chosenLink?.id.pid == 10_234)
    state.press(.right, .enter)
    #expect(state.tree.selection?.pid == 10_233 && state.chosenLink == nil && state.focus == .detail)
    state.press(.character("u"))
    #expect(state.tree.selection?.pid == 980)
  }

  @Test func `The chosen one is in view`() throws {
    var state = AppState.showing(.build(), columns: 100, rows: 16)
    state.select(pid: 10_235)
    state.press(.character("2"), .left)
    let (box, line) = (try #require(state.layout[.detail]), try #require(state.chosenLink?.line))
    #expect(state.chosenLink?.id.pid == 1 && (state.detail.top..<state.detail.top + box.rows).contains(line))
    #expect(state.render().row(box.top + line - state.detail.top).contains { $0.style.role == .selection })
  }

  /// A fold is opened for it, and who took a process over can be gone to as well.
  @Test func `The present parent is one`() throws {
    var state = state(10_251)
    let links = try #require(state.detail.content?.links)
    #expect(links.last?.id.pid == 1 && links.count == 6)
    state.press(.character("2"), .left, .enter)
    #expect(state.tree.selection?.pid == 1)
    state.press(.right)
    #expect(state.chosenLink == nil && state.message?.isError == true, "the first process has no parent")
  }

  @Test func `Other lines lead nowhere`() {
    var state = state()
    for row in 3..<8 {
      _ = state.reduce(.input(.mouse(MouseEvent(.press, at: Point(row: row, column: 100)))))
      #expect(state.tree.selection?.pid == 10_235)
    }
  }
}
