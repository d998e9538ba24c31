import Testing

@testable import TUI

/// What happened in the last minutes.
@Suite
struct ActivityHistoryTests {
  let second = ActivityHistory.second

  @Test func `Counts the last minute in bars`() {
    var history = ActivityHistory()
    for time: UInt64 in [100, 101, 101, 159] { history.count(.init(execs: 1), at: time * second) }
    let now = 159 * second
    #expect(history.bars(at: now) == [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(history.bars(at: now + 5 * second) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
    #expect(history.tenthsPerSecond(at: now) == 1)
  }

  @Test func `A busy second is the rate`() {
    var history = ActivityHistory()
    for _ in 0..<1204 { history.count(.init(execs: 1), at: 100 * second) }
    #expect(history.tenthsPerSecond(at: 101 * second) == 12_040)
  }

  @Test func `Wakes nobody once everything is zero`() {
    var history = ActivityHistory()
    #expect(history.nextChange(after: 5 * second) == nil)
    history.count(.init(execs: 1), at: 100 * second)
    var now = 100 * second
    var wakes = 0
    while let next = history.nextChange(after: now) {
      #expect(next > now)
      now = next
      wakes += 1
    }
    #expect(wakes <= 14)
    #expect(history.bars(at: now).allSatisfy { $0 == 0 })
    #expect(history.tenthsPerSecond(at: now) == 0)
  }

  @Test func `What is shown changes only at the moments it names`() {
    var history = ActivityHistory()
    for time: UInt64 in [100, 103, 103, 117] { history.count(.init(execs: 1), at: time * second) }
    var now = 117 * second
    while let next = history.nextChange(after: now), next < 300 * second {
      #expect(history.bars(at: next - 1) == history.bars(at: now))
      now = next
    }
  }

  @Test func `Times from anywhere are taken`() {
    var history = ActivityHistory()
    for time in [UInt64.max, 0, 5, UInt64.max - 1, 1 << 40] { history.count(.init(execs: 1), at: time) }
    #expect(history.bars(at: 0).count == 12)
    #expect(history.bars(at: .max).count == 12)
    _ = history.nextChange(after: .max)
  }

  @Test func `Each bar knows execs failures and losses`() {
    var history = ActivityHistory()
    history.count(.init(execs: 2), at: 1000 * second)
    history.count(.init(nonzero: 3), at: 1001 * second)
    history.count(.init(lost: 7), at: 1004 * second + 999_999_999)
    history.count(.init(execs: 1), at: 1005 * second)
    func bar(_ number: Int) -> ActivityHistory.Counts { history.bar(number, step: 5 * second) }
    #expect(bar(200) == .init(execs: 2, nonzero: 3, lost: 7))
    #expect(bar(201) == .init(execs: 1))
    #expect(bar(199) == .init() && bar(-1) == .init())
    #expect(history.bar(10_049, step: second / 10) == .init(lost: 7))
    #expect(history.bar(16, step: 60 * second) == .init(execs: 3, nonzero: 3, lost: 7))
    #expect(history.tenthsPerSecond(at: 1005 * second) == 3)
    #expect(history.firstTime == 1000 * second && history.lastTime == 1005 * second)
  }

  @Test func `What is older than the rings is gone`() {
    var history = ActivityHistory()
    history.count(.init(execs: 1), at: 1000 * second)
    history.count(.init(execs: 1), at: 1129 * second)
    #expect(history.bar(10_000, step: second / 10).execs == 1)
    history.count(.init(execs: 1), at: 1130 * second)
    #expect(history.bar(10_000, step: second / 10).execs == 0 && history.bar(1000, step: second).execs == 1)
    history.count(.init(execs: 1), at: 3500 * second)
    #expect(history.bar(1000, step: second).execs == 0 && history.bar(16, step: 60 * second).execs == 1)
    history.count(.init(execs: 1), at: 1000 * second)
    #expect(history.bar(1000, step: second).execs == 0 && history.bar(16, step: 60 * second).execs == 2)
    #expect(history.bar(.max, step: 60 * second) == .init())
  }

  @Test func `Counters stop at their highest value`() {
    var history = ActivityHistory()
    for _ in 0..<3 { history.count(.init(lost: .max - 1), at: 7 * second) }
    #expect(history.bar(1, step: 5 * second).lost == .max)
  }
}
