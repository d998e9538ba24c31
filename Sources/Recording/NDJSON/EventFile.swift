internal import Files
import Glibc

/// A file of events, or standard input, read piece by piece: a recording that is a database, lines of JSON, or the trace
/// of another program (`TraceFormat`). Lines may be compressed by gzip or zstd. The first bytes tell which.
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
  /// The lines of another program.
  private var trace: TraceLineReader?
  /// The files of strace -ff.
  private let set: StraceSet?
  /// The first decompressed bytes until they tell what they are; nil after that.
  private var undecided: [UInt8]? = []
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
    if let set {
      if hasEnded, failure == nil, !hasEvents { parts.append("has no process in its lines of strace's output") }
      parts += set.reader.notices
      return parts.isEmpty ? nil : "\(name) \(parts.joined(separator: "; it "))"
    }
    if let database {
      if hasEnded, failure == nil, !hasEvents { parts.append("holds no event") }
      if !database.isComplete {
        parts.append("is not complete: it is being recorded, or its recorder was killed or had no room")
      }
    } else if hasEnded, failure == nil, !hasEvents {
      if let trace, !head.isEmpty {
        parts.append("has no process in its lines of \(trace.format.title)")
        return "\(name) \((parts + trace.notices).joined(separator: "; it "))"
      }
      let what = head.isEmpty ? "is empty" : "has no event that this version knows"
      parts.append("\(what): make a recording with `execsnoop-top record`")
    }
    if let remark { parts.append(remark) }
    if let cutLine { parts.append("ends within line \(cutLine), which is left out") }
    if let trace { parts += trace.notices }
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

  /// Whether events may be missing at the end: the file is not complete, is cut, or has lines that are too long, or none
  /// that is an event. A notice may also tell of what its format does not have.
  public var lacksEvents: Bool {
    if hasEnded, !hasEvents { return true }
    if let database, !database.isComplete { return true }
    if let set { return set.reader.lacksEvents }
    return remark != nil || cutLine != nil || reader.firstTooLongLine != nil || trace?.lacksEvents ?? false
  }

  /// How many lines were ignored because this version does not know their kind of event.
  public var unknownKinds: Int { reader.unknownKinds }

  /// Opens a file (`open`). It does not wait for the writer of a FIFO: `read` does. A name in place of those of the files
  /// that `strace -ff` wrote, and the directory with them, opens all of them.
  /// - Parameters:
  ///   - path: `-` for standard input.
  ///   - name: the bytes of the path, where the path is not UTF-8.
  ///   - format: the format of the lines; found from the first of them when left out.
  /// - Throws: `RecordingError.system` where it cannot be opened.
  public init(
    path: String, named name: [UInt8]? = nil, format: TraceFormat? = nil,
    maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let bytes = (name ?? Array(path.utf8)).map { CChar(bitPattern: $0) } + [0]
    var descriptor = path == "-" ? STDIN_FILENO : open(bytes, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    var number = errno
    var shown = path
    var set: StraceSet?
    if path != "-", format == nil || format == .strace,
      let files = try Self.files(name ?? Array(path.utf8), path, descriptor, errno: number)
    {
      let found = StraceSet(StraceSetReader(files, maximumLineLength: maximumLineLength))
      if descriptor >= 0 { close(descriptor) }
      (descriptor, number, shown) = (found.reader.open(), errno, found.reader.name)
      set = found
    }
    if descriptor < 0 { throw .system(operation: "open", path: path, errno: number) }
    database = set == nil ? try Self.database(descriptor, path, named: name) : nil
    self.set = set
    self.descriptor = descriptor
    self.path = shown
    var facts = stat()
    let isFile = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    length = set?.reader.length ?? (isFile ? Int(facts.st_size) : nil)
    reader = JSONLineReader(maximumLineLength: maximumLineLength)
    if let format, set == nil {
      trace = TraceLineReader(format, named: Array(path.utf8), maximumLineLength: maximumLineLength)
      undecided = nil
    }
    buffer = Array(repeating: 0, count: database == nil && set == nil ? 256 << 10 : 0)
  }

  /// Opens the files of strace -ff as one trace.
  /// - Throws: `RecordingError.system` where the first one cannot be opened.
  public init(
    _ files: StraceFiles, maximumLineLength: Int = JSONLineReader.defaultMaximumLineLength
  ) throws(RecordingError) {
    let set = StraceSet(StraceSetReader(files, maximumLineLength: maximumLineLength))
    descriptor = set.reader.open()
    if descriptor < 0 { throw .system(operation: "open", path: set.reader.name, errno: errno) }
    path = set.reader.name
    length = set.reader.length
    reader = JSONLineReader(maximumLineLength: maximumLineLength)
    buffer = []
    database = nil
    self.set = set
  }

  /// The files of strace -ff that a name stands for: it is no file, or a directory; nil for none.
  /// - Throws: `RecordingError.foreign` for a directory with several sets.
  private static func files(
    _ name: [UInt8], _ path: String, _ descriptor: Int32, errno: Int32
  ) throws(RecordingError) -> StraceFiles? {
    guard descriptor >= 0 else { return errno == ENOENT ? StraceFiles(prefix: name) : nil }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return nil }
    let sets = StraceFiles.sets(inDirectory: name)
    guard sets.count > 1 else { return sets.first }
    let names = sets.prefix(3).map { String(decoding: $0.prefix, as: UTF8.self) }.joined(separator: ", ")
    let more = sets.count > 3 ? ", …" : ""
    close(descriptor)
    throw .foreign(
      path: path,
      ForeignFormat(
        "is a directory with \(sets.count) traces of strace -ff", advice: "name one of them: \(names)\(more)"))
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
    if set != nil { return try readSet() }
    var events: [RecordedEvent] = []
    do throws(JSONLineError) {
      if let count = fill() {
        if count > 0, head.count < ForeignFormat.headLength {
          head.append(contentsOf: buffer[..<min(count, ForeignFormat.headLength &- head.count)])
        }
        try readLines(buffer[..<count], into: &events)
      } else if failure == nil {
        hasEnded = true
        if undecided != nil { try decide(isWhole: true, into: &events) }
        if trace != nil {
          finishTrace(into: &events)
        } else {
          try reader.finish(into: &events)
          try requireEventBesideLongLines(hasEvents || !events.isEmpty)
        }
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

  /// Reads decompressed bytes, once it is known what they are.
  private mutating func readLines(
    _ bytes: ArraySlice<UInt8>, into events: inout [RecordedEvent]
  ) throws(JSONLineError) {
    if undecided != nil {
      undecided?.append(contentsOf: bytes)
      try decide(isWhole: false, into: &events)
    } else if trace != nil {
      trace?.read(bytes, into: &events)
    } else {
      try reader.read(bytes, into: &events)
    }
  }

  /// Finds what the first bytes are, and reads them.
  private mutating func decide(isWhole: Bool, into events: inout [RecordedEvent]) throws(JSONLineError) {
    guard let first = undecided, let guess = FormatGuess(first, isWhole: isWhole) else { return }
    undecided = nil
    if case .trace(let format) = guess {
      trace = TraceLineReader(format, named: Array(path.utf8), maximumLineLength: reader.maximumLineLength)
    }
    try readLines(first[...], into: &events)
  }

  /// Ends the lines of another program. A file without one line of the format is not a trace.
  private mutating func finishTrace(into events: inout [RecordedEvent]) {
    trace?.finish(into: &events)
    guard let trace, !hasEvents, events.isEmpty, trace.foreignLines > 0, trace.knownLines == 0 else { return }
    failure = .foreign(path: path, ForeignFormat(notOf: trace.format))
  }

  private mutating func readSet() throws(RecordingError) -> [RecordedEvent]? {
    guard let set else { return nil }
    defer { bytesRead = set.reader.bytesRead }
    var events: [RecordedEvent] = []
    do throws(RecordingError) {
      hasEnded = try !set.reader.read(into: &events)
    } catch { failure = error }
    hasEvents = hasEvents || !events.isEmpty
    if hasEnded, !hasEvents, set.reader.isForeign { failure = .foreign(path: path, ForeignFormat(notOf: .strace)) }
    if events.isEmpty, let failure { throw failure }
    return hasEnded ? nil : events
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

/// The reader of a set of strace -ff, which is large and rare.
private final class StraceSet {
  var reader: StraceSetReader

  init(_ reader: StraceSetReader) { self.reader = reader }
}
