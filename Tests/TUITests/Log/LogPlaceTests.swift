import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// The place of the log under a filter.
@Suite
struct LogPlaceTests {
  /// The moment is shown, or the last listed event before it, and on the line where it stood as far as rows go.
  private func expectMoment(_ state: AppState, line: Int, _ sourceLocation: SourceLocation = #_sourceLocation) throws {
    let event = try #require(state.frozen?.event)
    let cursor = try #require(state.log.cursor, sourceLocation: sourceLocation)
    let row = state.shown.logRow(of: cursor)
    #expect(cursor <= event || row == 0, sourceLocation: sourceLocation)
    if let next = state.shown.logEntry(atRow: row + 1), cursor < event {
      #expect(next.sequence > event, sourceLocation: sourceLocation)
    }
    let (count, height) = (state.shown.logCount, state.rows(of: .log))
    let expected = AppState.line(of: row, at: line, count: count, height: height)
    #expect(row - state.logTop == expected, sourceLocation: sourceLocation)
  }

  private func traveller() -> AppState {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character(" "), .character("{"), .character("["), .character("["))
    return state
  }

  @Test(arguments: ["cc or sleep", "ev=exit", "sudo", "gpg or comm=make", "nobody"])
  func `In time travel it is the moment`(filter: String) throws {
    var state = traveller()
    let before = state
    let line = state.log.line
    state.press(.character("\\"))
    for character in filter {
      state.press(.character(character))
      if state.shown.logCount > 0 { try expectMoment(state, line: line) }
    }
    state.press(.ctrl("u"))
    #expect(state.log == before.log)
    state.type(filter)
    state.press(.enter)
    if state.shown.logCount > 0 { try expectMoment(state, line: line) }
    let kept = state.screen
    state.press(.character("\\"))
    state.type(" x")
    state.press(.escape)
    #expect(state.screen == kept)
    state.press(.character("\\"), .ctrl("u"), .enter)
    #expect(state.log.cursor == before.log.cursor && state.log.line > 0, "with what led to it")
  }

  @Test func `Keys that filter come back to the moment`() throws {
    var state = traveller()
    let before = state.log
    for key in ["c", "b"] as [Character] {
      let line = state.log.line
      state.press(.character(key))
      try expectMoment(state, line: line)
      state.press(.character(key))
      #expect(state.log.cursor == before.cursor && state.log.line > 0, "with what led to it")
    }
  }

  @Test func `Elsewhere it is where the person was`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character("3"), .up, .up, .up, .up, .up)
    let before = state.log
    state.press(.character("\\"))
    state.type("gpg")
    #expect(state.log.cursor != before.cursor)
    for _ in 0..<3 { state.press(.backspace) }
    #expect(state.log == before)
    state.type("sudo")
    state.press(.escape)
    #expect(state.log == before)
  }

  /// A filter looks at a long log in slices, from its end back: the place is found when it gets there.
  @Test func `Slices do not move it`() throws {
    var story = Story.build()
    for pid in 40_000..<85_000 as Range<Int32> {
      story.pass(1000)
      _ = story.fork(pid, from: story.id(980, at: 3001), comm: pid.isMultiple(of: 2) ? "even" : "odd")
    }
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character("3"), .character("g"), .down, .down, .down)
    for _ in 0..<4 { state.press(.pageDown) }
    state.press(.character("\\"))
    let before = try #require(state.log.cursor)
    state.type("comm=even")
    var slices = 0
    while state.hasWork {
      _ = state.reduce(.work)
      slices += 1
    }
    try #require(slices > 1)
    let cursor = try #require(state.log.cursor)
    #expect(cursor >= before && cursor - before < 200)
    #expect(state.shown.logRow(of: before) == state.shown.logRow(of: cursor))
  }
}
