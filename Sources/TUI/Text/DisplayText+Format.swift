/// The formats as display text: the result is ASCII except for the micro sign.
extension DisplayText {
  static func duration(_ nanoseconds: UInt64, _ glyphs: Glyphs) -> DisplayText {
    DisplayText(untrusted: Format.duration(nanoseconds, micro: glyphs.micro.string).utf8)
  }

  static func age(_ nanoseconds: UInt64) -> DisplayText { DisplayText(untrusted: Format.age(nanoseconds).utf8) }

  static func count(_ value: some BinaryInteger) -> DisplayText { DisplayText(number: value, grouped: true) }

  static func bytes(_ value: UInt64) -> DisplayText { DisplayText(untrusted: Format.bytes(value).utf8) }

  /// A rate given in tenths: `0`, `0.4`, `9.9`, `1,204`.
  static func rate(tenths: Int) -> DisplayText {
    tenths == 0 ? "0" : tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : count(tenths / 10)
  }

  /// The time of day: `18:05:18`, with `.123` if milliseconds are requested.
  static func timeOfDay(_ moment: WallClock.Moment, milliseconds: Bool = false) -> DisplayText {
    let time: DisplayText =
      "\(padded(moment.hour, 2)):\(padded(moment.minute, 2)):\(padded(moment.second, 2))"
    return milliseconds ? "\(time).\(padded(moment.millisecond, 3))" : time
  }

  /// `2026-11-23 18:05:18.123`.
  static func date(_ moment: WallClock.Moment) -> DisplayText { dated(moment, .full, milliseconds: true) }

  /// The time of day, after the requested part of the date: `11-23 18:05:18`.
  static func dated(_ moment: WallClock.Moment, _ dates: WallClock.Dates, milliseconds: Bool = false) -> DisplayText {
    let time = timeOfDay(moment, milliseconds: milliseconds)
    return dates == .none ? time : "\(day(moment, dates)) \(time)"
  }

  /// The requested part of the date: `11-23`.
  static func day(_ moment: WallClock.Moment, _ dates: WallClock.Dates) -> DisplayText {
    let day: DisplayText = "\(padded(moment.month, 2))-\(padded(moment.day, 2))"
    return switch dates {
    case .none: ""
    case .monthAndDay: day
    case .full: "\(moment.year)-\(day)"
    }
  }

  private static func padded(_ value: Int, _ digits: Int) -> DisplayText {
    let number = DisplayText(number: value)
    let zeros: DisplayText = "0"
    return zeros.repeated(digits - number.width) + number
  }
}
