import Testing

@testable import TUI

/// Borders under the mouse.
@Suite
struct DraggingTests {
  private func state(columns: Int = 120, rows: Int = 40) -> AppState {
    AppState.showing(.build(), columns: columns, rows: rows)
  }

  private func act(_ state: inout AppState, _ kind: MouseEvent.Kind, _ row: Int, _ column: Int) {
    _ = state.reduce(.input(.mouse(MouseEvent(kind, at: Point(row: row, column: column)))))
  }

  @Test(arguments: [90, 120, 200])
  func `The line between tree and detail goes where the pointer goes`(columns: Int) throws {
    var state = state(columns: columns)
    let start = try #require(state.layout.divider)
    let selection = state.tree.selection
    act(&state, .press, 10, start)
    // A percentage is this many columns at most; the tree keeps 44 columns.
    let grain = columns / 100 + 1
    let last = max(columns * 4 / 10, 46)
    for column in stride(from: start, through: last, by: -1) {
      act(&state, .drag, 15, column)
      let now = try #require(state.layout.divider)
      #expect(abs(now - column) <= grain, "\(now) for \(column)")
    }
    let moved = state.settings.panes
    #expect(moved.tree < PaneChoice().tree && moved.log == PaneChoice().log)
    act(&state, .release, 15, last)
    act(&state, .drag, 15, start)
    #expect(state.settings.panes == moved, "it was let go")
    #expect(state.tree.selection == selection && state.focus == .tree)
  }

  @Test func `The title of the log goes up and down`() throws {
    var state = state()
    let start = try #require(state.layout[.log]?.title)
    let selection = state.tree.selection
    act(&state, .press, start, 30)
    for row in [start - 6, start + 4, start - 1] {
      act(&state, .drag, row, 2)
      #expect(state.layout[.log]?.title == row)
    }
    act(&state, .release, start - 1, 2)
    #expect(state.tree.selection == selection && state.log.isFollowing)
    // As far as it goes and no further.
    act(&state, .press, start - 1, 30)
    act(&state, .drag, -1, 30)
    #expect(state.settings.panes.log == PaneChoice.logRange.upperBound)
    #expect(state.layout[.tree].map { $0.rows >= 1 } == true)
    act(&state, .drag, 99, 30)
    #expect(state.layout[.log].map { $0.rows >= 2 } == true)
  }

  @Test func `A drag that began elsewhere moves nothing`() throws {
    var state = state()
    let (divider, title) = (try #require(state.layout.divider), try #require(state.layout[.log]?.title))
    act(&state, .press, 8, 10)
    let before = (state.render(), state.generation, state.tree.selection)
    for point in [(8, divider), (12, divider + 9), (title, 10), (title - 5, 10)] {
      act(&state, .drag, point.0, point.1)
      act(&state, .release, point.0, point.1)
    }
    #expect(state.render() == before.0 && state.generation == before.1 && state.tree.selection == before.2)
  }

  /// Movements within what one layout covers ask for no frame.
  @Test func `Only what moves is drawn`() throws {
    var state = state()
    let divider = try #require(state.layout.divider)
    act(&state, .press, 10, divider)
    let generation = state.generation
    for row in 5..<20 { act(&state, .drag, row, divider) }
    #expect(state.generation == generation)
    act(&state, .drag, 10, divider - 10)
    #expect(state.generation == generation + 1)
  }

  @Test func `Nothing moves behind the help the settings or a zoom`() throws {
    for key in ["?", "S", "z"] as [Character] {
      var state = state()
      let (divider, title) = (try #require(state.layout.divider), try #require(state.layout[.log]?.title))
      act(&state, .press, 10, divider)
      state.press(.character(key))
      act(&state, .drag, 10, divider - 20)
      act(&state, .press, title, 10)
      act(&state, .drag, title - 6, 10)
      #expect(state.settings.panes.tree == PaneChoice().tree && state.settings.panes.log == PaneChoice().log, "\(key)")
    }
  }

  @Test func `A new size lets go`() throws {
    var state = state()
    act(&state, .press, 10, try #require(state.layout.divider))
    _ = state.reduce(.input(.resize(Size(columns: 130, rows: 40))))
    act(&state, .drag, 10, 60)
    #expect(state.settings.panes == PaneChoice())
  }
}
