/// A moment by date and time of day, without a time zone.
public struct CivilTime: Hashable, Sendable {
  public var date: CivilDate
  /// From 0 to 23.
  public var hour: Int64
  public var minute: Int64
  public var second: Int64

  private static let secondsPerDay: Int64 = 86_400

  public init(date: CivilDate, hour: Int64, minute: Int64, second: Int64) {
    self.date = date
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// - Parameter seconds: since the start of 1970.
  public init(secondsFromEpoch seconds: Int64) {
    let (days, secondOfDay) = seconds.flooredDivision(by: Self.secondsPerDay)
    self.init(
      date: CivilDate(daysFromEpoch: days), hour: secondOfDay / 3600, minute: secondOfDay / 60 % 60,
      second: secondOfDay % 60)
  }

  /// Seconds since the start of 1970; wraps for dates beyond all calendars.
  public var secondsFromEpoch: Int64 {
    date.daysFromEpoch &* Self.secondsPerDay &+ hour &* 3600 &+ minute &* 60 &+ second
  }
}
