import ProcessTree
import Testing

@testable import TUI

@Suite("Time on the screen")
struct TimeTests {
  @Test func theScreenChangesOnlyAtTheMomentsItNames() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    let end = state.now + 400 * Story.second
    while let next = state.nextChange(after: state.now), next < end {
      #expect(next > state.now)
      var just = state
      _ = just.reduce(.tick(now: next - 1))
      #expect(just.generation == state.generation)
      let generation = state.generation
      _ = state.reduce(.tick(now: next))
      #expect(state.generation > generation)
    }
  }

  @Test func ageingMovesNothingButAges() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    _ = state.reduce(.tick(now: state.now + 20 * Story.second))
    #expect(state.screen.contains(" 10233 ana         50s ●"))
    _ = state.reduce(.tick(now: state.now + 3600 * Story.second))
    #expect(state.screen.contains(" 10233 ana          1h ●"))
  }

  @Test func anIdleMachineIsWokenRarely() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    // Two minutes later nothing is new any more.
    _ = state.reduce(.tick(now: state.now + 120 * Story.second))
    let start = state.now
    var wakes = 0
    while let next = state.nextChange(after: state.now), next < start + 600 * Story.second {
      _ = state.reduce(.tick(now: next))
      wakes += 1
    }
    #expect(wakes <= 60)
  }

  @Test func timesFromAnywhereAreTaken() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    for time in [0, 1, .max, UInt64.max - 1, 1 << 63, UInt64(Int64.max) / 1000] {
      let id = ProcessID(pid: 77, startTime: time)
      let image = ProcessImage(time: time, comm: "x", argv: StringVector(["x"]))
      let facts = story.facts(id, story.id(1, at: 1), "x")
      let known = story.events.count
      story.append(.exec(ExecEvent(process: facts, image: image)))
      story.append(.exit(ExitEvent(time: time, process: facts, status: ExitStatus(code: 0))))
      _ = state.reduce(.events(Array(story.events[known...]), now: time))
      state.press(.end)
      #expect(state.render().size == state.size)
      if let next = state.nextChange(after: state.now) { #expect(next > state.now) }
    }
  }

  @Test func eventsAskForAFrame() {
    var story = Story.build()
    var state = AppState.showing(story)
    let before = state.generation
    _ = state.reduce(.events([], now: story.now))
    #expect(state.generation == before)
    let known = story.events.count
    _ = story.fork(30_000, from: story.id(1, at: 1), comm: "init")
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.generation > before)
  }

  @Test func aClockThatWasSetShowsAtOnce() {
    var state = AppState.showing(.build())
    _ = state.reduce(.clock(WallClock(realtimeAtBoot: Story.clock.realtimeAtBoot, secondsFromUTC: 7200)))
    #expect(state.screen.contains(" 20:06:26 "))
    #expect(state.screen.contains("started  19:05:19.000"))
  }
}
