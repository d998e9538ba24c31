import Testing

@testable import Trace

@Suite struct DrainPaceTests {
  /// The pause after a second of traffic with a drain after each pause.
  private func pause(ringSize: Int = 16 << 20, bytesASecond: Double) -> Int32 {
    var pace = DrainPace(ringSize: ringSize)
    var now: UInt64 = 1_000_000_000
    pace.update(drained: 0, now: now)
    for _ in 0..<40 {
      let waited = UInt64(pace.pause) * 1_000_000
      now += waited
      pace.update(drained: Int(bytesASecond * Double(waited) / 1e9), now: now)
    }
    return pace.pause
  }

  @Test func `Light traffic is shown at once`() {
    #expect(pause(bytesASecond: 0) == DrainPace.calm)
    #expect(pause(bytesASecond: 900_000) == DrainPace.calm)
  }

  @Test func `Records after a quiet time are gathered, but not the very first`() {
    var pace = DrainPace(ringSize: 16 << 20)
    #expect(pace.delay(now: 1_000_000_000) == 0)
    pace.update(drained: 100, now: 1_000_000_000)
    #expect(pace.delay(now: 1_400_000_000) == 0)
    // Looks for losses are no records.
    pace.update(drained: 0, now: 1_900_000_000)
    #expect(pace.delay(now: 2_000_000_000) == DrainPace.gathering)
    pace.update(drained: 100, now: 2_012_000_000)
    #expect(pace.delay(now: 2_037_000_000) == 0)
  }

  @Test func `The pause grows with the traffic`() {
    #expect(pause(bytesASecond: 10e6) == DrainPace.longest)
    let between = pause(bytesASecond: 2.5e6)
    #expect(between > DrainPace.calm && between < DrainPace.longest)
  }

  @Test(arguments: [64 << 10, 1 << 20, 16 << 20])
  func `At most a quarter of the ring is filled, unless the shortest pause fills more`(ringSize: Int) {
    for traffic in stride(from: 1e6, through: 500e6, by: 7e6) {
      let pause = pause(ringSize: ringSize, bytesASecond: traffic)
      #expect(pause >= DrainPace.calm && pause <= DrainPace.longest)
      #expect(pause == DrainPace.calm || traffic * Double(pause) / 1000 <= Double(ringSize / DrainPace.part))
    }
  }

  @Test func `Records that arrive during a drain count, and more than a quarter of the ring allows no pause`() {
    var pace = DrainPace(ringSize: 16 << 20)
    pace.update(drained: 0, now: 1_000_000_000)
    // Three a tenth of a second: two are there already, and the other two of the quarter after two thirds of that.
    pace.update(drained: 1 << 20, waiting: 2 << 20, now: 1_100_000_000)
    #expect(pace.pause == 66)
    pace.update(drained: 3 << 20, waiting: 5 << 20, now: 1_225_000_000)
    #expect(pace.pause == 0)
    // The record that is next is not submitted yet: to look at once again would be to look in vain.
    pace.update(drained: 0, waiting: 5 << 20, now: 1_226_000_000)
    #expect(pace.pause == DrainPace.calm)
    pace.update(drained: 6 << 20, waiting: 0, now: 1_350_000_000)
    #expect(pace.pause > DrainPace.calm)
  }

  @Test func `After a storm the pause is short again`() {
    var pace = DrainPace(ringSize: 16 << 20)
    pace.update(drained: 0, now: 1_000_000_000)
    pace.update(drained: 1_000_000, now: 1_025_000_000)
    #expect(pace.pause > DrainPace.calm)
    pace.update(drained: 2000, now: 1_175_000_000)
    #expect(pace.pause == DrainPace.calm)
  }
}
