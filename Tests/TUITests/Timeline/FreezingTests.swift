import Events
import Testing
import Tree

@testable import TUI

/// Freezing and following.
@Suite
struct FreezingTests {
  /// Last of all that Esc closes.
  @Test func `Esc thaws after all else is closed`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character(" "), .character("["), .character("c"), .character("z"), .escape)
    #expect(!state.isZoomed && state.isFrozen)
    state.press(.escape)
    #expect(state.typedFilter.text.isEmpty && state.isFrozen)
    state.press(.escape)
    #expect(!state.isFrozen && state.message?.text == "the view is live again")
    state.press(.escape)
    #expect(state.message?.text == "nothing to close (q quits)")
  }

  /// A story that went on after the view was made, and the events since.
  func later(_ story: inout Story, pids: Range<Int32> = 30_000..<30_020) -> [ProcessEvent] {
    let known = story.events.count
    for pid in pids {
      story.pass(Story.second)
      let child = story.fork(pid, from: story.id(980, at: 3001), comm: "bash")
      story.exec(child, story.id(980, at: 3001), story.image(["late", "\(pid)"]))
    }
    return Array(story.events[known...])
  }

  /// The screen without its top line.
  func body(_ state: AppState) -> Substring { state.screen.drop { $0 != "\n" } }

  @Test func `Nothing moves but the count of what is new`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character(" "))
    let before = body(state)
    _ = state.reduce(.events(later(&story), now: story.now))
    #expect(body(state) == before)
    #expect(state.screen.hasPrefix(" FROZEN at 19:06:27  +40 new"))
    _ = state.reduce(.tick(now: story.now + 3600 * Story.second))
    #expect(body(state) == before)
    #expect(state.nextChange(after: state.now) == nil)
  }

  @Test func `Thawing loses nothing`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character(" "))
    _ = state.reduce(.events(later(&story), now: story.now))
    state.press(.character(" "))
    let never = AppState.showing(story)
    #expect(state.shown.tree.totals == never.shown.tree.totals)
    #expect(state.shown.outline.rowCount == never.shown.outline.rowCount)
    #expect(state.shown.logCount == never.shown.logCount)
    #expect(state.screen.hasPrefix(" LIVE "))
  }

  @Test func `The frozen view can be inspected`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character(" "))
    _ = state.reduce(.events(later(&story), now: story.now))
    state.select(pid: 10_233)
    state.press(.character("-"))
    #expect(state.shown.outline.rowCount == 9)
    state.press(.character("\\"))
    state.type("late")
    #expect(state.shown.outline.matchCount == 0)
    state.press(.enter, .character(" "))
    // Folds and filter carry over to what came meanwhile.
    #expect(state.shown.outline.matchCount == 20)
    #expect(state.shown.outline.folds.map(\.pid) == [10_233])
  }

  @Test func `A selection that is too much walks up after the thaw`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    story.exit(child, systemd, comm: "init", ExitStatus(code: 0))
    var state = AppState(size: Size(columns: 80, rows: 24), clock: Story.clock, limits: Limits(processes: 2))
    _ = state.reduce(.events(story.events, now: story.now))
    state.press(.end, .character(" "))
    let known = story.events.count
    for pid in Int32(60)..<70 { _ = story.fork(pid, from: systemd, comm: "init") }
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.tree.selection == child)
    state.press(.character(" "))
    #expect(state.tree.selection == child, "nothing that was shown is forgotten at once")
    _ = story.fork(70, from: systemd, comm: "init")
    _ = state.reduce(.events([story.events.last!], now: story.now))
    #expect(state.tree.selection == systemd)
  }

  @Test func `Following keeps the newest selected until one moves up`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("F"))
    #expect(state.tree.selection?.pid == 10_262)
    _ = state.reduce(.events(later(&story), now: story.now))
    #expect(state.tree.selection?.pid == 30_019)
    #expect(state.tree.line < state.rows(of: .tree))
    state.press(.up)
    let selected = state.tree.selection
    _ = state.reduce(.events(later(&story, pids: 31_000..<31_010), now: story.now))
    #expect(state.tree.selection == selected)
    state.press(.character("F"), .character("F"))
    #expect(!state.tree.isFollowing)
  }

  @Test func `Following goes by the filter`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("\\"))
    state.type("late")
    state.press(.enter, .character("F"))
    _ = state.reduce(.events(later(&story, pids: 30_000..<30_001), now: story.now))
    let known = story.events.count
    _ = story.fork(32_000, from: story.id(512, at: 9), comm: "sshd")
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.tree.selection?.pid == 30_000)
  }
}
