/// A stream that processes print to.
public enum OutputStream: UInt8, Hashable, Sendable, CaseIterable {
  /// Standard output, and whatever else is not standard error.
  case output
  /// Standard error.
  case error
}

/// Bytes that a process wrote to a stream at one time. Stores of output take these, wherever they come from.
///
/// The bytes are any bytes: a piece may end within a line, within an escape sequence, or within a character.
public struct WrittenOutput: Hashable, Sendable {
  /// The process that wrote them; nil if that is unknown, as for bytes that were read from a pipe which several
  /// processes share.
  public var process: ProcessID?
  public var stream: OutputStream
  /// Nanoseconds since boot.
  public var time: UInt64
  public var bytes: [UInt8]

  /// All values.
  public init(process: ProcessID?, stream: OutputStream, time: UInt64, bytes: [UInt8]) {
    self.process = process
    self.stream = stream
    self.time = time
    self.bytes = bytes
  }
}
