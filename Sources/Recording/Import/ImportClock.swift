/// When a line of a trace happened.
struct ImportMoment: Sendable, Hashable {
  /// In nanoseconds since boot where the format has that, else since a base near the first line.
  var time: UInt64
  /// In nanoseconds since 1970 UTC; nil where the format does not tell.
  var wallTime: Int64?

  /// The time since 1970 UTC of an earlier time; nil where the format does not tell.
  func wallTime(of time: UInt64) -> Int64? {
    guard let wallTime, let distance = Int64(exactly: self.time &- min(time, self.time)) else { return nil }
    let wall = wallTime.subtractingReportingOverflow(distance)
    return wall.overflow || wall.partialValue < 0 ? nil : wall.partialValue
  }
}

/// Makes one clock that never goes back of the times that a format writes.
///
/// No time of a trace can trap: a time that goes back counts as the newest one.
struct ImportClock: Sendable {
  /// The time of the first line where the format has no time since boot: room for processes that started earlier.
  let base: UInt64
  private var newest: UInt64 = 0
  private var firstWall: Int64?
  private var lastOfDay: UInt64?

  private static let day: UInt64 = 86_400_000_000_000
  /// Later times would not fit into lines.
  private static let latest: UInt64 = 1 << 62

  /// - Parameter base: in nanoseconds.
  init(base: UInt64 = 1_000_000_000) { self.base = base }

  /// The moment of a time since 1970 UTC, in nanoseconds.
  mutating func moment(wall: Int64) -> ImportMoment {
    let first = firstWall ?? wall
    firstWall = first
    let (distance, overflows) = wall.subtractingReportingOverflow(first)
    let isValid = !overflows && Timestamp.range ~= wall
    return ImportMoment(
      time: advance(to: distance < 0 || !isValid ? 0 : base &+ UInt64(truncatingIfNeeded: distance)),
      wallTime: isValid ? wall : nil)
  }

  /// The place of a time since 1970 UTC on this clock, also where it is before the newest one: for the start of a
  /// process or of a system call that a later line tells.
  func time(of wall: Int64) -> UInt64 {
    let (distance, overflows) = wall.subtractingReportingOverflow(firstWall ?? wall)
    guard !overflows else { return wall < 0 ? 0 : Self.latest }
    let (time, isNegative) = Int64(truncatingIfNeeded: base).addingReportingOverflow(distance)
    return isNegative || time < 0 ? 0 : min(UInt64(truncatingIfNeeded: time), Self.latest)
  }

  /// The moment of a time since boot, or since the tracer's start, in nanoseconds.
  mutating func moment(boot: UInt64) -> ImportMoment { ImportMoment(time: advance(to: boot), wallTime: nil) }

  /// The moment of a time of day, in nanoseconds: the date is unknown. A time that is more than half a day before the
  /// one of the line before is one of the next day.
  mutating func moment(ofDay time: UInt64) -> ImportMoment {
    let time = time % Self.day
    defer { lastOfDay = time }
    // The first one is as much after the base's boot, so that it is shown as the trace has it.
    guard let last = lastOfDay else { return ImportMoment(time: advance(to: max(base, time)), wallTime: nil) }
    let step = time >= last ? time &- last : time &+ Self.day &- last
    // A step back is none.
    return moment(after: step > Self.day / 2 ? 0 : step)
  }

  /// The moment a number of nanoseconds after that of the line before.
  mutating func moment(after step: UInt64) -> ImportMoment {
    let start = newest == 0 ? base : newest
    return ImportMoment(time: advance(to: start &+ min(step, Self.latest)), wallTime: nil)
  }

  /// The moment of a line without a time: a nanosecond after the one before, so that only the order counts.
  mutating func next() -> ImportMoment { moment(after: 1) }

  private mutating func advance(to time: UInt64) -> UInt64 {
    newest = max(newest, min(time, Self.latest))
    return newest
  }
}
