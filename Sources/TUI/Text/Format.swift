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
