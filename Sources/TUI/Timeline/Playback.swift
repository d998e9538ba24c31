/// Time that runs on by itself in a view of the past: from the moment that is shown towards the present.
struct Playback: Hashable, Sendable {
  /// Seconds of the events for each second that passes.
  var speed: PlaybackSpeed
  /// Whether time stands still until it is continued.
  var isPaused = false
  /// The time of the shell's clock, and the moment that was shown then, both in nanoseconds since boot; nil until the
  /// shell reports a time.
  var anchor: Anchor?
  /// The sequence of the first entry of the log that is not shown yet.
  var next: UInt64
  /// When the moment was moved last, by the shell's clock.
  var movedAt: UInt64 = 0

  struct Anchor: Hashable, Sendable {
    var clock: UInt64
    var moment: UInt64
  }

  /// The moment that is due at a time of the shell's clock.
  func moment(at clock: UInt64) -> UInt64? {
    guard let anchor, clock >= anchor.clock else { return anchor?.moment }
    return Self.sum(anchor.moment, Double(clock - anchor.clock) * speed.factor)
  }

  /// The time of the shell's clock at which a moment is due.
  func clock(of moment: UInt64) -> UInt64? {
    guard let anchor else { return nil }
    guard moment > anchor.moment else { return anchor.clock }
    return Self.sum(anchor.clock, (Double(moment - anchor.moment) / speed.factor).rounded(.up))
  }

  /// A sum that stays in range, whatever times a recording claims.
  private static func sum(_ time: UInt64, _ more: Double) -> UInt64 {
    guard more < Double(UInt64.max / 2) else { return .max }
    let (sum, overflows) = time.addingReportingOverflow(UInt64(more))
    return overflows ? .max : sum
  }
}

/// How fast time runs while it is played: 1 is the speed at which it happened.
package struct PlaybackSpeed: Hashable, Sendable {
  /// Seconds of the events for each second.
  package let factor: Double

  /// The range of the speeds.
  package static let range = 0.01...100_000.0

  /// The speed at which it happened.
  package static let normal = PlaybackSpeed(factor: 1)

  private init(factor: Double) { self.factor = factor }

  /// Reads a speed as a user types it: `10`, `0.5` or `10x`; nil for another text.
  package init?(_ text: String) {
    let number = text.hasSuffix("x") ? text.dropLast() : text[...]
    guard number.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let factor = Double(number),
      Self.range.contains(factor)
    else { return nil }
    self.factor = factor
  }

  /// As the top line shows it: `10x`, `0.5x`.
  package var text: DisplayText {
    let hundredths = Int((factor * 100).rounded())
    let rest = hundredths % 100
    var digits = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : "." + Format.twoDigits(rest)
    digits = "\(hundredths / 100)" + digits
    return "\(DisplayText(typed: digits))x"
  }

  /// The next higher or lower speed of 1, 2, 5, 10, 20 and so on.
  func stepped(isUp: Bool) -> PlaybackSpeed {
    let rungs = (-2...4).flatMap { power in
      [1.0, 2, 5].map { power < 0 ? $0 / Self.power(-power) : $0 * Self.power(power) }
    }
    let next = isUp ? rungs.first { $0 > factor * 1.001 } : rungs.last { $0 < factor * 0.999 }
    return PlaybackSpeed(factor: next ?? (isUp ? Self.range.upperBound : Self.range.lowerBound))
  }

  private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { power, _ in power * 10 } }
}
