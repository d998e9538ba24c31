import Events
import Testing

@testable import TUI

/// Time on the screen.
@Suite
struct TimeTests {
  @Test func `The screen changes only at the moments it names`() {
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

  @Test func `Ageing moves nothing but ages`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    _ = state.reduce(.tick(now: state.now + 20 * Story.second))
    #expect(state.screen.contains(" 10233 ana         59s ●"))
    _ = state.reduce(.tick(now: state.now + 3600 * Story.second))
    #expect(state.screen.contains(" 10233 ana          1h ●"))
  }

  @Test func `An idle machine is woken rarely`() {
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

  /// A shell that has long been there, with a program that starts now and goes on running.
  private func newborn(count: Int32 = 1) -> (state: AppState, start: UInt64) {
    var story = Story()
    let shell = story.id(980, at: 3001)
    story.existing(shell, nil, ["-bash"])
    for pid in 0..<count {
      let child = story.fork(5000 + pid, from: shell, comm: "bash")
      story.exec(child, shell, story.image(["sleep", "1000"]))
    }
    return (AppState.showing(story, columns: 120, rows: 40), story.now)
  }

  /// The moments within `seconds` at which the view asks for a frame, with its tree at each of them.
  private func frames(of state: AppState, within seconds: UInt64) -> [(time: UInt64, screen: String)] {
    var state = state
    let start = state.now
    var frames: [(time: UInt64, screen: String)] = []
    while let next = state.nextChange(after: state.now), next - start <= seconds * Story.second {
      _ = state.reduce(.tick(now: next))
      frames.append((next - start, state.screen))
    }
    return frames
  }

  @Test func `A process is new for two seconds`() throws {
    let (state, _) = newborn()
    #expect(state.screen.contains("<1s ✦ -bash › sleep 1000"))
    let frames = frames(of: state, within: 3)
    let before = frames.filter { $0.time < 2 * Story.second }
    #expect(!before.isEmpty && before.allSatisfy { $0.screen.contains("✦ -bash › sleep 1000") })
    // Not a frame later than it is over.
    let after = try #require(frames.first { $0.time >= 2 * Story.second })
    #expect(after.time == 2 * Story.second && after.screen.contains("2s ● -bash › sleep 1000"))
  }

  @Test func `A failed exec stays for ten seconds`() throws {
    var (state, start) = newborn()
    _ = state.reduce(.tick(now: start + 100 * Story.second))
    var story = Story(at: 3700)
    story.pass(Story.millisecond)
    let failed = story.now
    story.fail(
      ProcessID(pid: 5000, startTime: start), story.id(980, at: 3001), comm: "sleep", ["/usr/bin/none"], errno: 2)
    _ = state.reduce(.events(story.events, now: failed))
    #expect(state.screen.contains("✗ -bash › sleep 1000 ✗ ENOENT /usr/bin/none"))
    let frames = frames(of: state, within: 20)
    let over = try #require(frames.first { $0.screen.contains("● -bash › sleep 1000 ✗ ENOENT /usr/bin/none") })
    #expect(over.time == 10 * Story.second)
  }

  @Test func `Ages are exact in each frame and ask for few of their own`() {
    let (state, start) = newborn()
    let frames = frames(of: state, within: 120)
    for (time, screen) in frames {
      #expect(screen.contains("  \(Format.age(time)) "), "after \(time)")
    }
    for second in 1...10 as ClosedRange<UInt64> { #expect(frames.contains { $0.time == second * Story.second }) }
    // Every five seconds up to a minute, which the rate asks for too, and few after that.
    let times = frames.map { start + $0.time }
    #expect(times.allSatisfy { $0 <= start + 10 * Story.second || $0.isMultiple(of: 5 * Story.second) })
    #expect(times.count { $0 > start + 10 * Story.second } <= 14)
    // Thirty of them ask for no more than one.
    #expect(self.frames(of: newborn(count: 30).state, within: 120).count == frames.count)
  }

  @Test func `Times from anywhere are taken`() {
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

  @Test func `Events ask for a frame`() {
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

  @Test func `A clock that was set shows at once`() {
    var state = AppState.showing(.build())
    _ = state.reduce(.clock(WallClock(realtimeAtBoot: Story.clock.offsets.latest, secondsFromUTC: 7200)))
    #expect(state.screen.contains(" 20:06:26 "))
    #expect(state.screen.contains("started  19:05:19.000"))
  }
}
