/// A time that a user types: in the view's prompt, for a part of a recording, and as a length.
///
///     05:28:57            the time of day, in the local zone
///     2026-03-01T05:28    a date and a time; with `Z` or `+02:00` in that zone, else in the local one
///     +2m                 later: after the shown moment, or after the start
///     -1m30s              earlier: before the shown moment, or before the end
public enum TimeText: Hashable, Sendable {
  /// Nanoseconds since midnight.
  case timeOfDay(Int64)
  /// Nanoseconds since 1970 by the local clock.
  case local(Int64)
  /// Nanoseconds since 1970 UTC.
  case absolute(Int64)
  /// Nanoseconds later.
  case later(UInt64)
  /// Nanoseconds earlier.
  case earlier(UInt64)

  /// Whether it has no date, so that a time outside of the recording is a mistake.
  public var isTimeOfDay: Bool { if case .timeOfDay = self { true } else { false } }

  /// The nanoseconds of a second, and of a day.
  public static let second: Int64 = 1_000_000_000
  public static let day: Int64 = 86_400 * 1_000_000_000

  /// Reads a time; nil for other text.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    if bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-") {
      guard let length = Self.length(bytes.dropFirst()) else { return nil }
      self = bytes.first == UInt8(ascii: "+") ? .later(length) : .earlier(length)
      return
    }
    var cursor = Cursor(rest: bytes[...])
    if let time = cursor.timeOfDay(), cursor.rest.isEmpty {
      self = .timeOfDay(time)
      return
    }
    cursor = Cursor(rest: bytes[...])
    guard let date = cursor.date(), cursor.accept("T") || cursor.accept("t") || cursor.accept(" "),
      let time = cursor.timeOfDay()
    else { return nil }
    let local = date.daysFromEpoch &* Self.day &+ time
    if cursor.rest.isEmpty {
      self = .local(local)
    } else if let zone = cursor.zone(), cursor.rest.isEmpty {
      self = .absolute(local &- zone &* Self.second)
    } else {
      return nil
    }
  }

  /// A length of time in nanoseconds, such as `90s`, `1m30s`, `250ms`, `1.5h` or `90` (seconds); nil for other text, and
  /// for one of more than 584 years.
  public static func length(of text: some StringProtocol) -> UInt64? { length(Array(text.utf8)[...]) }

  private static func length(_ text: ArraySlice<UInt8>) -> UInt64? {
    var cursor = Cursor(rest: text)
    guard !text.isEmpty else { return nil }
    var sum: UInt64 = 0
    var isFirst = true
    while !cursor.rest.isEmpty {
      guard let (whole, fraction) = cursor.decimal() else { return nil }
      // A number by itself is in seconds.
      let isAlone = isFirst && cursor.rest.isEmpty
      isFirst = false
      guard let unit = isAlone ? UInt64(second) : cursor.unit() else { return nil }
      let (value, overflows) = whole.magnitude.multipliedReportingOverflow(by: unit)
      // The fraction has nine digits; no unit is longer than a day.
      let part = fraction.magnitude &* (unit / 1000) / 1_000_000
      let (more, moreOverflows) = value.addingReportingOverflow(part)
      let (total, totalOverflows) = sum.addingReportingOverflow(more)
      guard !overflows, !moreOverflows, !totalOverflows else { return nil }
      sum = total
    }
    return sum
  }

  /// The wall clock time of a local one, in nanoseconds since 1970 UTC.
  /// - Parameter zone: seconds east of UTC, by seconds since 1970 UTC.
  public static func absolute(_ local: Int64, _ zone: (Int64) -> Int) -> Int64 {
    // The zone depends on the result: the second step is right except within an hour that does not exist.
    var wall = local
    for _ in 0..<2 { wall = local &- Int64(zone(wall.flooredDivision(by: second).quotient)) &* second }
    return wall
  }

  /// The nanoseconds since boot of a wall clock time.
  /// - Parameter offsets: nanoseconds from 1970 to boot, by nanoseconds since boot.
  public static func boot(_ wall: Int64, _ offsets: Steps<UInt64, Int64>) -> UInt64 {
    let guess = UInt64(clamping: wall.subtractingReportingOverflow(offsets.latest).partialValue)
    let (boot, overflows) = wall.subtractingReportingOverflow(offsets.value(at: guess))
    return overflows ? guess : UInt64(clamping: boot)
  }

  private struct Cursor {
    var rest: ArraySlice<UInt8>

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// A number of one to `most` digits.
    mutating func number(_ most: Int) -> Int64? {
      let digits = rest.prefix(most).prefix { 0x30...0x39 ~= $0 }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      return digits.reduce(0) { $0 &* 10 &+ Int64($1 &- 0x30) }
    }

    /// Digits after a point, as nanoseconds.
    mutating func fraction() -> Int64? {
      let digits = rest.prefix { 0x30...0x39 ~= $0 }
      guard !digits.isEmpty, digits.count <= 9, var value = number(9) else { return nil }
      for _ in digits.count..<9 { value = value &* 10 }
      return value
    }

    mutating func decimal() -> (whole: Int64, nanoseconds: Int64)? {
      guard let whole = number(15) else { return nil }
      guard accept(".") else { return (whole, 0) }
      return fraction().map { (whole, $0) }
    }

    /// Nanoseconds of a unit.
    mutating func unit() -> UInt64? {
      let letters = rest.prefix { 0x61...0x7a ~= $0 }
      rest = rest.dropFirst(letters.count)
      switch String(decoding: letters, as: UTF8.self) {
      case "ms": return 1_000_000
      case "us": return 1000
      case "s": return 1_000_000_000
      case "m", "min": return 60 * 1_000_000_000
      case "h": return 3600 * 1_000_000_000
      case "d": return 86_400 * 1_000_000_000
      default: return nil
      }
    }

    /// Nanoseconds since midnight.
    mutating func timeOfDay() -> Int64? {
      guard let hour = number(2), hour < 24, accept(":"), let minute = number(2), minute < 60 else { return nil }
      var time = (hour &* 3600 &+ minute &* 60) &* TimeText.second
      guard accept(":") else { return time }
      guard let seconds = number(2), seconds < 60 else { return nil }
      time = time &+ seconds &* TimeText.second
      guard accept(".") else { return time }
      return fraction().map { time &+ $0 }
    }

    mutating func date() -> CivilDate? {
      guard let year = number(4), 1970...2099 ~= year, accept("-"), let month = number(2), 1...12 ~= month, accept("-"),
        let day = number(2), 1...CivilDate.length(ofMonth: month, in: year) ~= day
      else { return nil }
      return CivilDate(year: year, month: month, day: day)
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int64? {
      if accept("Z") || accept("z") { return 0 }
      let sign: Int64 = accept("-") ? -1 : 1
      guard sign < 0 || accept("+"), let hour = number(2), hour < 24, accept(":"), let minute = number(2), minute < 60
      else { return nil }
      return sign &* (hour &* 3600 &+ minute &* 60)
    }
  }
}
