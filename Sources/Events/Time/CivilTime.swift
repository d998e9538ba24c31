/// A day of the proleptic Gregorian calendar. All modules use this calendar.
///
/// Its arithmetic wraps, so that no date in a recording can trap.
public struct CivilDate: Hashable, Sendable {
  /// The year; 0 is 1 BC.
  public var year: Int64
  /// From 1 to 12.
  public var month: Int64
  /// From 1.
  public var day: Int64

  /// A day of that year and month.
  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  // Both conversions count from 0000-03-01, so that a leap day is the last day of its year, and 400 years are one cycle
  // of 146,097 days. 1970-01-01 is day 719,468 of that count.

  /// The day at a number of days after 1970-01-01.
  public init(daysFromEpoch days: Int64) {
    let (cycle, dayOfCycle) = (days &+ 719_468).flooredDivision(by: 146_097)
    let yearOfCycle = (dayOfCycle &- dayOfCycle / 1460 &+ dayOfCycle / 36_524 &- dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle &- (365 &* yearOfCycle &+ yearOfCycle / 4 &- yearOfCycle / 100)
    // Months from March: five of them have 153 days.
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9
    day = dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1
    year = cycle &* 400 &+ yearOfCycle &+ (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  public var daysFromEpoch: Int64 {
    let yearFromMarch = month <= 2 ? year &- 1 : year
    let (cycle, yearOfCycle) = yearFromMarch.flooredDivision(by: 400)
    let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
    return cycle &* 146_097 &+ yearOfCycle &* 365 &+ yearOfCycle / 4 &- yearOfCycle / 100 &+ dayOfYear &- 719_468
  }

  /// The number of days in a month.
  public static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
    let next =
      month == 12 ? CivilDate(year: year &+ 1, month: 1, day: 1) : CivilDate(year: year, month: month &+ 1, day: 1)
    return next.daysFromEpoch &- CivilDate(year: year, month: month, day: 1).daysFromEpoch
  }
}

extension Int64 {
  /// The quotient rounded down, and a remainder that is never negative, for a positive divisor.
  public func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient &- 1, remainder &+ divisor) : (quotient, remainder)
  }
}

/// A moment by date and time of day, without a time zone.
public struct CivilTime: Hashable, Sendable {
  /// The day.
  public var date: CivilDate
  /// From 0 to 23.
  public var hour: Int64
  /// From 0 to 59.
  public var minute: Int64
  /// From 0 to 59.
  public var second: Int64

  private static let secondsPerDay: Int64 = 86_400

  /// A time of that day.
  public init(date: CivilDate, hour: Int64, minute: Int64, second: Int64) {
    self.date = date
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The moment at a number of seconds after the start of 1970.
  public init(secondsFromEpoch seconds: Int64) {
    let (days, secondOfDay) = seconds.flooredDivision(by: Self.secondsPerDay)
    self.init(
      date: CivilDate(daysFromEpoch: days), hour: secondOfDay / 3600, minute: secondOfDay / 60 % 60,
      second: secondOfDay % 60)
  }

  /// Seconds since the start of 1970; wraps on overflow.
  public var secondsFromEpoch: Int64 {
    date.daysFromEpoch &* Self.secondsPerDay &+ hour &* 3600 &+ minute &* 60 &+ second
  }
}
