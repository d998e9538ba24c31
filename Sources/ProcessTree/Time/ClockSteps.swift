/// How far the clock on the wall was ahead of the one that counts from boot, as often as somebody looked.
///
/// Their distance is constant, since both are slewed alike, until the clock on the wall is set (by hand, by NTP after
/// a resume). Events before that keep their times, and those after it get new ones.
public struct ClockSteps: Sendable {
  /// A look at both clocks, which is not at quite the same moment.
  public struct Reading: Sendable {
    /// The wall clock less the boot clock, in nanoseconds.
    public var offset: Int64
    /// By how much that may be wrong, in nanoseconds.
    public var error: UInt64
    /// When it was, nanoseconds since boot.
    public var time: UInt64

    public init(offset: Int64, error: UInt64, time: UInt64) {
      self.offset = offset
      self.error = error
      self.time = time
    }
  }

  /// By nanoseconds since boot: what has to be added to get nanoseconds since 1970 UTC.
  public private(set) var offsets: Steps<UInt64, Int64>
  /// The most exact reading since the last step, and when the last one was.
  private var known: Reading
  private var lookedAt: UInt64

  public init(_ reading: Reading) {
    offsets = Steps(reading.offset)
    known = reading
    lookedAt = reading.time
  }

  /// Takes in another look. A step happened some time after the last one, and so all events since then get the new time:
  /// they had none before.
  /// - Returns: whether the clock was set.
  @discardableResult
  public mutating func take(_ reading: Reading) -> Bool {
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
