import Glibc

/// A file, or standard input, of events as NDJSON, read piece by piece.
///
/// It may be a FIFO or a pipe that is still being written to: each piece gives what has come so far.
public struct EventFile: ~Copyable {
  /// To wait on with `poll` or `epoll`; `read` blocks while it has nothing.
  public let descriptor: Int32
  /// The file as the user named it, `-` for standard input.
  public let path: String
  private var reader: JSONLineReader
  private var buffer: [UInt8]
  private var failure: RecordingError?
  private var hasEnded = false

  /// Lines whose kind of event this version does not know, and which were passed over.
  public var unknownKinds: Int { reader.unknownKinds }

  /// - Parameter path: `-` for standard input.
  /// - Throws: `RecordingError.system` where it cannot be opened.
  ///
  /// The corresponding C function is `open`.
  public init(
    path: String, maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    if descriptor < 0 { throw .system(operation: "open", path: path, errno: errno) }
    self.descriptor = descriptor
    self.path = path
    reader = JSONLineReader(maximumLineLength: maximumLineLength)
    buffer = Array(repeating: 0, count: 256 << 10)
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Waits for the next piece of the file.
  /// - Returns: the events of the lines that it completes, which may be none; nil at the end.
  /// - Throws: what is wrong with the file. The events before the fault come first: they are returned, and the next
  ///   call throws.
  ///
  /// The corresponding C function is `read`.
  public mutating func read() throws(RecordingError) -> [RecordedEvent]? {
    if let failure { throw failure }
    if hasEnded { return nil }
    var events: [RecordedEvent] = []
    do throws(JSONLineError) {
      let count = fill()
      if count > 0 {
        try reader.read(buffer[..<count], into: &events)
      } else if failure == nil {
        hasEnded = true
        try reader.finish(into: &events)
      }
    } catch {
      failure = .line(path: path, error)
    }
    if events.isEmpty, let failure { throw failure }
    return hasEnded && events.isEmpty ? nil : events
  }

  /// - Returns: how many bytes came; 0 at the end and after an error of the system, which is then kept in `failure`.
  private mutating func fill() -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno == EINTR { continue }
      failure = .system(operation: "read", path: path, errno: errno)
      return 0
    }
  }
}
