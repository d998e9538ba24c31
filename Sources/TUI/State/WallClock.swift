/// Turns nanoseconds since boot into the time of day. A value that the shell makes once (and anew when the clock was set).
package struct WallClock: Hashable, Sendable {
  /// `CLOCK_REALTIME` at the moment of boot: nanoseconds from 1970 to nanosecond 0 of `CLOCK_BOOTTIME`.
  package var realtimeAtBoot: Int64
  /// Local time minus UTC, in seconds, east positive: `tm_gmtoff` of `localtime_r(3)`.
  package var secondsFromUTC: Int

  package init(realtimeAtBoot: Int64, secondsFromUTC: Int = 0) {
    self.realtimeAtBoot = realtimeAtBoot
    self.secondsFromUTC = secondsFromUTC
  }

  /// Whether this is another clock than one that was asked before: it was set, or the time zone has another offset. The
  /// two clocks that are compared are read one after the other, so that their distance is never quite the same.
  package func wasSet(since before: WallClock) -> Bool {
    let moved = (realtimeAtBoot &- before.realtimeAtBoot).magnitude
    return secondsFromUTC != before.secondsFromUTC || moved > 10_000_000
  }

  /// A moment as a calendar shows it, in the proleptic Gregorian calendar.
  struct Moment: Hashable {
    var year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int

    func isSameDay(as other: Moment) -> Bool { (year, month, day) == (other.year, other.month, other.day) }
  }

  /// - Parameter time: nanoseconds since boot.
  func moment(at time: UInt64) -> Moment {
    // Wraps instead of trapping: a recording may claim any time at all.
    let nanoseconds = realtimeAtBoot &+ Int64(truncatingIfNeeded: time)
    let (wholeSeconds, rest) = nanoseconds.flooredDivision(by: 1_000_000_000)
    let (days, secondOfDay) = (wholeSeconds + Int64(secondsFromUTC)).flooredDivision(by: 86_400)
    let date = Self.date(daysFromEpoch: Int(days))
    return Moment(
      year: date.year, month: date.month, day: date.day, hour: Int(secondOfDay) / 3600,
      minute: Int(secondOfDay) / 60 % 60, second: Int(secondOfDay) % 60, millisecond: Int(rest / 1_000_000))
  }

  /// Counts in eras of 400 years (146,097 days) that begin on 1 March, so that the leap day comes last.
  private static func date(daysFromEpoch: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (daysFromEpoch + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

extension FixedWidthInteger {
  /// Quotient rounded down and the remainder that is never negative, for a positive divisor.
  func flooredDivision(by divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
