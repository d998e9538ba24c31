internal import Events

/// Reads what `perf script` prints of the tracepoints sched_process_fork, sched_process_exec and sched_process_exit.
///
/// The tracepoints tell neither threads from processes, nor arguments, nor exit statuses.
struct PerfImporter: TraceImporter {
  private var clock = ImportClock()
  private var processes = ImportedProcesses()
  private var pool = ProgramPool()
  private(set) var remarks = ImportRemarks()
  /// The first events, until one is an exit or there are too many: then the trace has none.
  private var held: [RecordedEvent]? = []
  /// Whether no line was an exit so far, and events no longer wait for one.
  private var isEndless = false

  private static let mostHeld = 4096

  init() {}

  static var needsLineEnd: Bool { true }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    lines.contains { $0.withUnsafeBytes { event(in: LineCursor($0)) != nil } } ? 95 : 0
  }

  /// The place after `sched:sched_process_`, which no comm can have.
  private static func event(in line: LineCursor) -> Int? {
    var place = 0
    while let found = line.place(of: "s", from: place) {
      if line.isAt("sched:sched_process_", found) { return found &+ 20 }
      place = found &+ 1
    }
    return nil
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    guard var waiting = held else { return line.withUnsafeBytes { read($0, into: &events) } }
    held = nil
    let isKnown = line.withUnsafeBytes { read($0, into: &waiting) }
    if waiting.last?.event.isOfEnd ?? false {
      events += waiting
    } else if waiting.count < Self.mostHeld {
      held = waiting
    } else {
      release(waiting, into: &events)
    }
    return isKnown
  }

  mutating func finish(into events: inout [RecordedEvent]) {
    if let waiting = held { release(waiting, into: &events) }
    held = nil
  }

  /// Passes on events of a trace without exits.
  private mutating func release(_ waiting: [RecordedEvent], into events: inout [RecordedEvent]) {
    isEndless = true
    for var recorded in waiting {
      if case .exec(var exec) = recorded.event {
        exec.image = exec.image.marked(.endless)
        recorded.event = .exec(exec)
      }
      events.append(recorded)
    }
  }

  private mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    var cursor = LineCursor(line)
    guard let event = Self.event(in: cursor) else { return Self.isOfOtherEvent(cursor) }
    let time = Self.time(before: event &- 20, in: cursor)
    cursor.position = event
    if cursor.accept(word: "fork:") {
      cursor.skipSpaces()
      guard let fork = Fork(cursor.tail) else { return false }
      let moment = moment(of: time)
      processes.update(fork.parent, at: moment) { $0.comm = fork.comm }
      processes.fork(fork.child, of: fork.parent, at: moment, isByParent: true, into: &events) {
        $0.comm = fork.childComm
      }
      return true
    }
    if cursor.accept(word: "exec:") {
      cursor.skipSpaces()
      guard cursor.accept(word: "filename="), let pids = Self.pids(of: cursor.tail) else { return false }
      let moment = moment(of: time)
      exec(pids.pid, cursor.slice(cursor.position, cursor.position &+ pids.length), at: moment, into: &events)
      return true
    }
    if cursor.accept(word: "exit:") {
      cursor.skipSpaces()
      guard let exit = Exit(cursor.tail) else { return false }
      let moment = moment(of: time)
      processes.update(exit.pid, at: moment) { $0.comm = exit.comm }
      processes.exit(exit.pid, nil, at: moment, into: &events)
      isEndless = false
      return true
    }
    // sched_process_wait, _free and so on.
    return true
  }

  private mutating func moment(of time: UInt64?) -> ImportMoment {
    guard let time else {
      remarks.hasNoTimes = true
      return clock.next()
    }
    return clock.moment(boot: time)
  }

  private mutating func exec(
    _ pid: Int32, _ file: UnsafeRawBufferPointer, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    // The arguments are unknown.
    var marks: Marks = isEndless ? [.argvCut, .endless] : .argvCut
    if remarks.hasNoTimes { marks.insert(.untimed) }
    let names = pool.names(file: RawBytes(file), exe: "", interpreter: nil, cwd: "")
    let image = ProcessImage(
      time: moment.time, comm: Comm(ofFile: file), names: names, argv: UnsafeRawBufferPointer(start: nil, count: 0),
      argvLength: 0, env: nil, marks: marks)
    processes.exec(pid, image, at: moment, into: &events)
  }

  /// The time before the event's name, `1234.567890: `, in nanoseconds; nil without one (-F).
  private static func time(before place: Int, in line: LineCursor) -> UInt64? {
    var end = place
    while end > 0, line.byte(at: end &- 1) == 0x20 { end &-= 1 }
    guard end > 0, line.byte(at: end &- 1) == UInt8(ascii: ":") else { return nil }
    end &-= 1
    var start = end
    while start > 0, let byte = line.byte(at: start &- 1), 0x30...0x39 ~= byte || byte == UInt8(ascii: ".") {
      start &-= 1
    }
    var cursor = LineCursor(line.slice(start, end))
    let time = cursor.decimal()
    return cursor.isAtEnd ? time : nil
  }

  /// Whether a line is one of perf that tells nothing about processes: a comment, a frame of a stack, another event.
  private static func isOfOtherEvent(_ line: LineCursor) -> Bool {
    if line.isAt("#") { return true }
    var cursor = line
    cursor.skipSpaces()
    if cursor.position > 0, let byte = cursor.next, 0x30...0x39 ~= byte || 0x61...0x66 ~= byte {
      let word = cursor.word()
      if word.count >= 4, word.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }) { return true }
    }
    guard let open = line.place(of: "[", from: 0) else { return false }
    cursor.position = open &+ 1
    return cursor.number() != nil && cursor.accept(word: "] ")
  }

  /// The pids of `… pid=7 old_pid=7`, and the length of what stands before them, which may be any text.
  private static func pids(of text: UnsafeRawBufferPointer) -> (length: Int, pid: Int32)? {
    guard let (rest, _) = number(after: " old_pid=", endOf: text),
      let (length, pid) = number(after: " pid=", endOf: rest)
    else { return nil }
    return (length.count, pid)
  }

  /// A pid at the end of a text, and the text before its name.
  private static func number(
    after name: StaticString, endOf text: UnsafeRawBufferPointer
  ) -> (before: UnsafeRawBufferPointer, pid: Int32)? {
    var start = text.count
    while start > 0, 0x30...0x39 ~= text[start &- 1] { start &-= 1 }
    var cursor = LineCursor(text)
    cursor.position = start
    guard let pid = cursor.pid(), cursor.isAtEnd, cursor.isAt(name, start &- name.utf8CodeUnitCount) else { return nil }
    return (cursor.slice(0, start &- name.utf8CodeUnitCount), pid)
  }

  /// `comm=make pid=7 child_comm=make child_pid=8`. The names may have any text of up to 15 bytes.
  private struct Fork {
    var parent: Int32
    var child: Int32
    var comm: Comm
    var childComm: Comm

    init?(_ text: UnsafeRawBufferPointer) {
      guard let (rest, child) = PerfImporter.number(after: " child_pid=", endOf: text) else { return nil }
      var cursor = LineCursor(rest)
      guard cursor.accept(word: "comm=") else { return nil }
      let start = cursor.position
      for length in 0...15 {
        cursor.position = start &+ length
        guard cursor.accept(word: " pid="), let parent = cursor.pid(), cursor.accept(word: " child_comm="),
          cursor.tail.count <= 15
        else { continue }
        (self.parent, self.child) = (parent, child)
        comm = Comm(cursor.slice(start, start &+ length))
        childComm = Comm(cursor.tail)
        return
      }
      return nil
    }
  }

  /// `comm=make pid=7 prio=120`, in newer kernels with ` group_dead=true`.
  private struct Exit {
    var pid: Int32
    var comm: Comm

    init?(_ text: UnsafeRawBufferPointer) {
      var cursor = LineCursor(text)
      guard cursor.accept(word: "comm=") else { return nil }
      let start = cursor.position
      for length in 0...15 {
        cursor.position = start &+ length
        guard cursor.accept(word: " pid="), let pid = cursor.pid(), cursor.accept(word: " prio=") else { continue }
        _ = cursor.accept("-")
        guard cursor.number() != nil else { continue }
        let isEnd = cursor.isAtEnd || cursor.isAt(" group_dead=")
        guard isEnd else { continue }
        self.pid = pid
        comm = Comm(cursor.slice(start, start &+ length))
        return
      }
      return nil
    }
  }
}
