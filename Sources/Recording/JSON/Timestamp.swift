internal import ProcessTree

/// A moment as RFC 3339 writes it in UTC with nanoseconds: `2026-03-01T18:05:18.123456789Z`.
enum Timestamp {
  private static let second: Int64 = 1_000_000_000
  private static let secondsPerDay: Int64 = 86_400

  /// The moments that lines may have, in nanoseconds since 1970 UTC: to the end of 2099, within which no sum with a
  /// time since boot overflows.
  static let range: ClosedRange<Int64> = 0...4_102_444_799_999_999_999

  /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z.
  static func append(_ nanoseconds: Int64, to output: inout [UInt8]) {
    let (seconds, fraction) = nanoseconds.flooredDivision(by: second)
    let (days, secondOfDay) = seconds.flooredDivision(by: secondsPerDay)
    let date = CivilDate(daysFromEpoch: days)
    digits(date.year, 4, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(date.month, 2, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(date.day, 2, to: &output)
    output.append(UInt8(ascii: "T"))
    digits(secondOfDay / 3600, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(secondOfDay / 60 % 60, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(secondOfDay % 60, 2, to: &output)
    output.append(UInt8(ascii: "."))
    digits(fraction, 9, to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  /// Nanoseconds since 1970; nil for what is not RFC 3339, or not in `range`. Any offset from UTC is taken, and up to
  /// nine digits of a second. A leap second counts as the one after it.
  static func parse(_ text: [UInt8]) -> Int64? {
    var cursor = Cursor(text: text)
    guard let year = cursor.number(4), cursor.take("-"), let month = cursor.number(2), cursor.take("-"),
      let day = cursor.number(2), cursor.take("T") || cursor.take("t"),
      let hour = cursor.number(2), cursor.take(":"), let minute = cursor.number(2), cursor.take(":"),
      let seconds = cursor.number(2),
      1969...2100 ~= year, 1...12 ~= month, 1...CivilDate.length(ofMonth: month, in: year) ~= day,
      hour < 24, minute < 60, seconds <= 60
    else { return nil }
    var fraction: Int64 = 0
    if cursor.take(".") {
      guard let value = cursor.fraction() else { return nil }
      fraction = value
    }
    guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
    // Far from any bound: the year is checked above.
    let days = CivilDate(year: year, month: month, day: day).daysFromEpoch
    let total = days &* secondsPerDay &+ hour &* 3600 &+ minute &* 60 &+ seconds &- offset
    let nanoseconds = total &* second &+ fraction
    return range ~= nanoseconds ? nanoseconds : nil
  }

  private struct Cursor {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
      position &+= 1
      return true
    }

    mutating func digit() -> Int64? {
      guard position < text.count, 0x30...0x39 ~= text[position] else { return nil }
      position &+= 1
      return Int64(truncatingIfNeeded: text[position &- 1] &- 0x30)
    }

    mutating func number(_ digits: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digits {
        guard let next = digit() else { return nil }
        value = value &* 10 &+ next
      }
      return value
    }

    mutating func fraction() -> Int64? {
      guard var value = digit() else { return nil }
      var digits = 1
      while let next = digit() {
        guard digits < 9 else { return nil }
        value = value &* 10 &+ next
        digits &+= 1
      }
      for _ in digits..<9 { value &*= 10 }
      return value
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
      if take("Z") || take("z") { return 0 }
      let sign: Int64 = take("-") ? -1 : 1
      guard sign < 0 || take("+"), let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60
      else { return nil }
      return sign &* (hour &* 3600 &+ minute &* 60)
    }
  }

  private static func digits(_ value: Int64, _ count: Int, to output: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<count { divisor &*= 10 }
    while divisor > 0 {
      output.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
