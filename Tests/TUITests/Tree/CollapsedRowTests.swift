import Events
import Testing

@testable import TUI
@testable import Tree

/// Exited children share one row.
@Suite
struct CollapsedRowTests {
  /// A make with 60 compilers, the last two of which still run.
  private func state() -> AppState {
    var story = Story()
    let make = story.id(7, at: 2)
    story.existing(make, nil, ["/usr/bin/make", "-j2"])
    for index in 0..<60 as Range<Int32> {
      let child = story.fork(100 + index, from: make, comm: "make")
      story.exec(child, make, story.image(["/usr/bin/cc", "-c", "file\(index).c"]))
      story.pass(30 * Story.millisecond)
      if index < 58 { story.exit(child, make, comm: "cc", ExitStatus(code: index % 20 == 0 ? 1 : 0)) }
    }
    return AppState.showing(story, columns: 100, rows: 40)
  }

  @Test func `Older exited children share one row`() {
    let state = state()
    #expect(state.shown.outline.rowCount == 1 + 1 + 20 + 2)
    #expect(state.screen.contains("… 38 exited, ✗ 2 nonzero"))
    #expect(!state.screen.contains("file0.c "))
    expectGolden(state.render(), "collapsed-100x40")
  }

  @Test func `Enter opens them and folding the parent puts them away`() {
    var state = state()
    state.press(.character("g"), .down)
    #expect(state.shown.row(at: 1)?.collapsedCount == 38)
    state.press(.enter)
    #expect(state.shown.outline.rowCount == 61)
    #expect(state.shown.row(at: 1)?.id.pid == 100)
    state.press(.character("g"), .left, .right)
    #expect(state.shown.outline.rowCount == 24)
  }

  /// A person reads on where the row was.
  @Test(arguments: [false, true])
  func `Whoever opens them stands on the first of them, on the same line`(isReversed: Bool) throws {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    for pid in 10..<30 as Range<Int32> { story.existing(story.id(pid, at: 1), systemd, ["/usr/bin/daemon"]) }
    let make = story.id(70, at: 2)
    story.existing(make, systemd, ["/usr/bin/make"])
    let server = story.fork(99, from: make, comm: "make")
    story.exec(server, make, story.image(["/usr/bin/server"]))
    for pid in 100..<160 as Range<Int32> {
      let child = story.fork(pid, from: make, comm: "make")
      story.pass(Story.millisecond)
      story.exit(child, make, comm: "cc", ExitStatus(code: 0))
    }
    var state = AppState.showing(story, columns: 100, rows: 30)
    if isReversed { state.press(.character("r")) }
    let row = try #require((0..<state.shown.outline.rowCount).first { state.shown.row(at: $0)?.collapsedCount == 40 })
    state.press(.character("g"))
    for _ in 0..<row { state.press(.down) }
    let line = state.tree.line
    #expect(state.screen.contains("… 40 exited"))
    state.press(.enter)
    // The server was there before; of those revealed the first in the order that is shown.
    #expect(state.tree.selection?.pid == (isReversed ? 139 : 100))
    #expect(state.tree.line == line && !state.screen.contains("… 40 exited"))
  }

  @Test func `What is written says what the put away are`() throws {
    var state = state()
    state.press(.character("w"))
    guard case .write(let text, _, _)? = state.press(.enter).first else {
      Issue.record("nothing was written")
      return
    }
    let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1 + state.shown.outline.rowCount)
    #expect(lines.count { $0.hasSuffix(" ├─ … 38 exited, ✗ 2 nonzero") } == 1)
  }

  @Test func `They stay open after a thaw`() {
    var state = state()
    state.press(.character(" "), .character("g"), .down, .enter)
    let (rows, selection) = (state.shown.outline.rowCount, state.tree.selection)
    state.press(.character(" "))
    #expect(state.frozen == nil && state.shown.outline.rowCount == rows && rows == 61)
    #expect(state.highlighted == selection)
  }

  @Test func `A filter shows all that match`() {
    var state = state()
    state.press(.character("\\"))
    state.type("exit=1")
    #expect(state.shown.outline.matchCount == 3)
    #expect(state.screen.contains("file0.c") && state.screen.contains("file20.c"))
    state.press(.escape)
    #expect(state.shown.outline.rowCount == 24)
  }

  @Test func `A search finds what is put away`() {
    var state = state()
    state.press(.character("/"))
    state.type("file3.c")
    state.press(.enter)
    #expect(state.tree.selection?.pid == 103)
    #expect(state.screen.contains("file3.c"))
  }

  @Test func `The selection stays when it is put away`() {
    var story = Story()
    let make = story.id(7, at: 2)
    story.existing(make, nil, ["/usr/bin/make"])
    var state = AppState.showing(story, columns: 100, rows: 40)
    var told = story.events.count
    for index in 0..<40 as Range<Int32> {
      let child = story.fork(100 + index, from: make, comm: "cc")
      story.pass(Story.millisecond)
      story.exit(child, make, comm: "cc", ExitStatus(code: 0))
      _ = state.reduce(.events(Array(story.events[told...]), now: story.now))
      told = story.events.count
      if index == 0 { state.select(pid: 100) }
    }
    #expect(state.tree.selection?.pid == 100)
    #expect(state.highlighted == state.shown.row(at: 1)?.id)
    #expect(state.shown.row(at: 1)?.collapsedCount == 20)
  }
}
