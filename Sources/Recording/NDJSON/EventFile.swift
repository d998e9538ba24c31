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
  /// The first bytes, to tell what it is where it is no recording.
  private var head: [UInt8] = []
  private var failure: RecordingError?
  private var hasEnded = false
  private var hasEvents = false
  /// The line, from 1, that the file ends within, as where its writer was killed or the disk was full: it is left out,
  /// and what comes before it is whole. Nil while the end was not reached, and of a file that is whole.
  public private(set) var cutLine: Int?

  /// What to tell the person once the end was reached: that nothing is in the file, and what was left out of it. The path
  /// in it is as the user typed it, as in `RecordingError`.
  public var notice: String? {
    let name = RecordingError.name(of: path)
    var parts: [String] = []
    if hasEnded, failure == nil, !hasEvents {
      let what = bytesRead == 0 ? "is empty" : "holds no event that this version knows"
      parts.append("\(what): a recording is what `execsnoop-top log --json` prints")
    }
    if let cutLine { parts.append("ends within line \(cutLine), which is left out") }
    if let first = reader.firstTooLongLine {
      let lines = reader.tooLongLines
      parts.append(
        lines == 1
          ? "has a line longer than \(reader.maximumLineLength) bytes, line \(first), which is left out"
          : "has \(lines) lines longer than \(reader.maximumLineLength) bytes, which are left out; line \(first) is the first"
      )
    }
    return parts.isEmpty ? nil : "\(name) \(parts.joined(separator: "; it "))"
  }

  /// Lines whose kind of event this version does not know, and which were passed over.
  public var unknownKinds: Int { reader.unknownKinds }

  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - name: the bytes of the path, where they are not those of the text, as of a name that is not UTF-8.
  /// - Throws: `RecordingError.system` where it cannot be opened.
  ///
  /// Does not wait for a FIFO's writer: `read` does. The corresponding C function is `open`.
  public init(
    path: String, named name: [UInt8]? = nil, maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let bytes = (name ?? Array(path.utf8)).map { CChar(bitPattern: $0) } + [0]
    let descriptor = path == "-" ? STDIN_FILENO : open(bytes, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
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
  /// - Throws: what is wrong with the file; a last line that is cut is no fault behind at least one event, but a notice,
  ///   and so is a line that is too long beside others.
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
        bytesRead &+= count
        if head.count < ForeignFormat.headLength {
          head.append(contentsOf: buffer[..<min(count, ForeignFormat.headLength &- head.count)])
        }
        try reader.read(buffer[..<count], into: &events)
      } else if failure == nil {
        hasEnded = true
        try reader.finish(into: &events)
        try refuseNothingButLongLines(hasEvents || !events.isEmpty)
      }
    } catch {
      hasEvents = hasEvents || !events.isEmpty
      // A file of one line that is no event is no recording at all.
      if error.kind == .cutOff, hasEvents { cutLine = error.line } else { failure = failure(of: error) }
    }
    hasEvents = hasEvents || !events.isEmpty
    if events.isEmpty, let failure { throw failure }
    return hasEnded && events.isEmpty ? nil : events
  }

  /// A file of nothing but lines that are too long is no recording.
  private func refuseNothingButLongLines(_ hasEvents: Bool) throws(JSONLineError) {
    guard !hasEvents, let line = reader.firstTooLongLine else { return }
    let bound = reader.maximumLineLength
    throw JSONLineError(
      kind: .tooLong, line: line, column: bound &+ 1, message: "expected the line's end within \(bound) bytes")
  }

  /// Where not even one event came, what the file is instead says more than the place where it stops being a recording.
  private func failure(of error: JSONLineError) -> RecordingError {
    if !hasEvents, error.kind != .tooLong, let format = ForeignFormat(of: head, fault: error) {
      return .foreign(path: path, format)
    }
    return .line(path: path, error)
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
