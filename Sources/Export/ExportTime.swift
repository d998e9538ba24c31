package import Events

/// A time that a user types for the start or the end of an export.
///
///     05:28:57            the time of day, in the local zone
///     2026-03-01T05:28    a date and a time; with `Z` or `+02:00` in that zone, else in the local one
///     +2m                 after the start of the recording
///     -10s                before its end
package enum ExportTime: Hashable, Sendable {
  /// Nanoseconds since midnight.
  case timeOfDay(Int64)
  /// Nanoseconds since 1970 by the local clock.
  case local(Int64)
  /// Nanoseconds since 1970 UTC.
  case absolute(Int64)
  /// Nanoseconds after the start.
  case afterStart(UInt64)
  /// Nanoseconds before the end.
  case beforeEnd(UInt64)

  /// Whether it has no date, so that a time outside of the recording is a mistake.
  package var isTimeOfDay: Bool { if case .timeOfDay = self { true } else { false } }

  private static let second: Int64 = 1_000_000_000
  private static let day: Int64 = 86_400 * 1_000_000_000

  /// Reads a time; nil for other text.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    if let length = Self.length(bytes.dropFirst()) {
      switch bytes.first {
      case UInt8(ascii: "+"): self = .afterStart(length)
      case UInt8(ascii: "-"): self = .beforeEnd(length)
      default: return nil
      }
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

  /// A length of time in nanoseconds, such as `90s`, `1m30s`, `250ms` or `1.5h`.
  private static func length(_ text: ArraySlice<UInt8>) -> UInt64? {
    var cursor = Cursor(rest: text)
    guard !text.isEmpty else { return nil }
    var sum: UInt64 = 0
    while !cursor.rest.isEmpty {
      guard let (whole, fraction) = cursor.decimal(), let unit = cursor.unit() else { return nil }
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

  /// The time in nanoseconds since boot, which may lie outside of the recording.
  /// - Parameters:
  ///   - times: of the first and the last event, in nanoseconds since boot.
  ///   - offsets: nanoseconds from 1970 to boot, by nanoseconds since boot.
  ///   - zone: seconds east of UTC, by seconds since 1970 UTC.
  /// - Returns: nil for a wall clock time in a recording without one.
  package func resolve(
    in times: ClosedRange<UInt64>, offsets: Steps<UInt64, Int64>?, zone: (Int64) -> Int
  ) -> UInt64? {
    switch self {
    case .afterStart(let length):
      let (sum, overflows) = times.lowerBound.addingReportingOverflow(length)
      return overflows ? .max : sum
    case .beforeEnd(let length): return times.upperBound &- min(length, times.upperBound)
    case .absolute(let wall): return offsets.map { Self.boot(wall, $0) }
    case .local(let local): return offsets.map { Self.boot(Self.absolute(local, zone), $0) }
    case .timeOfDay(let time):
      guard let offsets else { return nil }
      let start = Self.local(times.lowerBound, offsets, zone)
      let end = Self.local(times.upperBound, offsets, zone)
      // The first such time within the recording, else the nearest one.
      let days = start.flooredDivision(by: Self.day).quotient
      let candidates = [days &- 1, days, days &+ 1].map { $0 &* Self.day &+ time }
      let inside = candidates.first { $0 >= start && $0 <= end }
      let nearest = candidates.min { Self.distance($0, start, end) < Self.distance($1, start, end) }
      return (inside ?? nearest).map { Self.boot(Self.absolute($0, zone), offsets) }
    }
  }

  private static func distance(_ time: Int64, _ start: Int64, _ end: Int64) -> UInt64 {
    Steps<UInt64, Int64>.distance(time, time < start ? start : end)
  }

  private static func local(_ boot: UInt64, _ offsets: Steps<UInt64, Int64>, _ zone: (Int64) -> Int) -> Int64 {
    let wall = Int64(clamping: boot) &+ offsets.value(at: boot)
    return wall &+ Int64(zone(wall.flooredDivision(by: second).quotient)) &* second
  }

  private static func absolute(_ local: Int64, _ zone: (Int64) -> Int) -> Int64 {
    // The zone depends on the result: the second step is right except within an hour that does not exist.
    var wall = local
    for _ in 0..<2 { wall = local &- Int64(zone(wall.flooredDivision(by: second).quotient)) &* second }
    return wall
  }

  private static func boot(_ wall: Int64, _ offsets: Steps<UInt64, Int64>) -> UInt64 {
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
      var time = (hour &* 3600 &+ minute &* 60) &* ExportTime.second
      guard accept(":") else { return time }
      guard let seconds = number(2), seconds < 60 else { return nil }
      time = time &+ seconds &* ExportTime.second
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
