/// The offsets of the wall clock from the boot clock, over time.
///
/// The offset is constant, since both clocks are slewed alike, until the wall clock is set (by hand, or by NTP after a
/// resume). Earlier events keep their times, and later ones get new ones.
public struct ClockSteps: Sendable {
  /// A reading of both clocks, which cannot be exactly simultaneous.
  public struct Reading: Sendable {
    /// The wall clock less the boot clock, in nanoseconds.
    public var offset: Int64
    /// The possible error of the offset, in nanoseconds.
    public var error: UInt64
    /// When it was, in nanoseconds since boot.
    public var time: UInt64

    public init(offset: Int64, error: UInt64, time: UInt64) {
      self.offset = offset
      self.error = error
      self.time = time
    }
  }

  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC, by time since boot.
  public private(set) var offsets: Steps<UInt64, Int64>
  /// The most exact reading since the last step, and the time of the last reading.
  private var known: Reading
  private var lookedAt: UInt64

  public init(_ reading: Reading) {
    offsets = Steps(reading.offset)
    known = reading
    lookedAt = reading.time
  }

  /// Adds a reading. A step happened after the last reading, so all events since then get the new offset.
  /// - Returns: whether the clock was set.
  @discardableResult
  public mutating func observe(_ reading: Reading) -> Bool {
    defer { lookedAt = max(lookedAt, reading.time) }
    let moved = Steps<UInt64, Int64>.distance(reading.offset, known.offset)
    let (error, overflows) = reading.error.addingReportingOverflow(known.error)
    guard moved > (overflows ? .max : error) else {
      if reading.error < known.error { known = reading }
      return false
    }
    offsets.append(reading.offset, from: lookedAt == .max ? .max : lookedAt &+ 1)
    known = reading
    return true
  }
}
