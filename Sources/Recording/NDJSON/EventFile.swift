import Glibc

/// A file, or standard input, of events as NDJSON, read piece by piece.
///
/// It may be a FIFO or a pipe that is still being written to: each piece gives what has come so far.
public struct EventFile: ~Copyable {
  /// To wait on with `poll` or `epoll`; `read` blocks while it has nothing.
  public let descriptor: Int32
  /// The file as the user named it, `-` for standard input.
  public let path: String
  /// How long it was when it was opened, in bytes; nil where that says nothing, as of a pipe.
  public let length: Int?
  /// Bytes that were read.
  public private(set) var bytesRead = 0
  private var reader: JSONLineReader
  private var buffer: [UInt8]
  private var failure: RecordingError?
  private var hasEnded = false
  private var hasEvents = false
  /// The line, from 1, that the file ends within, as where its writer was killed or the disk was full: it is left out,
  /// and what comes before it is whole. Nil while the end was not reached, and of a file that is whole.
  public private(set) var cutLine: Int?

  /// What to tell the person about a cut line. The path in it is as the user typed it, as in `RecordingError`.
  public var notice: String? {
    cutLine.map { "\(RecordingError.name(of: path)) ends within line \($0), which is left out" }
  }

  /// Lines whose kind of event this version does not know, and which were passed over.
  public var unknownKinds: Int { reader.unknownKinds }

  /// - Parameter path: `-` for standard input.
  /// - Throws: `RecordingError.system` where it cannot be opened.
  ///
  /// Does not wait for a FIFO's writer: `read` does. The corresponding C function is `open`.
  public init(
    path: String, maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    if descriptor < 0 { throw .system(operation: "open", path: path, errno: errno) }
    self.descriptor = descriptor
    self.path = path
    var facts = stat()
    length = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
    reader = JSONLineReader(maximumLineLength: maximumLineLength)
    buffer = Array(repeating: 0, count: 256 << 10)
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Waits for the next piece of the file.
  /// - Returns: the events of the lines that it completes, which may be none; nil at the end.
  /// - Throws: what is wrong with the file; a last line that is cut is no fault behind at least one event, but a notice.
  ///   The events before the fault come first: they are returned, and the next call throws.
  ///
  /// The corresponding C function is `read`.
  public mutating func read() throws(RecordingError) -> [RecordedEvent]? {
    if let failure { throw failure }
    if hasEnded { return nil }
    var events: [RecordedEvent] = []
    do throws(JSONLineError) {
      let count = fill()
      if count > 0 {
        bytesRead += count
        try reader.read(buffer[..<count], into: &events)
      } else if failure == nil {
        hasEnded = true
        try reader.finish(into: &events)
      }
    } catch {
      // A file of one line that is no event is no recording at all.
      if error.kind == .cutOff, hasEvents { cutLine = error.line } else { failure = .line(path: path, error) }
    }
    hasEvents = hasEvents || !events.isEmpty
    if events.isEmpty, let failure { throw failure }
    return hasEnded && events.isEmpty ? nil : events
  }

  /// - Returns: how many bytes came; 0 at the end and after an error of the system, which is then kept in `failure`.
  private mutating func fill() -> Int {
    while true {
      // Before a FIFO's first writer a read finds an end, which this waits past.
      if length == nil {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
      }
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno == EINTR || errno == EAGAIN { continue }
      failure = .system(operation: "read", path: path, errno: errno)
      return 0
    }
  }
}
