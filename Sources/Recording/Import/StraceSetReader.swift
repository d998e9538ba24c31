internal import Events
internal import Glibc
internal import HeapModule

/// Reads the files of `strace -ff` as one trace: their lines in the order of their times, as strace-log-merge does.
///
/// Lines of the same time, as of -t, and lines without times come in the order of calls: after the call that made a
/// process or a thread come its lines, and then those of its parent.
struct StraceSetReader {
  private struct Entry: Comparable {
    var key: UInt64
    /// Of files with the same key the least rank is first.
    var rank: Int
    var file: Int

    static func < (a: Entry, b: Entry) -> Bool { (a.key, a.rank, a.file) < (b.key, b.rank, b.file) }
  }

  private let source: StraceFiles
  private var files: [StraceFile]
  /// The rank of each file: a child that was just made has the least. Entries of the heap with another one are old.
  private var ranks: [Int]
  /// The time of each file's next line, in nanoseconds, on a clock of the set.
  private var keys: [UInt64]
  private var days: [Day]
  private var hasStarted: [Bool]
  /// The files by pid.
  private let places: [Int32: Int]
  /// Files that wait for their parent's call: only in a set without times.
  private var isChild: [Bool]
  /// Whether the lines have times that order them.
  private let hasTimes: Bool
  /// The time of day at which the trace begins.
  private let dayStart: UInt64
  private var heap = Heap<Entry>()
  private var lastRank = 0
  /// The first file that may not have been started, where the heap is empty.
  private var nextFile = 0
  private var isPrepared = false
  private var active = 0
  private var compressedFiles = 0
  /// The bytes that all files keep.
  private var held = 0

  private var importer = StraceImporter()
  private let maximumLineLength: Int
  private var foreignLines = 0
  private var firstForeignLine: (file: Int, line: Int)?
  private var knownLines = 0
  private var tooLongLines = 0
  private var firstTooLongLine: (file: Int, line: Int)?
  private var cutFiles = 0
  private var firstCutFile: Int?
  private var hasEvents = false
  private var hasExits = false
  private var hasEnded = false
  private(set) var bytesRead = 0

  /// The time of day of a file's last line, and how many days it is after the first one.
  private struct Day {
    var last: UInt64 = 0
    var count: UInt64 = 0
  }

  private static let day: UInt64 = 86_400_000_000_000
  /// No more bytes of all files are kept, if each has a line that is shorter.
  private static let mostBytes = 64 << 20
  /// A decompressor has up to some megabytes.
  private static let mostCompressed = 256
  /// Longer lines of all files together are left out.
  private static let mostHeld = 512 << 20
  private static let mostLines = 1024
  private static let fresh = Int.max
  private static let ended = Int.max &- 1

  /// A reader at the start of the set.
  init(_ set: StraceFiles, maximumLineLength: Int) {
    source = set
    self.maximumLineLength = maximumLineLength
    files = set.members.map { StraceFile($0.path, $0.pid) }
    let count = files.count
    ranks = Array(repeating: Self.fresh, count: count)
    keys = Array(repeating: 0, count: count)
    days = Array(repeating: Day(), count: count)
    hasStarted = Array(repeating: false, count: count)
    isChild = Array(repeating: false, count: count)
    places = Dictionary(set.members.enumerated().map { ($1.pid, $0) }, uniquingKeysWith: { first, _ in first })
    hasTimes = set.members.contains { $0.time.isAbsolute }
    dayStart = Self.dayStart(of: set.members)
    for (place, member) in set.members.enumerated() { keys[place] = key(of: member.time, in: place) }
  }

  /// The size of all files in bytes.
  var length: Int { source.members.reduce(0) { $0.addingReportingOverflow($1.size).partialValue } }
  /// What the set is called in messages.
  var name: String { String(decoding: source.prefix, as: UTF8.self) + ".*" }

