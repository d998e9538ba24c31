/// A time that the user typed in place of a pid.
enum TimeTarget: Hashable, Sendable {
  /// Nanoseconds from the shown moment: `-10s`, `+2m`.
  case offset(Int64)
  /// Nanoseconds since midnight: `05:28:57`, `05:28`, `05:28:57.250`.
  case timeOfDay(Int64)

  private static let second: Int64 = 1_000_000_000
  static let day = 86_400 * second

  /// What a time looks like, for errors.
  static let expected = "expected a pid, a time such as 05:28:57, or -10s or +2m"

  /// Whether a text is meant as a time.
  static func isMeant(by text: some StringProtocol) -> Bool {
    text.first == "+" || text.first == "-" || text.contains(":")
  }

  /// Reads a time.
  /// - Throws: `Prompt.Fault` with the column of the text.
  init(_ text: some StringProtocol) throws(Prompt.Fault) {
    let fault = Prompt.Fault(column: 1, message: Self.expected)
    guard let first = text.first else { throw fault }
    if first == "+" || first == "-" {
      guard let length = Self.length(text.dropFirst()) else {
        throw Prompt.Fault(column: 2, message: "expected a number and ms, s, m, h or d")
      }
      self = .offset(first == "-" ? -length : length)
    } else {
      guard let time = Self.timeOfDay(text) else { throw fault }
      self = .timeOfDay(time)
    }
  }

  /// A length of time: a number, which may have a fraction, and its unit; seconds without one.
  private static func length(_ text: some StringProtocol) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let unit: Double
    switch text.dropFirst(digits.count) {
    case "ms": unit = 1e6
    case "", "s": unit = 1e9
    case "m", "min": unit = 60e9
    case "h": unit = 3600e9
    case "d": unit = 86_400e9
    default: return nil
    }
    guard let number = Double(String(digits)), number * unit < 1e18 else { return nil }
    return Int64(number * unit)
  }

  private static func timeOfDay(_ text: some StringProtocol) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hour = number(parts[0], below: 24),
      let minute = number(parts[1], below: 60)
    else { return nil }
    var time = (hour * 3600 + minute * 60) * second
    if parts.count == 3 {
      let pieces = parts[2].split(separator: ".", omittingEmptySubsequences: false)
      guard pieces.count <= 2, let seconds = number(pieces[0], below: 60) else { return nil }
      time += seconds * second
      if pieces.count == 2 {
        guard pieces[1].allSatisfy({ $0.isASCII && $0.isNumber }), !pieces[1].isEmpty, pieces[1].count <= 9,
          let fraction = Double("0." + pieces[1])
        else { return nil }
        time += Int64((fraction * 1e9).rounded())
      }
    }
    return time
  }

  private static func number(_ text: some StringProtocol, below limit: Int64) -> Int64? {
    guard (1...2).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int64(text),
      value < limit
    else { return nil }
    return value
  }
}
