/// A day of the proleptic Gregorian calendar. All modules use this calendar.
///
/// Nothing here traps: dates beyond all calendars, which a recording may claim, wrap.
public struct CivilDate: Hashable, Sendable {
  public var year: Int64
  /// From 1 to 12.
  public var month: Int64
  /// From 1.
  public var day: Int64

  public init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  // Both conversions count from 0000-03-01, so that a leap day is the last day of its year, and 400 years are one cycle
  // of 146,097 days. 1970-01-01 is day 719,468 of that count.

  /// - Parameter days: since 1970-01-01.
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
