internal import Events

/// Reads and writes RFC 3339 times in UTC with nanoseconds: `2026-03-01T18:05:18.123456789Z`.
package enum Timestamp {
  private static let second: Int64 = 1_000_000_000

  /// The valid times of lines, in nanoseconds since 1970 UTC: up to the end of 2099. No sum of such a time and a time
  /// since boot overflows.
  package static let range: ClosedRange<Int64> = 0...4_102_444_799_999_999_999

  /// Appends a time.
  /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z.
  package static func append(_ nanoseconds: Int64, to output: inout [UInt8]) {
    let (seconds, fraction) = nanoseconds.flooredDivision(by: second)
    let time = CivilTime(secondsFromEpoch: seconds)
    digits(time.date.year, 4, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(time.date.month, 2, to: &output)
    output.append(UInt8(ascii: "-"))
    digits(time.date.day, 2, to: &output)
    output.append(UInt8(ascii: "T"))
    digits(time.hour, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(time.minute, 2, to: &output)
    output.append(UInt8(ascii: ":"))
    digits(time.second, 2, to: &output)
    output.append(UInt8(ascii: "."))
    digits(fraction, 9, to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  /// Nanoseconds since 1970; nil if the text is not RFC 3339, or the time is not in `range`. Accepts any offset from
  /// UTC, and up to nine digits of a second. A leap second counts as the second after it.
  package static func parse(_ text: [UInt8]) -> Int64? {
    var cursor = Cursor(text: text)
    guard let year = cursor.number(4), cursor.accept("-"), let month = cursor.number(2), cursor.accept("-"),
      let day = cursor.number(2), cursor.accept("T") || cursor.accept("t"),
      let hour = cursor.number(2), cursor.accept(":"), let minute = cursor.number(2), cursor.accept(":"),
      let seconds = cursor.number(2),
      1969...2100 ~= year, 1...12 ~= month, 1...CivilDate.length(ofMonth: month, in: year) ~= day,
      hour < 24, minute < 60, seconds <= 60
    else { return nil }
    var fraction: Int64 = 0
    if cursor.accept(".") {
      guard let value = cursor.fraction() else { return nil }
      fraction = value
    }
    guard let offset = cursor.offset(), cursor.isAtEnd else { return nil }
    // Cannot overflow: the year is checked above.
    let date = CivilDate(year: year, month: month, day: day)
    let time = CivilTime(date: date, hour: hour, minute: minute, second: seconds)
    let nanoseconds = (time.secondsFromEpoch &- offset) &* second &+ fraction
    return range ~= nanoseconds ? nanoseconds : nil
  }

  private struct Cursor {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
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
      if accept("Z") || accept("z") { return 0 }
      let sign: Int64 = accept("-") ? -1 : 1
      guard sign < 0 || accept("+"), let hour = number(2), accept(":"), let minute = number(2), hour < 24, minute < 60
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

/// Writes many times one after the other: most of them have the same second.
struct TimestampText: Sendable {
  private var second: Int64?
  private var text: [UInt8] = []

  /// Lends the text of a time, as `Timestamp.append` writes it.
  /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z.
  mutating func withText(of nanoseconds: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    let (second, fraction) = nanoseconds.flooredDivision(by: 1_000_000_000)
    if second != self.second {
      text.removeAll(keepingCapacity: true)
      Timestamp.append(nanoseconds, to: &text)
      self.second = second
    }
    text.withUnsafeMutableBufferPointer { text in
      // The nine digits before the Z.
      var place = text.count &- 1
      var rest = UInt64(truncatingIfNeeded: fraction)
      for _ in 0..<9 {
        place &-= 1
        text[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      body(UnsafeBufferPointer(text))
    }
  }
}
