internal import Files
import Glibc

/// A file of events, or standard input, read piece by piece: a recording that is a database, or lines of JSON. The first
/// bytes tell which.
///
/// Lines may come by a FIFO or a pipe. Then each piece has the events that have arrived.
public struct EventFile: ~Copyable {
  /// For `poll` or `epoll`; `read` blocks while nothing is available.
  public let descriptor: Int32
  /// The file as the user named it, `-` for standard input.
  public let path: String
  /// The machine on which it was recorded; nil where the file does not tell, as lines of JSON.
  public var host: RecordedHost? { database?.host }
  /// Its size in bytes when it was opened; nil where it has none, as a pipe.
  public let length: Int?
  /// How many bytes were read.
  public private(set) var bytesRead = 0
  private var reader: JSONLineReader
  private var buffer: [UInt8]
  /// The first bytes, for `ForeignFormat`.
  private var head: [UInt8] = []
  private var failure: RecordingError?
  private var hasEnded = false
  private var hasEvents = false
  /// The database where the file is one.
  private let database: DatabaseReader?
  /// The number, from 1, of a last line that is incomplete, as after a killed writer or a full disk. The line is
  /// ignored; the lines before it are complete. Nil for a complete file, and before the end is reached.
  public private(set) var cutLine: Int?

  /// A message for the user at the end: the file has no events, or lines were ignored. It contains the path as the user
  /// typed it, as in `RecordingError`. Nil if there is nothing to report.
  public var notice: String? {
    let name = RecordingError.name(of: path)
    var parts: [String] = []
    if let database {
      if hasEnded, failure == nil, !hasEvents { parts.append("holds no event") }
      if !database.isComplete {
        parts.append("is not complete: it is being recorded, or its recorder was killed or had no room")
      }
    } else if hasEnded, failure == nil, !hasEvents {
      let what = bytesRead == 0 ? "is empty" : "has no event that this version knows"
      parts.append("\(what): make a recording with `execsnoop-top record`")
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

  /// How many lines were ignored because this version does not know their kind of event.
  public var unknownKinds: Int { reader.unknownKinds }

  /// Opens a file (`open`). It does not wait for the writer of a FIFO: `read` does.
  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - name: the bytes of the path, where the path is not UTF-8.
  /// - Throws: `RecordingError.system` where it cannot be opened.
  public init(
    path: String, named name: [UInt8]? = nil, maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let bytes = (name ?? Array(path.utf8)).map { CChar(bitPattern: $0) } + [0]
    let descriptor = path == "-" ? STDIN_FILENO : open(bytes, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    if descriptor < 0 { throw .system(operation: "open", path: path, errno: errno) }
    database = try Self.database(descriptor, path, named: name)
    self.descriptor = descriptor
    self.path = path
    var facts = stat()
    length = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG ? Int(facts.st_size) : nil
    reader = JSONLineReader(maximumLineLength: maximumLineLength)
    buffer = Array(repeating: 0, count: database == nil ? 256 << 10 : 0)
  }

  /// The database in a file that is one; closes the file where that is not a recording.
  private static func database(
    _ descriptor: Int32, _ path: String, named name: [UInt8]?
  ) throws(RecordingError) -> DatabaseReader? {
    guard isDatabase(descriptor) else { return nil }
    do throws(RecordingError) {
      // SQLite opens files by their names.
      return try DatabaseReader(
        path: path, at: path == "-" ? Array("/proc/self/fd/\(STDIN_FILENO)".utf8) : name ?? Array(path.utf8))
    } catch {
      if path != "-" { close(descriptor) }
      throw error
    }
  }

  /// Whether a file starts as an SQLite database does.
  private static func isDatabase(_ descriptor: Int32) -> Bool {
    (try? FileDescriptor(descriptor).bytes(at: 0, count: DatabaseReader.signature.count)) == DatabaseReader.signature
  }

  deinit {
    // A file that is closed loses the locks that SQLite has on it.
    database?.close()
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// Waits for the next piece of the file (`read`).
  /// - Returns: the events of the lines that the piece completes, possibly none; nil at the end.
  /// - Throws: `RecordingError`. Events before a fault are returned first, and the next call throws. An incomplete last
  ///   line after at least one event is not an error, but is reported in `notice`; so are lines that are too long, if
  ///   there are others.
  public mutating func read() throws(RecordingError) -> [RecordedEvent]? {
    if let failure { throw failure }
    if hasEnded { return nil }
    if let database { return try read(database) }
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
        try requireEventBesideLongLines(hasEvents || !events.isEmpty)
      }
    } catch {
      hasEvents = hasEvents || !events.isEmpty
      // A file with one line that is not an event is not a recording.
      if error.kind == .cutOff, hasEvents { cutLine = error.line } else { failure = failure(of: error) }
    }
    hasEvents = hasEvents || !events.isEmpty
    if events.isEmpty, let failure { throw failure }
    return hasEnded && events.isEmpty ? nil : events
  }

  private mutating func read(_ database: DatabaseReader) throws(RecordingError) -> [RecordedEvent]? {
    defer { bytesRead = hasEnded ? length ?? 0 : database.bytesRead(of: length ?? 0) }
    do throws(RecordingError) {
      guard let events = try database.read() else {
        hasEnded = true
        return nil
      }
      hasEvents = true
      return events
    } catch {
      failure = error
      throw error
    }
  }

  /// Throws if all lines of the file are too long: then it is not a recording.
  private func requireEventBesideLongLines(_ hasEvents: Bool) throws(JSONLineError) {
    guard !hasEvents, let line = reader.firstTooLongLine else { return }
    let bound = reader.maximumLineLength
    throw JSONLineError(
      kind: .tooLong, line: line, column: bound &+ 1, message: "expected the line's end within \(bound) bytes")
  }

  /// The error to report: if no event was read, the file's format helps more than the place of the fault.
  private func failure(of error: JSONLineError) -> RecordingError {
    if !hasEvents, error.kind != .tooLong, let format = ForeignFormat(of: head, fault: error) {
      return .foreign(path: path, format)
    }
    return .line(path: path, error)
  }

  /// Reads into the buffer.
  /// - Returns: how many bytes were read; 0 at the end and after a system error, which is then in `failure`.
  private mutating func fill() -> Int {
    while true {
      // Before the first writer opens a FIFO, a read returns 0 bytes. This waits for the writer.
      if length == nil {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
      }
      do {
        return try FileDescriptor(descriptor).read(into: &buffer)
      } catch {
        if error.number == EAGAIN { continue }
        failure = .system(operation: "read", path: path, errno: error.number)
        return 0
      }
    }
  }
}
