import Events
import Testing
import Tree

@testable import TUI

/// Marks.
@Suite
struct MarksTests {
  private func state(_ glyphs: Glyphs = .utf8) -> AppState {
    AppState.showing(.build(), columns: 120, rows: 40, glyphs: glyphs)
  }

  private func line(_ pid: Int32, in state: AppState) -> Int? {
    state.shown.process(pid: pid).flatMap { state.shown.row(of: $0) }.map { $0 - state.treeTop }
  }

  @Test(arguments: [Glyphs.utf8, .ascii])
  func `A mark is a sign and a role, in tree and log`(glyphs: Glyphs) throws {
    var state = state(glyphs)
    state.select(pid: 10_236)
    state.press(.character("m"))
    let box = try #require(state.layout[.tree])
    let row = box.top + (try #require(line(10_236, in: state)))
    // Selected and marked.
    #expect(state.render().text(row: row).hasPrefix(glyphs.markedPointer.string))
    state.press(.down)
    let frame = state.render()
    #expect(frame.text(row: row).hasPrefix(glyphs.mark.string) && frame.row(row).first?.style.role == .marked)
    let log = try #require(state.layout[.log])
    let entries = (0..<log.rows).filter { state.shown.logEntry(atRow: state.logTop + $0)?.id?.pid == 10_236 }
    state.press(.character("3"), .character("g"))
    let first = try #require((0..<log.rows).first { state.shown.logEntry(atRow: state.logTop + $0)?.id?.pid == 10_236 })
    #expect(state.render().text(row: log.top + first).hasPrefix(glyphs.mark.string), "\(entries)")
    state.select(pid: 10_236)
    state.press(.character("1"), .character("m"), .down)
    #expect(!state.screen.contains(glyphs.mark == "@" ? "\n@" : "\n\(glyphs.mark.string)"))
  }

  @Test func `A key goes from mark to mark and around`() {
    var state = state()
    for pid: Int32 in [498, 10_236, 10_251] {
      state.select(pid: pid)
      state.press(.character("m"))
    }
    var seen: [Int32] = []
    for _ in 0..<4 {
      state.press(.character("'"))
      seen.append(state.tree.selection?.pid ?? 0)
    }
    #expect(seen == [498, 10_236, 10_251, 498] && state.screen.hasSuffix("mark 1 of 3"))
    state.press(.character("M"))
    #expect(state.tree.marked.isEmpty && state.screen.hasSuffix("3 unmarked"))
    state.press(.character("'"))
    #expect(state.message?.isError == true && state.message?.text == "no process is marked (m marks)")
  }

  @Test func `A fold opens for its mark`() {
    var state = state()
    state.select(pid: 10_237)
    state.press(.character("m"))
    state.select(pid: 980)
    state.press(.left, .character("'"))
    #expect(state.highlighted?.pid == 10_237)
  }

  @Test func `One key shows the marked alone`() {
    var state = state()
    for pid: Int32 in [10_236, 498] {
      state.select(pid: pid)
      state.press(.character("m"))
    }
    state.press(.character("\""))
    #expect(state.typedFilter.text == "pid=498,10236" && state.shown.outline.matchCount == 2)
    state.press(.character("\""))
    #expect(state.typedFilter.text.isEmpty)
    state.press(.character("M"), .character("\""))
    #expect(state.typedFilter.text.isEmpty && state.message?.isError == true)
  }

  /// What ended first is forgotten first, but for what is marked; and nobody has a mark who is forgotten.
  @Test func `The marked are forgotten last`() {
    var story = Story.build()
    var state = AppState(
      size: Size(columns: 80, rows: 24), clock: Story.clock, now: story.now, limits: Limits(processes: 30, logLines: 80)
    )
    _ = state.reduce(.events(story.events, now: story.now))
    state.select(pid: 10_235)
    state.press(.character("m"), .character("g"))
    let mark = state.tree.marked
    #expect(mark.first?.pid == 10_235)
    func storm(_ pids: Range<Int32>) {
      let known = story.events.count
      for pid in pids {
        let child = story.fork(pid, from: story.id(980, at: 3001), comm: "sh")
        story.pass(Story.millisecond)
        story.exit(child, story.id(980, at: 3001), comm: "sh", ExitStatus(code: 0))
      }
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    }
    storm(20_000..<20_300)
    #expect(state.forgotten > 200 && mark.allSatisfy { state.live.tree[$0] != nil } && state.tree.marked == mark)
    state.press(.character("M"))
    storm(30_000..<30_300)
    #expect(mark.allSatisfy { state.live.tree[$0] == nil })
  }

  @Test(arguments: [(80, 24, Glyphs.utf8), (120, 40, .utf8), (40, 10, .utf8), (20, 5, .utf8), (80, 24, .ascii)])
  func `They look as recorded`(columns: Int, rows: Int, glyphs: Glyphs) {
    var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: glyphs)
    for pid: Int32 in [10_236, 10_251] {
      state.select(pid: pid)
      state.press(.character("m"))
    }
    state.press(.up, .down)
    expectGolden(state.render(), "marks-\(columns)x\(rows)\(glyphs == .ascii ? "-ascii" : "")")
  }
}
