import Events
import Testing

@testable import Recording

/// The clock of a recording.
@Suite
struct RecordedClockTests {
  private static let second: UInt64 = 1_000_000_000

  private func event(at boot: UInt64, wall: Int64?) -> RecordedEvent {
    RecordedEvent(event: .lost(LostEvent(time: boot, counts: LossCounts())), wallTime: wall)
  }

  @Test func `If the clock was set between two events, each has its own time`() throws {
    var clock = RecordedClock()
    clock.observe(event(at: 5, wall: nil))
    #expect(clock.offsets == nil)
    for (boot, wall) in [(10, 1_000), (20, 1_010), (30, 4_600), (40, 4_610), (50, 1_040)] as [(UInt64, Int64)] {
      clock.observe(event(at: boot * Self.second, wall: wall * Int64(Self.second)))
    }
    let offsets = try #require(clock.offsets)
    #expect(
      [5, 10, 29, 30, 49, 50, 99].map { offsets.value(at: $0 * Self.second) / Int64(Self.second) }
        == [990, 990, 990, 4570, 4570, 990, 990])
  }

  @Test func `Imprecise times are not steps, and real steps are found among them`() throws {
    var clock = RecordedClock()
    // Whole seconds, while the boot clock goes on by 0.37 s an event.
    for index in 0..<20_000 as Range<UInt64> {
      let boot = index * 370_000_000
      let wall = Int64(1_000 + boot / Self.second) + (index >= 15_000 ? 86_400 : 0)
      clock.observe(event(at: boot, wall: wall * Int64(Self.second)))
    }
    let offsets = try #require(clock.offsets)
    #expect(offsets.count <= 1025)
    for (index, expected) in [(10 as UInt64, 1_000 as Int64), (14_990, 1_000), (15_010, 87_400), (19_999, 87_400)] {
      let shown = offsets.value(at: index * 370_000_000) / Int64(Self.second)
      #expect(abs(shown - expected) <= 3, "event \(index)")
    }
  }

  @Test func `Times that run backward and extreme times are accepted`() {
    var clock = RecordedClock()
    for boot in [0, 1 << 62, 5, .max, 1 << 40, 0] as [UInt64] {
      for wall in [0, .max, .min, 4_102_444_799_999_999_999, -1] as [Int64] {
        clock.observe(event(at: boot, wall: wall))
      }
    }
    _ = clock.offsets?.value(at: .max)
  }
}
