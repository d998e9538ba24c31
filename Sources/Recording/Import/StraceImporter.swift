internal import Events

/// Reads the output of strace, with or without -f: all time formats (-t, -tt, -ttt, -r, or none), -T, -y, -Y, -v, -x,
/// -i, -n, --pidns-translation, unfinished and resumed calls, and messages of strace between the lines.
///
/// The parent of a process is known where its clone, fork or vfork is traced. A child's lines often come before the line
/// with the parent's return. Then an unfinished call shows the parent, if only one is open; else the child's lines wait
/// for the return. Lines without a pid, as the first ones of `strace -f` without -o, wait until a line tells the pid.
struct StraceImporter: TraceImporter {
  /// A call of clone, fork or vfork whose child is not known yet, or that has not returned.
  struct Fork {
    var caller: Int32
    var isThread = false
    /// CLONE_PARENT: the child is a sibling of the caller.
    var isSibling = false
    /// CLONE_NEWPID: the pids that the child's calls return are of another PID namespace.
    var makesNamespace = false
    var began: ImportMoment
    var child: Int32?
    /// Whether the caller waits for the child's exec or exit, which is a line of the trace.
    var isVfork = false
    /// What the call returned while its child was not clear.
    var returned: Int32?
    /// Whether the child may be that of another call: then the pid that was returned tells nothing of it.
    var isAmong = false
    /// How many lines came since.
    var age = 0
  }

  /// An exec that has not returned.
  struct Exec {
    var caller: Int32
    var program: StraceProgram
  }

  /// A line that waits until its process is known.
  struct Waiting {
    /// Lines that came before have smaller ones.
    var number: Int
    var thread: Int32
    var moment: ImportMoment
    var text: [UInt8]
  }

  var clock = ImportClock()
  var processes = ImportedProcesses()
  var pool = ProgramPool()
  /// The process of each thread that does not lead one.
  var threads: [Int32: Int32] = [:]
  /// The threads that have a line or are attached, and have not ended; leaders too.
  var alive: Set<Int32> = []
  /// Open calls, oldest first.
  var forks: [Fork] = []
  var execs: [Exec] = []
  var execBytes = 0
  /// Processes whose calls return pids of another PID namespace.
  var inner: Set<Int32> = []
  /// The last signal of a process, and its sender.
  var signals: [Int32: (signal: Int32, killer: Killer)] = [:]
  /// Threads whose parent is not clear, and their lines, oldest first.
  var orphans: Set<Int32> = []
  var waiting: [Int32: [Waiting]] = [:]
  /// How many lines wait, and the number of the next one.
  var waitingLines = 0
  var nextNumber = 0
  var waitingBytes = 0
  /// Whether lines that waited are read: the threads that have ended since are not alive.
  var isReplaying = false
  /// The thread of the last line if that line may go on in another one.
  var openThread: Int32?
  /// Whether the last line had a message within it.
  var expectsRest = false
  var lastMoment = ImportMoment(time: 0, wallTime: nil)
  var remarks = ImportRemarks()

  /// The process without a pid in the lines: what is known of it.
  enum Unnamed {
    /// No line was without a pid so far.
    case none
    /// Lines wait for its pid: it is none of these children, which calls of any thread returned. `open` has the threads
    /// with a call that has not.
    case unresolved(children: Set<Int32>, open: Set<Int32>)
    /// It is this one.
    case resolved(Int32)
  }
  var unnamed = Unnamed.none
  /// Whether strace says which processes it attaches to.
  var tellsAttached = false
  /// Where a file of -ff has it in its name.
  var pidOfFile: Int32?

  /// The most open calls of each kind: all of them are looked at for a new thread.
  static let mostCalls = 256
  static let mostBytes = 64 << 20
  static let mostWaiting = 1024
  /// A process has a line this many lines after its parent's call returned.
  static let patience = 64

  init() {}

  static var needsLineEnd: Bool { true }

