public import ProcessTree

/// One line of a stream of events.
public struct RecordedEvent: Sendable, Hashable {
  public var event: ProcessEvent
  /// The line's `seq`, where it has one. A gap means that lines are missing.
  public var sequence: UInt64?
  /// The line's `ts` in nanoseconds since 1970 UTC, where it has one.
  public var wallTime: Int64?

  /// What has to be added to nanoseconds since boot to get nanoseconds since 1970 UTC on the machine that recorded,
  /// as its clock stood then; nil where the line has no `ts`.
  public var wallOffset: Int64? {
    guard let wallTime, let boot = Int64(exactly: event.time) else { return nil }
    let (offset, overflow) = wallTime.subtractingReportingOverflow(boot)
    return overflow ? nil : offset
  }

  public init(event: ProcessEvent, sequence: UInt64? = nil, wallTime: Int64? = nil) {
    self.event = event
    self.sequence = sequence
    self.wallTime = wallTime
  }
}

/// Why a line is no event.
public struct JSONLineError: Error, Hashable, Sendable {
  public enum Kind: Sendable, Hashable {
    /// The line is there in full and is wrong.
    case malformed
    /// The input ended inside the line, as when its writer was cut off. What came before it is whole.
    case cutOff
    /// The line is longer than the reader's bound.
    case tooLong
  }

  public var kind: Kind
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int
  /// What was expected there. Text of our own: nothing of the line is in it.
  public var message: String

  public init(kind: Kind, line: Int, column: Int, message: String) {
    self.kind = kind
    self.line = line
    self.column = column
    self.message = message
  }
}

extension JSONLineError: CustomStringConvertible {
  public var description: String {
    let place = "line \(line), column \(column): \(message)"
    return kind == .cutOff ? "\(place) (the input ends within this line)" : place
  }
}
