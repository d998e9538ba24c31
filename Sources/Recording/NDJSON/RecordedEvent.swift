public import Events

/// One line of a stream of events.
public struct RecordedEvent: Sendable, Hashable {
  public var event: ProcessEvent
  /// The `seq` of the line; nil without one. A gap means that lines are missing.
  public var sequence: UInt64?
  /// The `ts` of the line in nanoseconds since 1970 UTC; nil without one.
  public var wallTime: Int64?

  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC, as the recording machine's clock was set
  /// then; nil where the line has no `ts`.
  public var wallOffset: Int64? {
    guard let wallTime, let boot = Int64(exactly: event.time) else { return nil }
    let (offset, overflow) = wallTime.subtractingReportingOverflow(boot)
    return overflow ? nil : offset
  }

  /// An event with the line's `seq` and `ts`, where it has them.
  public init(event: ProcessEvent, sequence: UInt64? = nil, wallTime: Int64? = nil) {
    self.event = event
    self.sequence = sequence
    self.wallTime = wallTime
  }
}

/// Why a line is not an event.
public struct JSONLineError: Error, Hashable, Sendable {
  public enum Kind: Sendable, Hashable {
    /// The line is complete and wrong.
    case malformed
    /// The input ended within the line, as when its writer was killed. The lines before it are complete.
    case cutOff
    /// The line is longer than the reader's bound.
    case tooLong
  }

  /// What kind of fault it is.
  public var kind: Kind
  /// The number of the line, from 1.
  public var line: Int
  /// The column, from 1, in bytes.
  public var column: Int
  /// What was expected there. It contains no text of the line.
  public var message: String

  /// A fault in a line.
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
