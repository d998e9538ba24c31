internal import Events

/// Reads the text of exitsnoop, of libbpf-tools and of bcc: `[TIME(s)] [LABEL] PCOMM PID PPID TID AGE(s) EXIT_CODE`.
///
/// A process starts its age before its exit. When its parent started is known at the parent's exit only, so the line
/// waits for that; a bounded number of lines wait.
struct ExitsnoopImporter: TraceImporter {
  private struct Exit {
    var id: ProcessID
    var parent: Int32?
    var comm: Comm
    var status: ExitStatus
    var time: UInt64
  }

  private var columns: SnoopColumns?
  /// Room for the ages of all processes since boot.
  private var clock = ImportClock(base: 315_360_000_000_000_000)
  /// Lines that wait, oldest first: `waiting[first...]`.
  private var waiting: [Exit] = []
  private var first = 0
  /// The processes with a known start that lines in `waiting` may have as their parent: those that exit later.
  private var ended: [Int32: [ProcessID]] = [:]
  /// Parents that have not exited when a child's line could wait no longer: they start with that line.
  private var unseen: [Int32: ProcessID] = [:]
  private(set) var remarks = ImportRemarks()

  private static let most = 4096
  /// Times are in seconds.
  private static let resolution: UInt64 = 1_000_000_000

  init() {}

  static var needsLineEnd: Bool { true }

  private static func columns(of line: UnsafeRawBufferPointer) -> SnoopColumns? {
    SnoopColumns(line, rest: ["PID", "PPID", "TID", "AGE(s)", "EXIT_CODE"], secondsAreOfDay: true)
  }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    lines.contains { $0.withUnsafeBytes { columns(of: $0) != nil } } ? 95 : 0
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { read($0, into: &events) }
  }

  private mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    if let first = line.first, first == UInt8(ascii: "T") || first == UInt8(ascii: "P") || first == UInt8(ascii: "L"),
      let header = Self.columns(of: line)
    {
      columns = header
      return true
    }
    var cursor = LineCursor(line)
    guard let values = columns?.values(&cursor) else { return false }
    cursor.skipSpaces()
    guard let pid = cursor.pid() else { return false }
    cursor.skipSpaces()
    guard let parent = cursor.number(most: UInt64(ImportedProcesses.pids.upperBound)) else { return false }
    cursor.skipSpaces()
    guard let thread = cursor.pid() else { return false }
    cursor.skipSpaces()
    guard let age = cursor.decimal(), cursor.next == 0x20 else { return false }
    cursor.skipSpaces()
    guard let status = Self.status(&cursor) else { return false }

    if values.ofDay == nil { remarks.hasNoTimes = true }
    let moment = values.ofDay.map { clock.moment(ofDay: $0) } ?? clock.next()
    // A thread (-T, --per-thread).
    if thread != pid { return true }
    let start = moment.time &- min(age, moment.time)
    let id = unseen.removeValue(forKey: pid) ?? ProcessID(pid: pid, startTime: start)
    waiting.append(
      Exit(
        id: id, parent: parent == 0 ? nil : Int32(truncatingIfNeeded: parent), comm: values.comm, status: status,
        time: moment.time))
    ended[pid, default: []].append(id)
    flush(into: &events, keeping: Self.most)
    return true
  }

  private static func status(_ cursor: inout LineCursor) -> ExitStatus? {
    if cursor.accept(word: "code ") {
      return cursor.number(most: 255).map { ExitStatus(code: Int32(truncatingIfNeeded: $0)) }
    }
    if cursor.accept(word: "signal ") {
      guard let signal = cursor.number(most: 64), signal > 0 else { return nil }
      var core = false
      while let comma = cursor.place(of: ",", from: cursor.position) {
        cursor.position = comma
        core = core || cursor.isAt(", core dumped")
        cursor.position &+= 1
      }
      return ExitStatus(signal: Int32(truncatingIfNeeded: signal), core: core)
    }
    return cursor.accept("0") ? ExitStatus(code: 0) : nil
  }

  /// Writes the oldest lines whose parent is known, or that can wait no longer.
  private mutating func flush(into events: inout [RecordedEvent], keeping limit: Int) {
    while first < waiting.count {
      let exit = waiting[first]
      var parent: ProcessID?
      if let pid = exit.parent {
        // Of several processes with this pid, the first one that exits after the child is alive at its exit.
        parent =
          unseen[pid] ?? ended[pid]?.first { $0.startTime <= exit.time &+ Self.resolution && $0 != exit.id }
        if parent == nil {
          guard waiting.count &- first > limit else { break }
          let made = ProcessID(pid: pid, startTime: exit.id.startTime)
          unseen[pid] = made
          parent = made
        }
      }
      let facts = ProcessFacts(
        id: exit.id, parent: parent, comm: exit.comm, uid: ProcessFacts.unknownID, gid: ProcessFacts.unknownID,
        session: ProcessFacts.unknownSession, processGroup: ProcessFacts.unknownSession)
      events.append(
        RecordedEvent(event: .exit(ExitEvent(time: exit.time, process: facts, status: exit.status, usage: nil))))
      // It has ended: no later line has it as its parent.
      if ended[exit.id.pid]?.count ?? 0 > 1 { ended[exit.id.pid]?.removeFirst() } else { ended[exit.id.pid] = nil }
      first &+= 1
    }
    if first > Self.most {
      waiting.removeFirst(first)
      first = 0
    }
  }

  mutating func finish(into events: inout [RecordedEvent]) { flush(into: &events, keeping: 0) }
}
