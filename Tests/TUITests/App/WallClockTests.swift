import Foundation
import Testing

@testable import TUI

/// The wall clock.
@Suite
struct WallClockTests {
  @Test func `Dates are those of the calendar`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for day in stride(from: -40_000, through: 80_000, by: 13) {
      let seconds = day * 86_400 + day % 86_399
      let clock = WallClock(realtimeAtBoot: Int64(seconds) * 1_000_000_000)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
      let moment = clock.moment(at: 0)
      #expect(
        [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second]
          == [parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second])
    }
  }

  @Test func `The zone shifts the day`() {
    let clock = WallClock(realtimeAtBoot: 0, secondsFromUTC: -3600)
    #expect(DisplayText.date(clock.moment(at: 1_500_000_000)).string == "1969-12-31 23:00:01.500")
  }

  @Test func `Any time of a recording has a date`() {
    let clock = WallClock(realtimeAtBoot: .max, secondsFromUTC: 3600)
    for time in [0, 1, UInt64.max, UInt64.max / 2] { #expect(clock.moment(at: time).month <= 12) }
  }
}
