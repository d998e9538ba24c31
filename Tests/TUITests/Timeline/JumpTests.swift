import Events
import Testing
import Tree

@testable import TUI

/// Going to a typed time.
@Suite
struct JumpTests {
  private let build = Story.build()
  private static let second: Int64 = 1_000_000_000

  private static let times: [(String, TimeText)] = [
    ("-10s", .earlier(10_000_000_000)), ("+2m", .later(120_000_000_000)), ("+1.5h", .later(5_400_000_000_000)),
    ("-10", .earlier(10_000_000_000)), ("+250ms", .later(250_000_000)), ("-1d", .earlier(86_400_000_000_000)),
    ("-1m30s", .earlier(90_000_000_000)), ("+1h2min3s ", .later(3_723_000_000_000)),
    ("05:28:57", .timeOfDay(19_737_000_000_000)), ("5:28", .timeOfDay(19_680_000_000_000)),
    ("23:59:59.25", .timeOfDay(86_399_250_000_000)), ("00:00:00", .timeOfDay(0)),
    ("2026-03-14T18:05:18", .local(1_773_511_518_000_000_000)),
    ("2026-03-14 18:05:18Z", .absolute(1_773_511_518_000_000_000)),
    ("2026-03-14T18:05:18+01:00", .absolute(1_773_507_918_000_000_000)),
  ]

  @Test(arguments: times)
  func `Times are read`(text: String, target: TimeText) throws {
    #expect(TimeTarget.isMeant(by: text))
    #expect(try TimeTarget.read(text) == target)
  }

  @Test(arguments: [
    "+", "-", "+s", "-10x", "+1e3", "24:00", "5", "12:60", "1:2:3:4", "05:28:5x", "::", "05:28:57.", "+99999999999d",
    "05:28:57.0000000001", "٠٥:٢٨", "+1m30", "2026-02-30T00:00", "2026-03-01",
  ])
  func `What is no time is refused`(text: String) {
    #expect(throws: Prompt.Fault.self) { try TimeTarget.read(text) }
  }

  @Test func `A date and a time lead to their moment`() {
    var state = AppState.showing(build, columns: 120, rows: 40, mode: .replay)
    let middle = state.live.tree.log.entries[20].time / Story.second * Story.second
    let moment = state.clock.moment(at: middle)
    let time = [moment.hour, moment.minute, moment.second].map { Format.twoDigits($0) }.joined(separator: ":")
    goTo("\(moment.year)-\(Format.twoDigits(moment.month))-\(Format.twoDigits(moment.day))T\(time)", in: &state)
    #expect(state.shownTime == max(middle, state.live.tree.log.entries[0].time))
  }

  @Test func `A pid that no process has is refused after Enter too`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    goTo("77777", in: &state)
    #expect(state.message?.text == "no process 77777: unknown, forgotten, or the id of a thread")
    #expect(state.prompt == nil)
  }

  private func goTo(_ text: String, in state: inout AppState) {
    state.press(.character(":"))
    state.type(text)
    state.press(.enter)
  }

  @Test(arguments: [AppState.Mode.replay, .live])
  func `The prompt goes to times beside pids`(mode: AppState.Mode) throws {
    var state = AppState.showing(build, columns: 120, rows: 40, mode: mode)
    let entries = state.live.tree.log.entries
    let middle = entries[entries.count / 2].time
    let moment = state.clock.moment(at: middle)
    let fraction = String(1_000_000_000 + middle % 1_000_000_000).dropFirst()
    let (minute, second) = (Format.twoDigits(moment.minute), Format.twoDigits(moment.second))
    let text = "\(moment.hour):\(minute):\(second).\(fraction)"
    goTo(text, in: &state)
    #expect(state.isFrozen && state.shownTime == middle, "\(text)")
    #expect(state.frozen?.event == entries.last { $0.time <= middle }?.sequence)
    goTo("-1ms", in: &state)
    #expect(state.shownTime == max(middle - 1_000_000, entries[0].time))
    goTo("+1ms", in: &state)
    #expect(state.shownTime <= middle)
  }

  @Test func `The first and the last moment end a jump`() {
    var state = AppState.showing(build, columns: 120, rows: 40, mode: .replay)
    let first = state.live.tree.log.entries[0].time
    goTo("-9d", in: &state)
    #expect(state.shownTime == first && state.message?.text.string.hasPrefix("the first event is at ") == true)
    goTo("+9d", in: &state)
    #expect(!state.isFrozen && state.message?.text == "end of recording")
    state = AppState.showing(build, columns: 120, rows: 40)
    goTo("+1m", in: &state)
    #expect(!state.isFrozen && state.message?.text == "that time has not come: the view is live")
    _ = state.reduce(.reading(nil))
    var empty = AppState.showing(Story(), columns: 80, rows: 24)
    goTo("-1m", in: &empty)
    #expect(!empty.isFrozen && empty.message?.text == "no events yet")
  }

  @Test func `What is typed on the way to a time moves nothing, and a fault is named`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    state.press(.character(":"))
    state.type("18:0")
    #expect(!state.isFrozen && state.prompt?.fault == nil)
    state.type("x")
    #expect(state.prompt?.fault?.message == TimeTarget.expected)
    state.press(.enter)
    #expect(state.prompt != nil)
    state.press(.escape)
    #expect(!state.isFrozen && state.prompt == nil)
  }

  @Test func `Playing goes on from the time`() {
    var state = AppState.showing(build, columns: 120, rows: 40, mode: .replay)
    state.play(at: .normal)
    _ = state.reduce(.play(clock: 1_000_000_000))
    let start = state.shownTime
    goTo("+1s", in: &state)
    #expect(state.isPlaying && state.shownTime == start + 1_000_000_000)
    _ = state.reduce(.play(clock: 50_000_000_000))
    #expect(state.shownTime == start + 1_000_000_000)
  }

  @Test func `Of two days with the time the one with events counts`() {
    let clock = WallClock(realtimeAtBoot: 0)
    let hour: UInt64 = 3600 * 1_000_000_000
    func moment(_ hours: Int64, near time: UInt64, _ range: ClosedRange<UInt64>) -> UInt64 {
      clock.moment(of: hours * 3600 * Self.second, near: time, preferring: range)
    }
    #expect(moment(23, near: 25 * hour, 20 * hour...26 * hour) == 23 * hour)
    #expect(moment(1, near: 23 * hour, 20 * hour...26 * hour) == 25 * hour)
    #expect(moment(23, near: 25 * hour, 40 * hour...50 * hour) == 47 * hour)
    // Before the boot is the start.
    #expect(moment(23, near: hour, hour...2 * hour) == 0)
    // The clock was set forward by two hours in between.
    let set = WallClock(offsets: Steps(0).appended(2 * Int64(hour), from: 10 * hour), zone: Steps(0))
    #expect(set.moment(of: 8 * Int64(hour), near: 11 * hour, preferring: 0...20 * hour) == 8 * hour)
    #expect(set.moment(of: 13 * Int64(hour), near: 9 * hour, preferring: 0...20 * hour) == 11 * hour)
  }
}

extension Steps where Time == UInt64, Value == Int64 {
  fileprivate func appended(_ value: Int64, from time: UInt64) -> Steps {
    var result = self
    result.append(value, from: time)
    return result
  }
}