  mutating func setName(_ path: [UInt8]) { pidOfFile = StraceFiles.split(path)?.pid }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    var best = 0
    for line in lines {
      best = max(best, line.withUnsafeBytes { likeness(of: $0) })
      if best >= FormatGuess.sure { break }
    }
    return best
  }

  static func likeness(of line: UnsafeRawBufferPointer) -> Int {
    let start = StraceLine(line)
    var cursor = LineCursor(line)
    if cursor.isAt("strace: Process ") { return 95 }
    cursor.position = start.rest
    if cursor.isAt("execve(\"") || cursor.isAt("+++ exited with ") || cursor.isAt("--- SIG")
      || cursor.isAt("+++ killed by SIG") || cursor.isAt("+++ superseded by execve in pid ")
      || cursor.isAt("clone(child_stack") || cursor.isAt("clone3({") || cursor.isAt("<... ")
      || cursor.isAt("vfork(") || cursor.isAt("execveat(")
    {
      return 95
    }
    guard isCall(cursor) else { return 0 }
    // The result of a call of any kind.
    var place = cursor.position
    while let close = cursor.place(of: ")", from: place) {
      cursor.position = close &+ 1
      cursor.skipSpaces()
      if cursor.isAt("= ") { return start.thread == nil ? 60 : 90 }
      place = close &+ 1
    }
    return 0
  }

  /// Whether the name of a function and a parenthesis come next.
  static func isCall(_ cursor: LineCursor) -> Bool {
    var place = cursor.position
    while let byte = cursor.byte(at: place), 0x61...0x7a ~= byte || 0x30...0x39 ~= byte || byte == UInt8(ascii: "_") {
      place &+= 1
    }
    return place > cursor.position && cursor.byte(at: place) == UInt8(ascii: "(")
  }

  mutating func finish(into events: inout [RecordedEvent]) {
    if case .unresolved = unnamed { resolve(ImportedProcesses.unknownPID, into: &events) }
    settle(isEnd: true, into: &events)
    releaseAll(into: &events)
    remarks.dropped &+= execs.count
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { read($0, into: &events) }
  }
}

// MARK: - Lines

