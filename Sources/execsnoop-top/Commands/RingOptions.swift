import ArgumentParser
import Filtering
import Recording

/// The options that bound a recording: the oldest processes are forgotten.
struct RingOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Forget the oldest processes, so that the recording takes at most this size: a number with K, M or G, at least "
        + "\(ByteSize(bytes: RecordingRing.smallest)).",
      valueName: "size"),
    transform: Self.size)
  var ring: ByteSize?

  @Option(
    name: .customLong("ring-time"),
    help: ArgumentHelp(
      "Forget processes that exited longer ago than this: a number with s, m, h or d.", valueName: "time"),
    transform: TimeSpan.parsed)
  var time: TimeSpan?

  /// The bounds; nil where nothing is forgotten.
  var bounds: RecordingRing? {
    ring == nil && time == nil ? nil : RecordingRing(bytes: ring?.bytes, nanoseconds: time?.nanoseconds)
  }

  private static func size(_ text: String) throws -> ByteSize {
    guard let size = ByteSize(text), size.bytes >= RecordingRing.smallest else {
      let smallest = ByteSize(bytes: RecordingRing.smallest)
      throw ValidationError("expected a size of at least \(smallest), such as 200M or 2G")
    }
    return size
  }
}

/// The options that end a recording at an event.
struct UntilOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "End the recording after the first exec, failed exec or exit that matches. Exits with 0 if one did, and with 3 if "
        + "the command ended before.", valueName: "expr"))
  var until: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --until: record this much longer, a number with s, m, h or d. (default: 1s)", valueName: "time"),
    transform: TimeSpan.parsedOrZero)
  var after: TimeSpan?

  mutating func validate() throws {
    _ = try condition()
    if after != nil, until == nil { throw ValidationError("--after needs --until") }
  }

  /// The condition that ends the recording; nil for none.
  func condition() throws -> Filter? {
    try until.map { try TraceOptions.parse(filter: $0, of: "--until", empty: "remove it to record until Ctrl-C") }
  }
}

/// A time as a user types it: a number, and `s`, `m`, `h` or `d`, as in `30s`.
struct TimeSpan: Sendable {
  let nanoseconds: UInt64

  static let second = TimeSpan(nanoseconds: 1_000_000_000)

  static func parsed(_ text: String) throws -> TimeSpan {
    let span = try parsedOrZero(text)
    return span.nanoseconds > 0 ? span : try invalid()
  }

  private static func invalid() throws -> TimeSpan {
    throw ValidationError("expected a time such as 30s, 10m, 2h or 7d")
  }

  static func parsedOrZero(_ text: String) throws -> TimeSpan {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let number = UInt64(digits), let unit = units[text.dropFirst(digits.count)],
      number <= 36_500 * 86_400 / unit
    else { return try invalid() }
    return TimeSpan(nanoseconds: number * unit * 1_000_000_000)
  }
}
