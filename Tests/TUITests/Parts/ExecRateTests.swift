import Testing

@testable import TUI

@Suite("The rate of execs")
struct ExecRateTests {
  let second = ExecRate.second

  @Test func countsTheLastMinuteInBars() {
    var rate = ExecRate()
    for time: UInt64 in [100, 101, 101, 159] { rate.count(at: time * second) }
    let now = 159 * second
    #expect(rate.bars(at: now) == [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(rate.bars(at: now + 5 * second) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
    #expect(rate.tenthsPerSecond(at: now) == 1)
  }

  @Test func aBusySecondIsTheRate() {
    var rate = ExecRate()
    for _ in 0..<1204 { rate.count(at: 100 * second) }
    #expect(rate.tenthsPerSecond(at: 101 * second) == 12_040)
  }

  @Test func wakesNobodyOnceEverythingIsZero() {
    var rate = ExecRate()
    #expect(rate.nextChange(after: 5 * second) == nil)
    rate.count(at: 100 * second)
    var now = 100 * second
    var wakes = 0
    while let next = rate.nextChange(after: now) {
      #expect(next > now)
      now = next
      wakes += 1
    }
    #expect(wakes <= 14)
    #expect(rate.bars(at: now).allSatisfy { $0 == 0 })
    #expect(rate.tenthsPerSecond(at: now) == 0)
  }

  @Test func whatIsShownChangesOnlyAtTheMomentsItNames() {
    var rate = ExecRate()
    for time: UInt64 in [100, 103, 103, 117] { rate.count(at: time * second) }
    var now = 117 * second
    while let next = rate.nextChange(after: now), next < 300 * second {
      #expect(rate.bars(at: next - 1) == rate.bars(at: now))
      now = next
    }
  }

  @Test func timesFromAnywhereAreTaken() {
    var rate = ExecRate()
    for time in [UInt64.max, 0, 5, UInt64.max - 1, 1 << 40] { rate.count(at: time) }
    #expect(rate.bars(at: 0).count == 12)
    #expect(rate.bars(at: .max).count == 12)
    _ = rate.nextChange(after: .max)
  }
}