extension StraceImporter {
  mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    if let (place, pid) = Self.attached(in: line) {
      // A message of strace within a line of another process, whose rest is the next line.
      let isKnown = read(UnsafeRawBufferPointer(rebasing: line[..<place]), into: &events)
      expectsRest = true
      attach(pid, into: &events)
      return isKnown
    }
    let start = StraceLine(line)
    var cursor = LineCursor(line)
    cursor.position = start.rest
    let (open, isRest) = (openThread, expectsRest)
    (openThread, expectsRest) = (nil, false)
    guard let first = cursor.next else { return false }
    if start.thread == nil, start.rest == 0 || first == UInt8(ascii: "<") || first == UInt8(ascii: "=") {
      switch first {
      case UInt8(ascii: "s") where cursor.isAt("strace: "):
        openThread = open
        return readMessage(&cursor, into: &events)
      // The end of a line with a message in it.
      case UInt8(ascii: "<") where cursor.isAt("<unfinished ...>"): return true
      case UInt8(ascii: ","), UInt8(ascii: ")"),
        UInt8(ascii: "=") where open != nil:
        // The rest of a call, after a message.
        guard let open else { return isRest }
        openThread = open
        let text = Array("<... call resumed>".utf8) + Array(line)
        return text.withUnsafeBytes { take($0[...], of: open, at: lastMoment, into: &events) }
      default: break
      }
    }
    if isRest, start.thread == nil { return true }
    // Cheap refusals first: lines of other programs.
    let isNamed = Self.isCall(cursor)
    guard isNamed || first == UInt8(ascii: "<") || cursor.isAt("+++ ") || cursor.isAt("--- ") else {
      // A frame of a stack (-k).
      return cursor.isAt("> ") && start.thread == nil
    }
    let moment = moment(of: start.time)
    lastMoment = moment
    guard let thread = start.thread ?? threadWithoutPID() else { return false }
    return take(UnsafeRawBufferPointer(rebasing: line[start.rest...])[...], of: thread, at: moment, into: &events)
  }

  /// Reads a line of one of several files of -ff, which are merged.
  /// - Parameter start: the start of the line.
  mutating func read(
    _ line: UnsafeRawBufferPointer, _ start: StraceLine, of thread: Int32, into events: inout [RecordedEvent]
  ) -> Bool {
    var cursor = LineCursor(line)
    cursor.position = start.rest
    guard start.thread == nil, let first = cursor.next else { return false }
    guard Self.isCall(cursor) || first == UInt8(ascii: "<") || cursor.isAt("+++ ") || cursor.isAt("--- ") else {
      return cursor.isAt("> ")
    }
    let moment = moment(of: start.absolute)
    lastMoment = moment
    return take(UnsafeRawBufferPointer(rebasing: line[start.rest...])[...], of: thread, at: moment, into: &events)
  }

  mutating func moment(of time: StraceLine.Time) -> ImportMoment {
    switch time {
    case .none:
      remarks.hasNoTimes = true
      return clock.next()
    case .ofDay(let time): return clock.moment(ofDay: time)
    case .wall(let time): return clock.moment(wall: time)
    case .step(let step): return clock.moment(after: step)
    }
  }

  /// The thread of a line without a pid: the only one, as strace leaves out the pid then. Nil where it is not clear.
  mutating func threadWithoutPID() -> Int32? {
    if let pidOfFile { return pidOfFile }
    switch unnamed {
    case .none where alive.isEmpty:
      unnamed = .unresolved(children: [], open: [])
      return ImportedProcesses.unknownPID
    case .unresolved: return ImportedProcesses.unknownPID
    case .none, .resolved: return alive.count == 1 ? alive.first : nil
    }
  }

  /// Reads a line of a thread, or keeps it until the thread is known.
  mutating func take(
    _ text: Slice<UnsafeRawBufferPointer>, of thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) -> Bool {
    let text = UnsafeRawBufferPointer(rebasing: text)
    let cursor = LineCursor(text)
    let isRelevant = Self.isRelevant(cursor)
    if case .unresolved(var children, var open) = unnamed {
      // A call that is resumed had a line before. Other new threads are attached, or returned by a call.
      if thread != ImportedProcesses.unknownPID, !alive.contains(thread), !children.contains(thread),
        tellsAttached || open.isEmpty || cursor.isAt("<... ")
      {
        resolve(thread, into: &events)
        return take(text[...], of: thread, at: moment, into: &events)
      }
      noteEnd(in: cursor, of: thread)
      guard isRelevant else { return true }
      if let result = Self.fork(in: cursor)?.result ?? Self.resumedFork(in: cursor) {
        if case .value(let child, let translated) = result, let child = translated ?? Int32(exactly: child) {
          children.insert(child)
        }
        if case .none = result {
          open.insert(thread)
          openThread = thread
        } else {
          open.remove(thread)
        }
        unnamed = .unresolved(children: children, open: open)
      }
      if thread != ImportedProcesses.unknownPID { orphans.insert(thread) }
      wait(text, of: thread, at: moment, into: &events)
      return true
    }
    if !alive.contains(thread) { appear(thread, at: moment, into: &events) }
    if !orphans.isEmpty { ageCalls(into: &events) }
    if orphans.contains(thread) {
      if isRelevant { wait(text, of: thread, at: moment, into: &events) }
      noteEnd(in: cursor, of: thread)
      return true
    }
    noteEnd(in: cursor, of: thread)
    if isRelevant { handle(text, of: thread, at: moment, into: &events) }
    return true
  }

  /// Whether a line tells of processes.
  static func isRelevant(_ cursor: LineCursor) -> Bool {
    switch cursor.next {
    case UInt8(ascii: "e"): cursor.isAt("execve")
    case UInt8(ascii: "c"): cursor.isAt("clone")
    case UInt8(ascii: "v"): cursor.isAt("vfork(")
    case UInt8(ascii: "f"): cursor.isAt("fork(")
    case UInt8(ascii: "<"):
      cursor.isAt("<... exec") || cursor.isAt("<... c") || cursor.isAt("<... vfork") || cursor.isAt("<... fork")
    case UInt8(ascii: "+"): true
    case UInt8(ascii: "-"): !cursor.isAt("--- SIGCHLD ")
    default: false
    }
  }

  /// A message of strace that has a line of its own.
  mutating func readMessage(_ cursor: inout LineCursor, into events: inout [RecordedEvent]) -> Bool {
    guard cursor.accept(word: "strace: Process ") else { return true }
    guard let pid = cursor.pid(), cursor.isAt(" attached") else { return true }
    attach(pid, into: &events)
    return true
  }

  mutating func attach(_ pid: Int32, into events: inout [RecordedEvent]) {
    tellsAttached = true
    if case .unresolved = unnamed {
      alive.insert(pid)
      return
    }
    noteAlive(pid)
    let open = openForks
    if open.count == 1, forks[open[0]].returned == nil, processes[pid] == nil, threads[pid] == nil {
      // strace attaches to the child of a call at once.
      adopt(pid, open[0], at: lastMoment, into: &events)
      release(pid, into: &events)
    } else {
      appear(pid, at: lastMoment, into: &events)
    }
  }

  /// The message at the end of a line, and its place; nil for other lines.
  static func attached(in line: UnsafeRawBufferPointer) -> (place: Int, pid: Int32)? {
    guard line.last == UInt8(ascii: "d"), line.suffix(9).elementsEqual(" attached".utf8) else { return nil }
    var place = line.count &- 26
    // The pid has up to seven digits.
    while place > 0, place >= line.count &- 33 {
      var cursor = LineCursor(line)
      cursor.position = place
      if cursor.accept(word: "strace: Process "), let pid = cursor.pid(), cursor.isAt(" attached") {
        return (place, pid)
      }
      place &-= 1
    }
    return nil
  }

  /// Whether a line ends its thread.
  mutating func noteEnd(in cursor: LineCursor, of thread: Int32) {
    guard cursor.isAt("+++ ") else { return }
    if cursor.isAt("+++ exited") || cursor.isAt("+++ killed") { alive.remove(thread) }
    if cursor.isAt("+++ superseded by execve in pid ") {
      var cursor = cursor
      cursor.position &+= 32
      if let other = cursor.pid() { alive.remove(other) }
    }
  }
}
