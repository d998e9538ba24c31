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

  @Test func `Each second knows execs failures and losses`() {
    var history = ActivityHistory()
    history.count(.init(execs: 2), at: 1000 * second)
    history.count(.init(failed: 3), at: 1001 * second)
    history.count(.init(lost: 7), at: 1004 * second + 999_999_999)
    history.count(.init(execs: 1), at: 1005 * second)
    #expect(history.bar(200) == .init(execs: 2, failed: 3, lost: 7))
    #expect(history.bar(201) == .init(execs: 1))
    #expect(history.bar(199) == .init() && history.bar(-1) == .init())
    #expect(history.tenthsPerSecond(at: 1005 * second) == 3)
  }

  @Test func `What is older than the ring is gone`() {
    var history = ActivityHistory()
    history.count(.init(execs: 1), at: 1000 * second)
    history.count(.init(execs: 1), at: 1959 * second)
    #expect(history.bar(200).execs == 1)
    history.count(.init(execs: 1), at: 1960 * second)
    #expect(history.bar(200).execs == 0)
    history.count(.init(execs: 1), at: 1000 * second)
    #expect(history.bar(200).execs == 0 && history.bar(391).execs == 1 && history.bar(392).execs == 1)
  }

  @Test func `Counters stop at their highest value`() {
    var history = ActivityHistory()
    for _ in 0..<3 { history.count(.init(lost: .max - 1), at: 7 * second) }
    #expect(history.bar(1).lost == .max)
  }
}
