import Events
import Testing
import Tree

@testable import TUI

/// Moving.
@Suite
struct MovingTests {
  /// The pid of the selected process.
  func pid(_ state: AppState) -> Int32? { state.tree.selection?.pid }

  @Test func `Starts at the first row`() {
    #expect(pid(.showing(.build())) == 1)
  }

  @Test(arguments: [(Key.down, Key.up), (.character("j"), .character("k"))])
  func `Up and down go by a row`(down: Key, up: Key) {
    var state = AppState.showing(.build())
    state.press(down, down)
    #expect(pid(state) == 498)
    state.press(up)
    #expect(pid(state) == 331)
    state.press(up, up, up)
    #expect(pid(state) == 1)
  }

  @Test func `Pages are the rows in view but one`() {
    var state = AppState.showing(.build())
    let rows = state.rows(of: .tree)
    state.press(.pageDown)
    #expect(state.highlighted.flatMap { state.shown.row(of: $0) } == rows - 1)
    state.press(.pageUp)
    #expect(pid(state) == 1)
    state.press(.ctrl("d"))
    #expect(state.highlighted.flatMap { state.shown.row(of: $0) } == (rows - 1) / 2)
    state.press(.ctrl("u"))
    #expect(pid(state) == 1)
  }

  @Test(arguments: [(Key.end, Key.home), (.character("G"), .character("g"))])
  func `The ends`(last: Key, first: Key) {
    var state = AppState.showing(.build())
    state.press(last)
    #expect(pid(state) == 11)
    #expect(state.treeTop + state.rows(of: .tree) == state.shown.outline.rowCount)
    state.press(first)
    #expect(pid(state) == 1)
    #expect(state.treeTop == 0)
  }

  @Test func `Sideways scrolls the commands only`() {
    var state = AppState.showing(.build())
    state.press(.character("L"))
    #expect(state.screen.contains("   331     1h ● …ystemd/systemd-journald"))
    state.press(.character("H"))
    #expect(state.tree.sideways == 0)
    // To the end of the selected row, whatever others are as long as.
    let ends = state.shown.rows(0..<state.rows(of: .tree)).map { row in
      var state = state
      state.choose(row.id)
      state.press(.character("$"))
      return (id: row.id, end: state.tree.sideways)
    }
    let longest = ends.max { $0.end < $1.end }
    #expect(ends.contains { $0.end == 0 } && longest.map { $0.end > 0 } == true)
    if let longest { state.choose(longest.id) }
    state.press(.character("$"))
    state.press(.character("L"))
    #expect(state.tree.sideways == longest?.end)
    state.press(.character("^"))
    #expect(state.tree.sideways == 0)
  }

  @Test func `Moving in the log selects the process of the entry`() {
    var state = AppState.showing(.build())
    state.press(.character("3"))
    #expect(pid(state) == 1)
    state.press(.up)
    #expect(pid(state) == 10_262)
    #expect(!state.log.isFollowing)
    state.press(.home)
    #expect(pid(state) == 10_233)
    #expect(state.logTop == 0)
  }

  @Test func `The log follows again from its end`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("3"), .up, .up, .up)
    let before = state.logTop
    let known = story.events.count
    _ = story.fork(30_000, from: story.id(1, at: 1), comm: "init")
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.logTop == before)
    state.press(.end)
    #expect(state.log.isFollowing)
    #expect(state.logTop == state.shown.logCount - state.rows(of: .log))
  }

  @Test func `The detail scrolls, and starts at the top for another process`() {
    var state = AppState.showing(.build())
    state.press(.character("2"), .down, .down)
    #expect(state.detail.top == 2)
    state.press(.end)
    #expect(state.detail.top == (state.detail.content?.lines.count ?? 0) - state.rows(of: .detail))
    state.press(.character("1"), .down)
    #expect(state.detail.top == 0)
  }

  @Test func `The selection keeps its process and its line while the tree grows above it`() {
    var story = Story.build()
    var state = AppState.showing(story)
    for _ in 0..<9 { state.press(.down) }
    let selected = state.tree.selection
    let line = state.tree.line
    let known = story.events.count
    for pid in Int32(400)..<420 { _ = story.fork(pid, from: story.id(331, at: 4), comm: "systemd-journal") }
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.tree.selection == selected)
    #expect(state.tree.line == line)
    #expect(state.treeTop > 0)
  }

  @Test func `A forgotten selection walks to its parent`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let shell = story.fork(50, from: systemd, comm: "init")
    let child = story.fork(51, from: shell, comm: "sh")
    var state = AppState(
      size: Size(columns: 80, rows: 24), clock: Story.clock, limits: Limits(processes: 3))
    _ = state.reduce(.events(story.events, now: story.now))
    state.press(.end)
    #expect(state.tree.selection == child)
    let known = story.events.count
    story.exit(child, shell, comm: "sh", ExitStatus(code: 0))
    for pid in Int32(60)..<70 { _ = story.fork(pid, from: systemd, comm: "init") }
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.shown.tree[child] == nil)
    #expect(state.tree.selection == shell)
  }
}
