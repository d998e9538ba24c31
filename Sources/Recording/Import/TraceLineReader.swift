internal import Events
internal import Glibc

/// Splits the trace of another program into lines, and passes them to its importer. The pieces of the stream may end
/// anywhere.
///
/// Lines that are not of the format, and lines longer than the bound, are left out and counted.
struct TraceLineReader: Sendable {
  /// The format of the trace.
  let format: TraceFormat
  /// The bound on a line in bytes.
  let maximumLineLength: Int
  /// How many lines were read completely.
  private(set) var lineCount = 0
  /// How many lines are of the format.
  private(set) var knownLines = 0
  /// How many lines are not of the format.
  private(set) var foreignLines = 0
  /// The number of the first of them, from 1.
  private(set) var firstForeignLine: Int?
  /// How many lines are longer than the bound.
  private(set) var tooLongLines = 0
  /// The number of the first of them, from 1.
  private(set) var firstTooLongLine: Int?
  /// The number of a last line without an end that was left out.
  private(set) var cutLine: Int?

  private var hasEnded = false
  private var hasProcesses = false
  private var hasExits = false

  private var importer: any TraceImporter
  /// The start of a line whose end has not arrived.
  private var rest: [UInt8] = []
  /// Whether the present line is too long, so that the rest of it is dropped.
  private var isSkipping = false

  /// - Parameter name: that of the file.
  init(_ format: TraceFormat, named name: [UInt8], maximumLineLength: Int) {
    self.format = format
    self.maximumLineLength = maximumLineLength
    importer = format.importer.init()
    importer.setName(name)
  }

  /// What the trace lacked.
  var remarks: ImportRemarks { importer.remarks }

  /// Whether events may be missing.
  var lacksEvents: Bool { cutLine != nil || tooLongLines > 0 || remarks.dropped > 0 || remarks.isCut }

  /// What the user should know at the end, each as the rest of a sentence that starts with the name of the file.
  var notices: [String] {
    var parts: [String] = []
    if let first = firstForeignLine {
      let rest = foreignLines == 1 ? "which is left out" : "the first of \(foreignLines) such lines, which are left out"
      parts.append("is read as \(format.title), but line \(first) is not of it, \(rest)")
    }
    if let cutLine { parts.append("ends within line \(cutLine), which is left out") }
    if let first = firstTooLongLine {
      parts.append(
        tooLongLines == 1
          ? "has a line longer than \(maximumLineLength) bytes, line \(first), which is left out"
          : "has \(tooLongLines) lines longer than \(maximumLineLength) bytes, which are left out; "
            + "line \(first) is the first")
    }
    let remarks = remarks
    if remarks.dropped > 0 { parts.append("has \(remarks.dropped) incomplete events, which are left out") }
    if remarks.hasNoTimes { parts.append("has no times: only the order of its events is known") }
    if hasEnded, hasProcesses, !hasExits { parts.append("has no exits: which of its processes have ended is unknown") }
    return parts
  }

  /// Reads the next bytes of the stream. - Complexity: O(bytes).
  mutating func read(_ chunk: ArraySlice<UInt8>, into events: inout [RecordedEvent]) {
    let count = events.count
    defer {
      ImportBounds.apply(to: &events, from: count)
      look(at: events[count...])
    }
    var position = chunk.startIndex
    while let end = Self.lineEnd(in: chunk, from: position) {
      if isSkipping || end &- position > maximumLineLength &- rest.count {
        startSkipping()
        endSkipping()
      } else if rest.isEmpty {
        line(chunk[position..<end], into: &events)
      } else {
        rest.append(contentsOf: chunk[position..<end])
        let whole = rest
        rest = []
        line(whole[...], into: &events)
      }
      position = end &+ 1
    }
    if isSkipping { return }
    if chunk.endIndex &- position > maximumLineLength &- rest.count { return startSkipping() }
    rest.append(contentsOf: chunk[position...])
  }

  /// Ends the stream.
  mutating func finish(into events: inout [RecordedEvent]) {
    let count = events.count
    defer {
      ImportBounds.apply(to: &events, from: count)
      look(at: events[count...])
      hasEnded = true
    }
    if isSkipping {
      endSkipping()
    } else if !rest.isEmpty {
      let (before, whole) = (foreignLines, rest)
      rest = []
      if format.importer.needsLineEnd {
        lineCount &+= 1
        cutLine = lineCount
      } else {
        line(whole[...], into: &events)
        if foreignLines > before {
          cutLine = lineCount
          foreignLines = before
          if firstForeignLine == lineCount { firstForeignLine = nil }
        }
      }
    }
    importer.finish(into: &events)
    if cutLine == nil, importer.remarks.isCut { cutLine = lineCount }
  }

  /// Looks whether the trace tells of exits.
  private mutating func look(at events: ArraySlice<RecordedEvent>) {
    if hasExits { return }
    hasProcesses = hasProcesses || !events.isEmpty
    hasExits = events.contains { $0.event.isOfEnd }
  }

  private mutating func line(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) {
    lineCount &+= 1
    var line = line.last == 0x0d ? line.dropLast() : line
    if lineCount == 1, line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
    // Most lines have text at once.
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return }
    if importer.read(line, into: &events) {
      knownLines &+= 1
      return
    }
    foreignLines &+= 1
    if firstForeignLine == nil { firstForeignLine = lineCount }
  }

  private mutating func startSkipping() {
    rest = []
    isSkipping = true
  }

  private mutating func endSkipping() {
    isSkipping = false
    lineCount &+= 1
    tooLongLines &+= 1
    if firstTooLongLine == nil { firstTooLongLine = lineCount }
  }

  /// The next line end (`memchr`).
  private static func lineEnd(in chunk: ArraySlice<UInt8>, from place: Int) -> Int? {
    chunk.withUnsafeBytes { bytes in
      let offset = place &- chunk.startIndex
      guard offset < bytes.count, let start = bytes.baseAddress,
        let end = memchr(start + offset, 0x0a, bytes.count &- offset)
      else { return nil }
      return chunk.startIndex &+ (UnsafeRawPointer(end) - start)
    }
  }
}

extension ProcessEvent {
  /// Whether it tells which processes have ended.
  var isOfEnd: Bool {
    switch self {
    case .exit, .lost, .census: true
    case .fork, .exec, .failedExec, .existing, .output, .host: false
    }
  }
}