  /// Opens the first file, for who waits for a descriptor: one of a file is always ready.
  /// - Returns: as open(2).
  func open() -> Int32 {
    let path = source.members.first?.path ?? []
    return Glibc.open(path.map { CChar(bitPattern: $0) } + [0], O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
  }

  /// Whether no line is one of strace's.
  var isForeign: Bool { hasEnded && knownLines == 0 && foreignLines > 0 }

  /// Whether events may be missing.
  var lacksEvents: Bool {
    firstCutFile != nil || tooLongLines > 0 || importer.remarks.dropped > 0 || files.contains { $0.fault != nil }
  }

  /// What the user should know at the end, each as the rest of a sentence that starts with the name of the set.
  var notices: [String] {
    func place(_ found: (file: Int, line: Int)) -> String { "line \(found.line) of \(name(of: found.file))" }
    var parts: [String] = []
    if let first = firstForeignLine {
      let rest = foreignLines == 1 ? "which is left out" : "the first of \(foreignLines) such lines, which are left out"
      parts.append("is read as \(TraceFormat.strace.title), but \(place(first)) is not of it, \(rest)")
    }
    if let first = source.others.first {
      let name = RecordingError.name(of: String(decoding: first, as: UTF8.self))
      parts.append(
        source.others.count == 1
          ? "is read without \(name), which is of another format"
          : "is read without \(source.others.count) files of other formats, such as \(name)")
    }
    if let first = firstCutFile {
      let line = "line \(files[first].lineCount) of \(name(of: first))"
      parts.append(
        cutFiles == 1
          ? "ends within \(line), which is left out" : "has \(cutFiles) files that end within a line, such as \(line)")
    }
    if let first = firstTooLongLine {
      parts.append(
        "has \(tooLongLines == 1 ? "a line that is" : "\(tooLongLines) lines that are") too long and left out: "
          + place(first))
    }
    if let place = files.firstIndex(where: { $0.fault != nil }), let fault = files[place].fault {
      parts.append("has a file that \(fault): \(name(of: place))")
    }
    let remarks = importer.remarks
    if remarks.dropped > 0 { parts.append("has \(remarks.dropped) incomplete events, which are left out") }
    if remarks.hasNoTimes { parts.append("has no times: only the order of its events is known") }
    if hasEnded, hasEvents, !hasExits { parts.append("has no exits: which of its processes have ended is unknown") }
    return parts
  }

  private func name(of file: Int) -> String {
    RecordingError.name(of: String(decoding: files[file].path, as: UTF8.self))
  }

  /// Reads the next lines.
  /// - Returns: false at the end.
  /// - Throws: `RecordingError` where a file cannot be read.
  mutating func read(into events: inout [RecordedEvent]) throws(RecordingError) -> Bool {
    if hasEnded { return false }
    let before = events.count
    defer {
      ImportBounds.apply(to: &events, from: before)
      let new = events[min(before, events.count)...]
      hasEvents = hasEvents || !new.isEmpty
      hasExits = hasExits || new.contains { $0.event.isOfEnd }
    }
    if !isPrepared {
      isPrepared = true
      if !hasTimes { try findChildren() }
      for place in files.indices where !isChild[place] { push(place) }
    }
    let start = bytesRead
    while bytesRead &- start < 256 << 10, events.count &- before < 4096 {
      guard let place = nextPlace() else {
        importer.finish(into: &events)
        hasEnded = true
        return true
      }
      try readLines(of: place, into: &events)
    }
    return true
  }

  /// Reads the lines of a file until it is another file's turn.
  private mutating func readLines(of place: Int, into events: inout [RecordedEvent]) throws(RecordingError) {
    if !hasStarted[place] {
      hasStarted[place] = true
      active &+= 1
      if ranks[place] == Self.fresh { ranks[place] = 0 }
    }
    for _ in 0..<Self.mostLines {
      if files[place].line == nil {
        guard try readLine(of: place) else { return end(place) }
        guard files[place].line != nil else { continue }
      }
      if isLate(place) { break }
      use(place, into: &events)
    }
    push(place)
  }

  /// Reads the next line of a file, and its time. A line that is too long, or white space, is passed.
  /// - Returns: false at the end of the file.
  private mutating func readLine(of place: Int) throws(RecordingError) -> Bool {
    // A piece for each file that runs, in all no more than the bound.
    let chunk = max(4 << 10, min(64 << 10, Self.mostBytes / max(active, 1)))
    let file = files[place]
    let most = min(maximumLineLength, max(Self.mostHeld &- (held &- file.held), 64 << 10))
    let (wasCompressed, bytes, before) = (file.isCompressed, file.bytesRead, file.held)
    _ = consume file
    let step = try files[place].next(chunk: chunk, most: most)
    bytesRead &+= files[place].bytesRead &- bytes
    held &+= files[place].held &- before
    if files[place].isCompressed != wasCompressed { compressedFiles &+= wasCompressed ? -1 : 1 }
    if compressedFiles > Self.mostCompressed {
      throw .compressed(
        path: name,
        " has more than \(Self.mostCompressed) compressed files of processes that ran at the same time: "
          + "decompress them first (gunzip or unzstd)")
    }
    switch step {
    case .end: return false
    case .tooLong:
      tooLongLines &+= 1
      if firstTooLongLine == nil { firstTooLongLine = (place, files[place].lineCount) }
    case .line:
      let time = files[place].withLine { line in line.allSatisfy { $0 <= 0x20 } ? nil : StraceLine(line).absolute }
      guard let time = time ?? nil else {
        files[place].line = nil
        return true
      }
      keys[place] = max(keys[place], key(of: time, in: place))
    }
    return true
  }

  /// Whether another file's line comes before the line of a file.
  private mutating func isLate(_ place: Int) -> Bool {
    while let first = heap.min, ranks[first.file] != first.rank { heap.removeMin() }
    return heap.min.map { ($0.key, $0.rank) < (keys[place], ranks[place]) } ?? false
  }

  /// Uses the line of a file.
  private mutating func use(_ place: Int, into events: inout [RecordedEvent]) {
    let pid = files[place].pid
    let file = files[place]
    let (isKnown, child) =
      file.withLine { line in
        let start = StraceLine(line)
        return (importer.read(line, start, of: pid, into: &events), Self.child(in: line, start))
      } ?? (true, nil)
    _ = consume file
    files[place].line = nil
    if isKnown {
      knownLines &+= 1
    } else {
      foreignLines &+= 1
      if firstForeignLine == nil { firstForeignLine = (place, files[place].lineCount) }
    }
    guard let child, let other = places[child], ranks[other] == Self.fresh, !hasStarted[other] else { return }
    lastRank &-= 1
    ranks[other] = lastRank
    push(other)
  }

  /// The thread that a call in a line made.
  private static func child(in line: UnsafeRawBufferPointer, _ start: StraceLine) -> Int32? {
    var cursor = LineCursor(line)
    cursor.position = start.rest
    guard let first = cursor.next,
      first == UInt8(ascii: "c") || first == UInt8(ascii: "v") || first == UInt8(ascii: "f")
        || first == UInt8(ascii: "<"),
      case .value(let value, let translated) = StraceImporter.fork(in: cursor)?.result
        ?? StraceImporter.resumedFork(in: cursor)
    else { return nil }
    return translated ?? Int32(exactly: value)
  }

  private mutating func end(_ place: Int) {
    active &-= 1
    // No old entry is used again.
    ranks[place] = Self.ended
    guard files[place].isCut else { return }
    cutFiles &+= 1
    if firstCutFile == nil { firstCutFile = place }
  }

  /// Finds the files whose process or thread a call of another one made.
  private mutating func findChildren() throws(RecordingError) {
    for place in files.indices {
      var file = StraceFile(files[place].path, files[place].pid)
      while true {
        let step = try file.next(chunk: 64 << 10, most: maximumLineLength)
        if step == .end { break }
        guard let child = file.withLine({ Self.child(in: $0, StraceLine($0)) }) ?? nil, let other = places[child],
          other != place
        else { continue }
        isChild[other] = true
      }
    }
  }
}

// MARK: - Times

extension StraceSetReader {
  /// The time of a line on the clock of the set; that of the line before where it has none.
  private mutating func key(of time: StraceLine.Time, in place: Int) -> UInt64 {
    switch time {
    case .none, .step: return keys[place]
    case .wall(let time): return UInt64(clamping: time)
    case .ofDay(let time):
      let time = (time % Self.day &+ Self.day &- dayStart) % Self.day
      if time &+ Self.day / 2 < days[place].last { days[place].count &+= 1 }
      days[place].last = time
      return days[place].count &* Self.day &+ time
    }
  }

  /// The time of day at which a trace without dates begins: where no file starts for more than half a day before it, it
  /// goes on after midnight.
  private static func dayStart(of members: [StraceFiles.Member]) -> UInt64 {
    let times = members.compactMap { if case .ofDay(let time) = $0.time { time % day } else { nil } }.sorted()
    for (time, next) in zip(times, times.dropFirst()) where next &- time > day / 2 { return next }
    return times.first ?? 0
  }
}

// MARK: - The order of files

extension StraceSetReader {
  private mutating func push(_ place: Int) {
    heap.insert(Entry(key: keys[place], rank: ranks[place], file: place))
  }

  /// Removes and returns the file whose line comes next; nil at the end.
  private mutating func nextPlace() -> Int? {
    while let first = heap.popMin() {
      if ranks[first.file] == first.rank { return first.file }
    }
    // Files that were to wait for a call which no file has after all.
    while nextFile < files.count {
      if !hasStarted[nextFile] { return nextFile }
      nextFile &+= 1
    }
    return nil
  }
}

extension StraceLine.Time {
  /// Whether lines of several files can be ordered by it.
  fileprivate var isAbsolute: Bool {
    switch self {
    case .none, .step: false
    case .ofDay, .wall: true
    }
  }
}
