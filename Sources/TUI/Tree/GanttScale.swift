/// The time axis of the run times: from one moment on, over a span.
struct GanttScale: Hashable {
  /// The start of the axis, nanoseconds since boot.
  let start: UInt64
  /// The length of the axis, nanoseconds; never 0.
  let span: UInt64

  /// The axis for an exited process.
  init(start: UInt64, end: UInt64) {
    self.start = start
    span = max(end > start ? end - start : 0, 1)
  }

  /// The axis for a running process: somewhat longer than its run time so far, in steps of about a tenth, so that the
  /// bars rarely move.
  init(start: UInt64, now: UInt64) {
    self.start = start
    span = Self.rounded(now > start ? now - start : 0)
  }

  /// Steps of about a tenth, from 1 to 10, in hundredths.
  private static let steps: [UInt64] = [
    100, 110, 120, 135, 150, 165, 180, 200, 220, 250, 275, 300, 330, 365, 400, 450, 500, 550, 600, 660, 730, 800, 900,
  ]

  /// The first step above a time, at least a second. Nanoseconds.
  static func rounded(_ time: UInt64) -> UInt64 {
    var decade: UInt64 = 10_000_000
    while true {
      for step in steps {
        let (value, overflows) = step.multipliedReportingOverflow(by: decade)
        if overflows { return .max }
        if value > time { return value }
      }
      decade *= 10
    }
  }

  /// When the axis for a running process gets longer, nanoseconds since boot; nil if never.
  var nextChange: UInt64? {
    let (change, overflows) = start.addingReportingOverflow(span)
    return overflows ? nil : change
  }

  /// A moment as a number of eighths of cells from the left, of an axis so many cells wide; nil before the axis, and
  /// the axis's end behind it.
  func eighths(of time: UInt64, width: Int) -> Int? {
    guard time >= start else { return nil }
    let whole = UInt64(max(width, 0) * 8)
    guard time - start < span else { return Int(whole) }
    return Int(span.dividingFullWidth((time - start).multipliedFullWidth(by: whole)).quotient)
  }
}
