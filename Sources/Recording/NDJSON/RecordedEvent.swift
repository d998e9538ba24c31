public import Events
internal import Files
internal import Glibc

/// One line of a stream of events.
public struct RecordedEvent: Sendable, Hashable {
  /// The event.
  public var event: ProcessEvent
  /// The `seq` of the line; nil without one. A gap means that lines are missing.
  public var sequence: UInt64?
  /// The `ts` of the line in nanoseconds since 1970 UTC; nil without one.
  public var wallTime: Int64?
  /// The machine that the line names; nil where it names none.
  public var host: RecordedHost?

  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC, as the recording machine's clock was set
  /// then; nil where the line has no `ts`.
  public var wallOffset: Int64? {
    guard let wallTime, let boot = Int64(exactly: event.time) else { return nil }
    let (offset, overflow) = wallTime.subtractingReportingOverflow(boot)
    return overflow ? nil : offset
  }

  /// An event with the line's `seq` and `ts`, if it has them.
  public init(
    event: ProcessEvent, sequence: UInt64? = nil, wallTime: Int64? = nil, host: RecordedHost? = nil
  ) {
    self.event = event
    self.host = host
    self.sequence = sequence
    self.wallTime = wallTime
  }
}

/// The machine on which events were recorded.
public struct RecordedHost: Sendable, Hashable {
  /// The name of uname(2); empty where unknown.
  public var name: RawBytes
  /// The boot id of /proc/sys/kernel/random/boot_id; empty where unknown.
  public var boot: RawBytes

  /// A machine; empty where unknown.
  public init(name: RawBytes, boot: RawBytes) {
    self.name = name
    self.boot = boot
  }

  /// The longest name of a machine that is read, in bytes: DNS has 253.
  static let nameLimit = 1024

  /// The machine that a trace of another program names; nil for an empty name.
  init?(ofTrace name: [UInt8]) {
    if name.isEmpty { return nil }
    self.init(name: RawBytes(name), boot: RawBytes([]))
  }

  /// This machine (`uname`, /proc/sys/kernel/random/boot_id).
  public static func ofThisMachine() -> RecordedHost {
    var system = utsname()
    let isKnown = uname(&system) == 0
    let name = withUnsafeBytes(of: &system.nodename) { Array($0.prefix { $0 != 0 }) }
    let boot = (try? FileDescriptor.contents(of: "/proc/sys/kernel/random/boot_id", limit: 64)) ?? []
    return RecordedHost(
      name: RawBytes(isKnown ? name : []), boot: RawBytes(Array(boot.prefix { $0 != UInt8(ascii: "\n") })))
  }
}

/// Why a line is not an event.
public struct JSONLineError: Error, Hashable, Sendable {
  /// The kind of an error.
  public enum Kind: Sendable, Hashable {
    /// The line is complete and wrong.
    case malformed
    /// The input ended within the line, as when its writer was killed. The lines before it are complete.
    case cutOff
    /// The line is longer than the reader's bound.
    case tooLong
  }

  /// The kind of the error.
  public var kind: Kind
  /// The number of the line, from 1.
  public var line: Int
  /// The column, from 1, in bytes.
  public var column: Int
  /// The error, such as what was expected there. It contains no text of the line.
  public var message: String

  /// An error in a line.
  public init(kind: Kind, line: Int, column: Int, message: String) {
    self.kind = kind
    self.line = line
    self.column = column
    self.message = message
  }
}

extension JSONLineError: CustomStringConvertible {
  /// One line: the line, the column, and what was expected there.
  public var description: String {
    let place = "line \(line), column \(column): \(message)"
    return kind == .cutOff ? "\(place) (the input ends within this line)" : place
  }
}

/// The wall clock of the recording machine, derived from the times of the events. It has a step where the clock was
/// set.
public struct RecordedClock: Sendable {
  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC; nil while no event had a `ts`.
  public private(set) var offsets: Steps<UInt64, Int64>?
  /// The largest difference that is not a step, in nanoseconds: other programs may write times to the millisecond, or
  /// coarser.
  private var tolerance: UInt64 = 10_000_000

  private static let stepLimit = 1024

  /// A clock without readings.
  public init() {}

  /// Adds the times of an event. - Complexity: O(log(steps)).
  public mutating func observe(_ event: RecordedEvent) {
    guard let offset = event.wallOffset else { return }
    guard let known = offsets else {
      offsets = Steps(offset)
      return
    }
    let time = event.event.time
    guard Steps<UInt64, Int64>.distance(offset, known.value(at: time)) > tolerance,
      known.lastChange.map({ time > $0 }) ?? true
    else { return }
    offsets?.append(offset, from: time)
    while let count = offsets?.count, count > Self.stepLimit, tolerance < .max / 2 {
      tolerance &*= 2
      offsets?.forget(smallerThan: tolerance)
    }
  }
}
