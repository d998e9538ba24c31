import Events
import Testing

@testable import TUI
@testable import Tree

/// A process as the root of the tree pane.
@Suite
struct RootTests {
  private func state(_ size: Size = Size(columns: 120, rows: 40)) -> AppState {
    var state = AppState.showing(.deep(), columns: size.columns, rows: size.rows)
    state.select(pid: 10_002)
    return state
  }

  @Test(arguments: ChainTests.sizes)
  func `On five screens`(size: Size) {
    var state = state(size)
    state.press(.character("b"))
    state.message = nil
    expectGolden(state.render(), "root-\(size.columns)x\(size.rows)")
  }

  @Test func `The root has no indentation, and its ancestors have one line`() {
    var state = state()
    state.press(.character("b"))
    #expect(state.shown.row(at: 0)?.id.pid == 10_002 && state.shown.row(at: 0)?.depth == 0)
    #expect(state.shown.row(at: 0)?.chainCount == 0)
    #expect(state.screen.contains(" init › sshd › ") && state.screen.contains(" › ↯ sudo ›"))
    #expect(state.typedFilter.text.isEmpty)
    state.press(.character("b"))
    #expect(state.root == nil && state.tree.selection?.pid == 10_002)
  }

  @Test func `Escape shows the whole tree again`() {
    var state = state()
    state.press(.character("b"), .escape)
    #expect(state.root == nil && state.tree.selection?.pid == 10_002)
  }

  @Test func `A click on an ancestor makes it the root, and u on the root its parent`() throws {
    var state = state()
    state.press(.character("b"))
    let box = try #require(state.layout[.tree])
    let row = try #require(box.crumbs)
    let place = try #require(state.crumbs?.places.last)
    _ = state.reduce(
      .input(.mouse(MouseEvent(.press, at: Point(row: row, column: box.column + 1 + place.columns.lowerBound)))))
    #expect(state.root?.pid == 10_001 && state.tree.selection?.pid == 10_001)
    state.select(pid: 10_001)
    state.press(.character("u"))
    #expect(state.root?.pid == 980)
  }

  @Test func `Filters work inside the root`() {
    var state = state()
    state.press(.character("b"), .character("\\"))
    state.type("comm=gcc")
    state.press(.enter)
    #expect(state.root?.pid == 10_002)
    #expect(state.shown.rows(0..<state.shown.rowCount).allSatisfy { $0.id.pid >= 10_002 && $0.id.pid < 10_050 })
    state.press(.character("\\"), .ctrl("u"))
    state.type("comm=cron")
    state.press(.enter)
    #expect(state.shown.rowCount == 0 && state.screen.contains("no process matches the filter"))
  }

  @Test func `A pid outside of the root shows the whole tree`() {
    var state = state()
    state.press(.character("b"), .character(":"))
    state.type("498")
    #expect(state.tree.selection?.pid == 498 && state.root == nil)
    state.press(.escape)
    #expect(state.root?.pid == 10_002 && state.tree.selection?.pid == 10_002)
  }

  @Test func `The root stays when the view freezes and thaws, and at a moment before its start`() {
    var state = state()
    state.press(.character("b"), .character(" "))
    #expect(state.root?.pid == 10_002)
    for _ in 0..<40 { state.press(.character("{")) }
    #expect(state.root == nil && state.hasRoot && state.shown.rowCount > 0)
    for _ in 0..<40 { state.press(.character("}")) }
    state.press(.character(" "))
    #expect(state.root?.pid == 10_002 && state.frozen == nil)
  }

  @Test func `The root is not forgotten while anything else can be`() {
    var story = Story()
    let shell = story.id(7, at: 2)
    story.existing(shell, nil, ["/bin/sh"])
    var state = AppState(
      size: Size(columns: 80, rows: 24), clock: Story.clock, now: story.now, limits: Limits(processes: 5))
    let first = story.start(10, from: shell, ["/bin/first"])
    story.exit(first, shell, comm: "first", ExitStatus(code: 0))
    _ = state.reduce(.events(story.events, now: story.now))
    let told = story.events.count
    state.select(pid: 10)
    state.press(.character("b"))
    for pid in 20..<60 as Range<Int32> {
      let child = story.start(pid, from: shell, ["/bin/other"])
      story.exit(child, shell, comm: "other", ExitStatus(code: 0))
    }
    _ = state.reduce(.events(Array(story.events[told...]), now: story.now))
    #expect(state.root == first)
  }
}
