import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// The timeline.
@Suite
struct TimelineTests {
  /// The row of the failures, which is below that of the execs.
  private func failures(_ state: AppState) -> String { state.render().text(row: 2) }

  @Test func `Is there on tall screens and where it is asked for`() {
    #expect(AppState.showing(.build(), columns: 120, rows: 39).layout.timeline == nil)
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    #expect(state.layout.timeline == 1)
    state.press(.character("T"))
    #expect(state.layout.timeline == nil)
    state.press(.character("T"))
    #expect(state.layout.timeline == 1)
    var small = AppState.showing(.build())
    small.press(.character("T"))
    #expect(small.layout.timeline == 1 && small.message == nil)
  }

  @Test func `Says when there is no room`() {
    var state = AppState.showing(.build(), columns: 80, rows: 12)
    state.press(.character("T"))
    #expect(state.layout.timeline == nil)
    #expect(state.message?.text == "the timeline needs 40 columns and 16 rows")
    _ = state.reduce(.input(.resize(Size(columns: 80, rows: 24))))
    #expect(state.layout.timeline == nil)
  }

  @Test func `A column leads to its time`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    let scale = state.timelineScale
    let frame = state.render()
    let column = try #require((0..<120).first { frame[2, $0].glyph == Glyph(base: "!") })
    state.jump(toTimelineColumn: column)
    let event = try #require(state.frozen?.event)
    let bar = scale.bar(onColumn: column)
    let entries = state.live.tree.log.entries.filter { scale.bar(at: $0.time) == bar }
    #expect(entries.contains { $0.kind == .lost } && event == entries.last?.sequence)
    #expect(state.timelineScale == scale && scale.column(of: state.shownTime) == column)
    #expect(state.log.cursor == event)
    let shown = state.frozen?.event
    state.jump(toTimelineColumn: 0)
    state.jump(toTimelineColumn: 119)
    #expect(state.frozen?.event == shown)
    state.jump(toTimelineColumn: scale.column)
    #expect(state.message == nil && scale.column(of: state.shownTime) == scale.column)
  }

  @Test func `A time shows the last event up to it`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    let entries = state.live.tree.log.entries
    for entry in entries.reversed() {
      state.travel(to: entry.time)
      let event = try #require(state.frozen?.event)
      #expect(event >= entry.sequence && state.shownTime == entry.time)
      state.travel(to: entry.time + 1)
      #expect(state.shownTime >= entry.time)
    }
    state.travel(to: entries[0].time - 1)
    #expect(state.message?.text == "no earlier event in the log")
    state.travel(to: .max)
    #expect(state.frozen?.event == entries.last?.sequence)
  }

  @Test func `Bars with events are gone through both ways`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    func bars(_ key: Key) -> [Int] {
      var bars: [Int] = []
      while true {
        state.press(key)
        if state.message != nil { return bars }
        bars.append(state.timelineScale.bar(at: state.shownTime))
      }
    }
    let scale = state.timelineScale
    let all = Set(state.live.tree.log.entries.map { scale.bar(at: $0.time) }).sorted()
    #expect(all.count > 3)
    let current = scale.bar(at: state.shownTime)
    #expect(bars(.character("(")) == all.filter { $0 < current }.reversed())
    #expect(bars(.character(")")) == Array(all.dropFirst()))
  }

  @Test func `What came while frozen is there once it is stepped into`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character(" "))
    let (before, strip) = (state.timelineScale, failures(state))
    let known = story.events.count
    story.passSeconds(90)
    story.exit(story.id(980, at: 3001), story.id(978, at: 3000), comm: "bash", ExitStatus(code: 1))
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.timelineScale == before && failures(state) == strip)
    state.press(.character(")"))
    #expect(state.shownTime == story.now)
    #expect(state.timelineScale != before && failures(state) != strip)
  }

  @Test func `A quiet machine is not woken for it`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character("3"), .character("z"))
    let scale = state.timelineScale
    _ = state.reduce(.tick(now: state.now + 120 * Story.second))
    #expect(state.nextChange(after: state.now) == nil && state.timelineScale == scale)
    state.press(.character(" "))
    #expect(state.nextChange(after: state.now) == nil)
  }

  @Test(arguments: [(80, 24, Glyphs.utf8, ""), (120, 40, .ascii, "-ascii")])
  func `Looks as recorded`(columns: Int, rows: Int, glyphs: Glyphs, suffix: String) {
    var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: glyphs)
    if state.layout.timeline == nil { state.press(.character("T")) }
    state.press(.character("("), .character("("))
    expectGolden(state.render(), "timeline-\(columns)x\(rows)\(suffix)")
  }

  /// `T` changes the setting, and what the screen has by itself is no wish.
  @Test func `It is a setting`() {
    var high = SettingsScreens.view(columns: 120, rows: 40)
    high.press(.character("T"))
    #expect(high.settings.timeline == .off && high.layout.timeline == nil)
    #expect(high.press(.character("S"), .character("w")) == [.save(high.settings)])
    high.press(.character("T"))
    #expect(high.settings.timeline == .auto && high.layout.timeline != nil)
    var low = SettingsScreens.view(columns: 80, rows: 24)
    low.press(.character("T"))
    #expect(low.settings.timeline == .on && low.layout.timeline != nil)
    var settings = Settings()
    settings.timeline = .on
    #expect(SettingsScreens.view(settings, columns: 80, rows: 24).layout.timeline != nil)
    #expect(SettingsScreens.view(settings, columns: 20, rows: 5).layout.timeline == nil)
  }
}
