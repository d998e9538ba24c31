import Events
import Testing
import Tree

@testable import TUI

/// Playing: the moment that is shown moves on by itself.
@Suite
struct PlayTests {
  private let build = Story.build()
  private let second = Story.second

  private func recording() -> AppState { .showing(build, columns: 120, rows: 40, mode: .replay) }

  private func topLine(_ state: AppState) -> Substring { state.screen.prefix { $0 != "\n" } }

  /// Processes with what is true of them, as a tree that hears of nothing later shows them.
  private func processes(_ tree: ProcessTree) -> [String] {
    tree.allIDs.map { id in
      let node = tree[id]!
      return "\(id) \(node.isRunning) \(node.images.count) \(node.execCount) \(node.subtree)"
    }.sorted()
  }

  private func tree(at time: UInt64) -> [String] {
    var state = AppState.showing(Story(), columns: 120, rows: 40)
    _ = state.reduce(.events(build.events.filter { $0.time <= time }, now: build.now))
    return processes(state.live.tree)
  }

  @Test func `A recording plays from its first event to its end, and each moment is that of its events`() throws {
    var state = recording()
    state.play(at: .normal)
    let first = try #require(state.frozen?.time)
    #expect(state.isPlaying && first == state.live.tree.log.entries.first?.time)
    var clock: UInt64 = 77 * second
    _ = state.reduce(.play(clock: clock))
    var moments = 0
    while state.isPlaying {
      let due = try #require(state.nextPlay)
      #expect(due >= clock)
      clock = max(due, clock + 1)
      _ = state.reduce(.play(clock: clock))
      guard let shown = state.frozen?.time else { break }
      #expect(shown <= first + (clock - 77 * second))
      #expect(processes(state.shown.tree) == tree(at: shown), "at \(shown)")
      moments += 1
    }
    #expect(moments > 20)
    #expect(!state.isFrozen && state.message?.text == "end of recording")
    let last = try #require(state.live.tree.log.newestTime)
    #expect(clock - 77 * second >= last - first)
    #expect(processes(state.shown.tree) == tree(at: .max))
  }

  @Test func `Nothing is due while nothing changes, and at most a frame at a time`() throws {
    var state = recording()
    state.play(at: PlaybackSpeed("1000")!)
    _ = state.reduce(.play(clock: second))
    let generation = state.generation
    let due = try #require(state.nextPlay)
    _ = state.reduce(.play(clock: due - 1))
    #expect(state.generation == generation)
    _ = state.reduce(.play(clock: due))
    #expect(state.generation != generation)
    #expect(state.nextPlay.map { $0 >= due + 33_000_000 } ?? true)
  }

  @Test func `The speed divides the time`() throws {
    for (speed, factor) in [("1", 1.0), ("10x", 10), ("0.5", 0.5), ("2000", 2000)] {
      var state = recording()
      state.play(at: PlaybackSpeed(speed)!)
      let first = state.shownTime
      _ = state.reduce(.play(clock: second))
      _ = state.reduce(.play(clock: second + second / 4))
      let expected = min(UInt64(Double(second / 4) * factor), build.now - first)
      let shown = state.isFrozen ? state.shownTime : build.now
      #expect(shown >= first && shown - first <= expected, "\(speed)")
    }
  }

  @Test func `Keys pause, continue, step and change the speed`() {
    var state = recording()
    state.press(.character("p"))
    #expect(state.isPlaying && topLine(state).hasPrefix(" PLAY 1x "))
    state.press(.character("f"))
    #expect(topLine(state).hasPrefix(" PLAY 2x "))
    state.press(.character("d"), .character("d"))
    #expect(topLine(state).hasPrefix(" PLAY 0.5x "))
    state.press(.character(" "))
    #expect(!state.isPlaying && state.nextPlay == nil && topLine(state).hasPrefix(" PAUSED at "))
    let moment = state.shownTime
    _ = state.reduce(.play(clock: 1000 * second))
    #expect(state.shownTime == moment)
    state.press(.character("."))
    #expect(state.shownTime >= moment && !state.isPlaying)
    state.press(.character("p"))
    #expect(state.isPlaying)
    state.press(.character("]"))
    #expect(!state.isPlaying && state.isFrozen)
    state.press(.character(" "))
    #expect(state.isPlaying && topLine(state).hasPrefix(" PLAY 0.5x "))
    state.press(.escape)
    #expect(!state.isPlaying && !state.isFrozen && state.message?.text == "end of recording")
    state.press(.character("D"))
    #expect(state.message?.text == "nothing is playing (p plays)")
  }

