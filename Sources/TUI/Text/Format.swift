/// Durations and sizes as people read them: at most six columns, so that a column of them never changes its width.
enum Format {
  /// A completed duration: `312µs`, `4.1ms`, `1.2s`, `3m12s`, `5h07m`, `12d03h`, `204d`.
  ///
  /// - Parameters:
  ///   - nanoseconds: any value.
  ///   - micro: the letter for 10⁻⁶, `µ` or `u`.
  static func duration(_ nanoseconds: UInt64, micro: String = "µ") -> String {
    let microseconds = nanoseconds / 1000
    switch microseconds {
    case ..<1: return "<1\(micro)s"
    case ..<1000: return "\(microseconds)\(micro)s"
    case ..<100_000: return tenths(microseconds / 100) + "ms"
    case ..<1_000_000: return "\(microseconds / 1000)ms"
    case ..<60_000_000: return tenths(microseconds / 100_000) + "s"
    default: break
    }
    let seconds = microseconds / 1_000_000
    switch seconds {
    case ..<3600: return "\(seconds / 60)m\(twoDigits(seconds % 60))s"
    case ..<86_400: return "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m"
    case ..<(100 * 86_400): return "\(seconds / 86_400)d\(twoDigits(seconds / 3600 % 24))h"
    default: return "\(seconds / 86_400)d"
    }
  }

  /// The age of a running process: whole seconds up to a minute, then whole minutes, hours and days, so that an idle
  /// screen rarely changes.
  static func age(_ nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    switch seconds {
    case 0: return "<1s"
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m"
    case ..<86_400: return "\(seconds / 3600)h"
    default: return "\(seconds / 86_400)d"
    }
  }

  /// How long after an age of `nanoseconds` the text of `age` changes next.
  static func nextAgeChange(after nanoseconds: UInt64) -> UInt64 {
    let second: UInt64 = 1_000_000_000
    let step: UInt64 =
      switch nanoseconds / second {
      case ..<60: second
      case ..<3600: 60 * second
      case ..<86_400: 3600 * second
      default: 86_400 * second
      }
    return step - nanoseconds % step
  }

  /// A size in bytes: `0`, `812 B`, `4.0 KiB`, `1.5 GiB`.
  static func bytes(_ value: UInt64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    guard value >= 1024 else { return "\(value) B" }
    var scaled = value
    var unit = 0
    while scaled >= 1024 * 1024, unit + 1 < units.count {
      scaled /= 1024
      unit += 1
    }
    let whole = scaled / 1024
    return whole >= 100
      ? "\(whole) \(units[unit])" : "\(tenths(scaled * 10 / 1024)) \(units[unit])"
  }

  private static func tenths(_ value: UInt64) -> String { "\(value / 10).\(value % 10)" }

  static func twoDigits(_ value: some BinaryInteger) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// The formats as display text: the result is ASCII except for the micro sign.
extension DisplayText {
  package static func duration(_ nanoseconds: UInt64, _ glyphs: Glyphs) -> DisplayText {
    DisplayText(untrusted: Format.duration(nanoseconds, micro: glyphs.micro.string).utf8)
  }

  static func age(_ nanoseconds: UInt64) -> DisplayText { DisplayText(untrusted: Format.age(nanoseconds).utf8) }

  package static func count(_ value: some BinaryInteger) -> DisplayText { DisplayText(number: value, grouped: true) }

  package static func bytes(_ value: UInt64) -> DisplayText { DisplayText(untrusted: Format.bytes(value).utf8) }

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
