internal import Files
import Glibc

/// A file of events, or standard input, read piece by piece: a recording that is a database, or lines of JSON, which may
/// be compressed by gzip or zstd. The first bytes tell which.
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
  /// The first bytes until they tell what follows; nil after that.
  private var start: [UInt8]? = []
  private var compressed: CompressedBytes?
  /// What is wrong with the compressed bytes, where the lines before it count.
  private var remark: String?
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
      let what = head.isEmpty ? "is empty" : "has no event that this version knows"
      parts.append("\(what): make a recording with `execsnoop-top record`")
    }
    if let remark { parts.append(remark) }
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
      if let count = fill() {
        if count > 0, head.count < ForeignFormat.headLength {
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
    if hasEnded, failure == nil { requireEventBeforeRemark() }
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
    if let compressed, head.starts(with: DatabaseReader.signature) {
      // SQLite reads at any place of a file.
      let program = compressed.format == .gzip ? "zcat" : "zstdcat"
      return .compressed(path: path, " is a compressed database: decompress it first: \(program) FILE >run.db")
    }
    if !hasEvents, error.kind != .tooLong, let format = ForeignFormat(of: head, fault: error) {
      return .foreign(path: path, format)
    }
    return .line(path: path, error)
  }

  /// Whether `read` has something to do without waiting for the file.
  public var hasMore: Bool { compressed?.hasMore ?? false }
}

// MARK: - Bytes

extension EventFile {
  /// Fills the buffer with the next bytes of lines.
  /// - Returns: how many bytes, possibly none; nil at the end and after an error, which is then in `failure`.
  private mutating func fill() -> Int? {
    guard start == nil else { return fillFirst() }
    return compressed == nil ? readFile() : decompress()
  }

  /// Reads the first bytes, until they tell what the file is.
  private mutating func fillFirst() -> Int? {
    let count = readFile()
    let first = (start ?? []) + buffer[..<(count ?? 0)]
    start = count != nil && CompressionFormat.needsMore(than: first) ? first : nil
    if start != nil { return 0 }
    if let format = CompressionFormat(of: first) {
      compressed = CompressedBytes(format, start: first)
      return failure == nil ? decompress() : nil
    }
    if first.count > count ?? 0 { buffer = first + buffer }
    return first.isEmpty ? nil : first.count
  }

  private mutating func decompress() -> Int? {
    guard var compressed else { return nil }
    // Only one of them holds the bytes, or each call would copy them.
    self.compressed = nil
    defer { self.compressed = compressed }
    do throws(DecompressionFault) {
      if !compressed.hasMore {
        guard let count = readFile() else {
          if !compressed.isAtEnd, failure == nil {
            remark = "ends within its \(compressed.format) data, after byte \(compressed.place)"
          }
          return nil
        }
        compressed.add(buffer[..<count])
      }
      return try compressed.next(into: &buffer)
    } catch {
      report(error, compressed.format, at: compressed.place)
      return nil
    }
  }

  private mutating func report(_ fault: DecompressionFault, _ format: CompressionFormat, at place: Int) {
    let line = reader.lineCount &+ 1
    switch fault {
    case .trailing: remark = "has other data after its \(format) data, from byte \(place &+ 1) on, which is left out"
    case .damaged(let what):
      failure = .compressed(
        path: path,
        " is damaged: its \(format) data is wrong near byte \(place), in line \(line) (\(what)): "
          + "what comes before was read")
    case .tooLarge(let what): failure = .compressed(path: path, " cannot be decompressed \(what)")
    }
  }

  /// A compressed file with a fault before its first event is not a recording.
  private mutating func requireEventBeforeRemark() {
    guard !hasEvents, let remark else { return }
    failure = .compressed(path: path, " \(remark), and has no event before that: make it again")
  }

  /// Reads from the file into the buffer.
  /// - Returns: how many bytes were read; nil at the end and after a system error, which is then in `failure`.
  private mutating func readFile() -> Int? {
    while true {
      // Before the first writer opens a FIFO, a read returns 0 bytes. This waits for the writer.
      if length == nil {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
      }
      do {
        let count = try FileDescriptor(descriptor).read(into: &buffer)
        bytesRead &+= count
        return count == 0 ? nil : count
      } catch {
        if error.number == EAGAIN { continue }
        failure = .system(operation: "read", path: path, errno: error.number)
        return nil
      }
    }
  }
}