  @Test func `A live view plays from a moment of its past until it is live again`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    state.press(.character("p"))
    #expect(!state.isPlaying && state.message?.isError == true)
    state.press(.character("["), .character("["), .character("["), .character("p"))
    #expect(state.isPlaying)
    _ = state.reduce(.play(clock: second))
    let moment = state.shownTime
    _ = state.reduce(.play(clock: second + (build.now - moment) / 2))
    #expect(state.isPlaying && state.shownTime >= moment)
    _ = state.reduce(.play(clock: second + (build.now - moment) * 2))
    #expect(!state.isPlaying && !state.isFrozen && state.message?.text == "the view is live again")
  }

  @Test func `Playing waits for events that are not read yet`() {
    var state = AppState.showing(Story(), columns: 120, rows: 40, mode: .replay)
    let half = build.events.count / 2
    _ = state.reduce(.events(Array(build.events[..<half]), now: build.events[half - 1].time))
    _ = state.reduce(.reading(Reading(bytes: 1, of: 2)))
    state.play(at: .normal)
    _ = state.reduce(.play(clock: second))
    let due = state.nextPlay
    _ = state.reduce(.play(clock: 100_000 * second))
    #expect(due != nil)
    #expect(state.isPlaying && state.nextPlay == nil)
    let waited = state.shownTime
    _ = state.reduce(.events(Array(build.events[half...]), now: build.now))
    _ = state.reduce(.reading(nil))
    _ = state.reduce(.play(clock: 100_001 * second))
    _ = state.reduce(.play(clock: 100_001 * second + 50_000_000))
    #expect(state.shownTime >= waited && state.shownTime < build.now)
  }

  @Test func `As much is read ahead as the log remembers`() {
    var state = AppState(
      size: Size(columns: 80, rows: 24), mode: .replay, clock: Story.clock, limits: Limits(logLines: 20))
    var rest = build.events[...]
    while state.live.tree.log.count < 3, let event = rest.popFirst() {
      _ = state.reduce(.events([event], now: build.now))
    }
    state.play(at: .normal)
    #expect(!state.hasEnoughAhead)
    while state.live.tree.log.count < 20, let event = rest.popFirst() {
      _ = state.reduce(.events([event], now: build.now))
    }
    #expect(state.hasEnoughAhead)
    state.press(.escape)
    #expect(!state.hasEnoughAhead)
  }

  @Test(arguments: [
    ("1", "1x"), ("0.5", "0.5x"), ("0.25x", "0.25x"), ("10", "10x"), ("100000", "100000x"),
  ])
  func `A speed is read as it is shown`(text: String, shown: String) {
    #expect(PlaybackSpeed(text)?.text.string == shown)
  }

  @Test(arguments: ["", "x", "0", "-1", "1e3", "nan", "inf", "0x10", "1000000", "run.db", ".", "٣"])
  func `What is no speed is refused`(text: String) { #expect(PlaybackSpeed(text) == nil) }

  @Test func `Speeds step by about two, within their range`() {
    var speed = PlaybackSpeed("3")!
    #expect(speed.stepped(isUp: true).factor == 5 && speed.stepped(isUp: false).factor == 2)
    for _ in 0..<100 { speed = speed.stepped(isUp: true) }
    #expect(speed.factor == PlaybackSpeed.range.upperBound)
    for _ in 0..<100 { speed = speed.stepped(isUp: false) }
    #expect(speed.factor == PlaybackSpeed.range.lowerBound)
  }
}
