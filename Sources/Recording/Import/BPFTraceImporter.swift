internal import Events

/// Reads the text of bpftrace's execsnoop.bt: `TIME(ms) PID ARGS`, in newer versions `TIME PID PPID ARGS` with a time of
/// day.
///
/// The tool prints calls of exec, not whether they succeed, and argv without the file.
struct BPFTraceImporter: TraceImporter {
  private var clock = ImportClock()
  private var processes = ImportedProcesses()
  private var pool = ProgramPool()
  private var hasParent = false

  init() {}

  static var needsLineEnd: Bool { true }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    lines.contains { line in
      line.withUnsafeBytes { header(of: $0) != nil }
    } ? 95 : 0
  }

  /// Whether a line is the header; with what columns.
  private static func header(of line: UnsafeRawBufferPointer) -> (hasParent: Bool, hasMilliseconds: Bool)? {
    var cursor = LineCursor(line)
    let hasMilliseconds = cursor.accept(word: "TIME(ms) ")
    guard hasMilliseconds || cursor.accept(word: "TIME ") else { return nil }
    cursor.skipSpaces()
    guard cursor.accept(word: "PID ") else { return nil }
    cursor.skipSpaces()
    let hasParent = cursor.accept(word: "PPID ")
    cursor.skipSpaces()
    return cursor.accept(word: "ARGS") && cursor.isAtEnd ? (hasParent, hasMilliseconds) : nil
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { read($0, into: &events) }
  }

  private mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    var cursor = LineCursor(line)
    if cursor.isAt("TIME"), let header = Self.header(of: line) {
      hasParent = header.hasParent
      return true
    }
    // Attached probes, as newer versions say too: `Attached 3 probes`.
    if cursor.isAt("Attaching ") || cursor.isAt("Attached ") { return true }
    let moment: ImportMoment
    if let time = cursor.timeOfDay() {
      moment = clock.moment(ofDay: time)
    } else if let milliseconds = cursor.number(most: 1 << 42) {
      moment = clock.moment(boot: clock.base &+ milliseconds &* 1_000_000)
    } else {
      return false
    }
    guard cursor.accept(" ") else { return false }
    cursor.skipSpaces()
    guard let pid = cursor.pid(), cursor.accept(" ") || cursor.isAtEnd else { return false }
    if hasParent {
      cursor.skipSpaces()
      guard let parent = cursor.number(most: UInt64(ImportedProcesses.pids.upperBound)),
        cursor.accept(" ") || cursor.isAtEnd
      else { return false }
      processes.setParent(of: pid, to: Int32(truncatingIfNeeded: parent), at: moment)
    }
    // The pid is padded to five columns.
    cursor.skipSpaces()
    let argv = ReconstructedArguments.split(cursor.tail)
    let image = argv.withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: Comm([]), names: pool.names(file: "", exe: "", interpreter: nil, cwd: ""), argv: $0,
        argvLength: $0.count, env: nil, marks: [.reconstructed, .endless])
    }
    processes.exec(pid, image, at: moment, into: &events)
    return true
  }
}
