import Events
import Testing

@testable import TUI
@testable import Tree

/// Keys that set a filter and undo it.
@Suite
struct OnlyTests {
  @Test func `Who was not seen has no command to filter by`() throws {
    var story = Story()
    let child = story.fork(60, from: ProcessID(pid: 50, startTime: 5 * Story.second), comm: "sh")
    var state = AppState.showing(story)
    state.press(.home)
    let unseen = try #require(state.selectedNode)
    try #require(unseen.isPlaceholder)
    for _ in 0..<2 {
      state.press(.character("c"))
      #expect(state.typedFilter.text.isEmpty && state.selectedNode?.id == unseen.id)
      #expect(state.message?.text == "command unknown: seen only as a parent")
    }
    state.press(.down, .character("c"))
    #expect(state.tree.selection == child && state.typedFilter.text == "comm=\"sh\"")
  }

  @Test(arguments: ["c", "\""] as [Character])
  func `Undone where nothing matches`(key: Character) {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.select(pid: 10_250)
    state.press(.character("m"), .character(key))
    #expect(!state.typedFilter.text.isEmpty && state.selectedNode != nil)
    // Who is filtered for is forgotten, as with a small memory: nothing is left.
    _ = state.setFilter("comm=nobody")
    state.typedFilter.onlyThese[0].set = "comm=nobody"
    state.reconcile()
    #expect(state.shown.outline.rowCount == 0 && state.selectedNode == nil)
    state.press(.character(key))
    #expect(state.typedFilter.text.isEmpty && state.message == nil && state.shown.outline.rowCount > 0)
  }

  @Test func `Undone in an empty top table`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.typedFilter.onlyThese = [TypedFilter.OnlyThis(command: .onlyThisCommand, before: "", set: "comm=nobody")]
    _ = state.setFilter("comm=nobody")
    state.press(.character("t"), .character("c"))
    #expect(state.typedFilter.text.isEmpty && state.message == nil)
  }
}
