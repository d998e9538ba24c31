import Events
import Testing

@testable import TUI

/// Times have their date where they are not all of one day, and each the offset that its zone had then.
@Suite struct DatesTests {
  private static let day: UInt64 = 86_400 * Story.second

  /// A process a day.
  private func story(days: Int) -> Story {
    var story = Story()
    let parent = story.id(1, at: 0)
    for index in 0..<days {
      let id = story.fork(Int32(2000 + index), from: parent, comm: "daily")
      story.exec(id, parent, story.image(["daily", "\(index)"]))
      if index < days - 1 { story.pass(Self.day) }
    }
    return story
  }

  @Test func `The log has dates where it spans days`() {
    let one = AppState.showing(story(days: 1), columns: 120, rows: 40)
    #expect(one.screen.contains("19:05:18.000 ● exec ") && !one.screen.contains("03-14 "))
    let two = AppState.showing(story(days: 2), columns: 120, rows: 40)
    #expect(two.screen.contains("03-14 19:05:18.000 ● exec daily"))
    #expect(two.screen.contains(" 03-15 19:05:18.000 ● exec daily"))
    // Until the first of them is filtered away.
    var filtered = two
    filtered.press(.character("\\"))
    filtered.type("pid=2001")
    filtered.press(.enter)
    while filtered.hasWork { _ = filtered.reduce(.work) }
    #expect(
      filtered.screen.contains("19:05:18.000 ● exec ") && !filtered.screen.contains("03-14 "), "\(filtered.screen)")
    let years = AppState.showing(story(days: 400), columns: 120, rows: 40)
    #expect(years.screen.contains(" 2027-04-16 19:05:18.000 ● exec daily"))
  }

  @Test(arguments: [20, 40, 60, 80, 100, 140]) func `The log fits with dates`(columns: Int) {
    let state = AppState.showing(story(days: 3), columns: columns, rows: 30)
    let frame = state.render()
    #expect(frame.size.columns == columns)
    let log = LogColumns(width: columns, pidDigits: 5, dates: 11)
    #expect(log.arguments <= columns && (log.time == nil || log.sign > 19))
  }

  @Test func `A moment of another day has its date`() {
    var state = AppState.showing(story(days: 3), columns: 140, rows: 40)
    state.press(.character("3"), .character("g"))
    for _ in 0..<8 { state.press(.character("[")) }
    #expect(state.isFrozen)
    #expect(
      state.screen.contains("FROZEN at 03-14 19:05:18.000") || state.screen.contains("FROZEN at 03-15 19:05:18.000"))
  }

  @Test func `The detail has dates of other days`() {
    var story = story(days: 2)
    let parent = story.id(1, at: 0)
    let id = ProcessID(pid: 2000, startTime: 3600 * Story.second)
    story.exec(id, parent, story.image(["second"]))
    story.fail(id, parent, comm: "second", ["/bin/none"], errno: 2)
    story.pass(Self.day)
    story.exec(story.fork(2100, from: parent, comm: "x"), parent, story.image(["third"]))
    for columns in [200, 90] {
      var state = AppState.showing(story, columns: columns, rows: 60)
      state.select(pid: 2000)
      state.press(.character("2"), .character("z"))
      let screen = state.screen
      #expect(screen.contains("2026-03-14 19:05:18 daily 0") && screen.contains("2026-03-15 19:05:18 second"))
      #expect(screen.contains("2026-03-15 19:05:18 ENOENT"))
    }
    var narrow = AppState.showing(story, columns: 30, rows: 80)
    narrow.select(pid: 2000)
    narrow.press(.character("2"), .character("z"))
    #expect(narrow.screen.contains("2026-03-14 19:05:18\n") && narrow.screen.contains("daily 0"))
  }

  @Test func `Each event has the offset of its time`() {
    // The clock goes back by an hour between two events that are 20 seconds apart.
    var story = Story()
    let parent = story.id(1, at: 0)
    for name in ["before", "after"] {
      let id = story.fork(name == "before" ? 3000 : 3001, from: parent, comm: "x")
      story.exec(id, parent, story.image([name]))
      story.passSeconds(20)
    }
    let change = Story.clock.offsets.latest / 1_000_000_000 + 3610
    var zone = Steps<Int64, Int>(7200)
    zone.append(3600, from: change)
    var state = AppState.showing(story, columns: 120, rows: 40)
    _ = state.reduce(.clock(WallClock(offsets: Story.clock.offsets, zone: zone)))
    #expect(state.screen.contains("20:05:18.000 ● exec before") && state.screen.contains(" 19:05:38.000 ● exec after"))
    // Set by an hour as well: what was shown before keeps its time.
    var offsets = Story.clock.offsets
    offsets.append(offsets.latest + 3600 * 1_000_000_000, from: 3610 * Story.second)
    _ = state.reduce(.clock(WallClock(offsets: offsets, zone: Steps(3600))))
    #expect(state.screen.contains("19:05:18.000 ● exec before") && state.screen.contains(" 20:05:38.000 ● exec after"))
  }

  @Test func `The timeline has days below its times`() {
    // Second 0 is 18:05:18: two minutes before midnight.
    var story = Story(at: 21_162)
    let parent = story.id(1, at: 0)
    story.exec(story.fork(4000, from: parent, comm: "x"), parent, story.image(["early"]))
    story.passSeconds(300)
    story.exec(story.fork(4001, from: parent, comm: "x"), parent, story.image(["late"]))
    var state = AppState.showing(story, columns: 120, rows: 50)
    if state.layout.timeline == nil { state.press(.character("T")) }
    let rows = state.screen.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows.prefix(5).contains { $0.hasPrefix(" 23:") })
    #expect(rows.prefix(5).contains { $0.hasPrefix(" 03-14 ") })
  }
}
