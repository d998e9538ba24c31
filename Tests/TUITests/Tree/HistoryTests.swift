import Events
import Testing

@testable import TUI
@testable import Tree

/// The exec history of a process in its row and in a listing, and where the selection begins.
@Suite
struct HistoryTests {
  @Test func `Earlier programs stand before the command where there is room`() {
    for (columns, text) in [(120, "entrypoint.sh → env → sleep 4"), (34, "sleep 4")] {
      let state = AppState.showing(.deep(), columns: columns, rows: 40)
      #expect(state.screen.contains(text))
    }
    let narrow = AppState.showing(.deep(), columns: 40, rows: 40)
    #expect(narrow.screen.contains("sleep 4"))
  }

  @Test func `A history that does not fit loses its oldest programs`() throws {
    var story = Story()
    let shell = story.id(7, at: 2)
    story.existing(shell, nil, ["/bin/sh"])
    let child = story.start(10, from: shell, ["/bin/first"])
    for name in ["second", "third", "third", "fourth"] { story.exec(child, shell, story.image(["/bin/\(name)"])) }
    let node = try #require(AppState.showing(story).shown.tree[child])
    func history(_ room: Int) -> String {
      CommandText.history(of: node, in: room, glyphs: .utf8).runs.map(\.text.string).joined()
    }
    #expect(history(60) == "first → second → third → ")
    #expect(history(25) == "first → second → third → ")
    #expect(history(24) == "… → second → third → ")
    #expect(history(20) == "… → third → ")
    #expect(history(11) == "" && history(0) == "")
  }

  @Test func `A listing prints the history, and no chain`() {
    let state = AppState.showing(.deep())
    var lines: [String] = []
    TreeListing(of: state.shown.tree, matching: nil, below: nil, now: state.now, glyphs: .utf8).forEachLine {
      lines.append($0.runs.map(\.text.string).joined())
      return true
    }
    #expect(lines.count { $0.hasSuffix("entrypoint.sh → env → sleep 4") } == 1)
    #expect(lines.allSatisfy { !$0.contains("›") })
    #expect(lines.count == 1 + state.shown.tree.totals.processes)
  }

  /// As with `-- make`: the parent is not traced.
  private func scoped() -> AppState {
    var story = Story()
    let outside = ProcessID(pid: 300, startTime: 5 * Story.second)
    let make = story.start(400, from: outside, ["make"])
    _ = story.start(401, from: make, ["cc"])
    _ = story.start(402, from: make, ["ld"])
    var state = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock, now: story.now)
    state.scopeStart = 3600 * Story.second - 1
    _ = state.reduce(.events(story.events, now: story.now))
    return state
  }

  @Test func `The selection begins on the command, not on the parent outside`() {
    var state = scoped()
    #expect(state.shown.row(at: 0)?.id.pid == 300 && state.tree.selection?.pid == 400)
    #expect(state.screen.contains("parent 300 (outside)"))
    for key in [Key.up, .home, .pageUp, .character("g"), .character("u"), .left, .left] {
      state.press(key)
      #expect(state.tree.selection?.pid == 400, "\(key)")
    }
    state.press(.end)
    #expect(state.tree.selection != nil && state.tree.selection?.pid != 300)
    state.press(.character(":"))
    state.type("300")
    #expect(state.message?.text == "process 300 is outside of what is traced")
    state.press(.escape)
  }

  @Test func `The mouse does not select the parent outside`() throws {
    var state = scoped()
    let box = try #require(state.layout[.tree])
    for _ in 0..<2 {
      _ = state.reduce(.input(.mouse(MouseEvent(.press, at: Point(row: box.top, column: 5)))))
      #expect(state.tree.selection?.pid == 400)
    }
  }

  @Test func `As the only row it is selected`() {
    var state = AppState(size: Size(columns: 80, rows: 24), clock: Story.clock, now: 3600 * Story.second)
    state.scopeStart = 3600 * Story.second
    var story = Story()
    let outside = ProcessID(pid: 300, startTime: 5 * Story.second)
    story.append(
      .exit(
        ExitEvent(
          time: story.now, process: story.facts(ProcessID(pid: 400, startTime: story.now), outside, "x"),
          status: ExitStatus(code: 0))))
    _ = state.reduce(.events(story.events, now: story.now))
    #expect(state.tree.selection?.pid == 400)
    state.press(.character("\\"))
    state.type("pid=300")
    state.press(.enter)
    #expect(state.shown.rowCount == 1 && state.highlighted?.pid == 300)
  }
}
