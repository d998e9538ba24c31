internal import Events

// Calls, signals and ends.

extension StraceImporter {
  /// A call of clone, fork or vfork in a line.
  static func fork(in cursor: LineCursor) -> (flags: UnsafeRawBufferPointer, result: StraceResult)? {
    var cursor = cursor
    guard
      cursor.accept(word: "clone(") || cursor.accept(word: "clone3(") || cursor.accept(word: "vfork(")
        || cursor.accept(word: "fork(")
    else { return nil }
    let start = cursor.position
    // The arguments have no text of the process.
    while let close = cursor.place(of: ")", from: cursor.position) {
      cursor.position = close &+ 1
      let result = StraceResult(&cursor)
      if case .none = result { continue }
      return (cursor.slice(start, close), result)
    }
    return (cursor.slice(start, cursor.count), .none)
  }

  /// The result in a line that resumes such a call; nil in other lines.
  static func resumedFork(in cursor: LineCursor) -> StraceResult? {
    var cursor = cursor
    guard cursor.accept(word: "<... "), !cursor.isAt("exec"), cursor.next != UInt8(ascii: "w") else { return nil }
    return resumed(&cursor)
  }

  static func resumed(_ cursor: inout LineCursor) -> StraceResult? {
    guard let end = cursor.place(of: ">", from: cursor.position) else { return nil }
    cursor.position = end &+ 1
    while let close = cursor.place(of: ")", from: cursor.position) {
      cursor.position = close &+ 1
      let result = StraceResult(&cursor)
      if case .none = result { continue }
      return result
    }
    return StraceResult.none
  }

  mutating func handle(
    _ text: UnsafeRawBufferPointer, of thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    var cursor = LineCursor(text)
    switch cursor.next {
    case UInt8(ascii: "<"): readReturn(&cursor, of: thread, at: moment, into: &events)
    case UInt8(ascii: "+"): readEnd(&cursor, of: thread, at: moment, into: &events)
    case UInt8(ascii: "-"): readSignal(&cursor, of: thread)
    case UInt8(ascii: "e"):
      let isAt = cursor.accept(word: "execveat(")
      if isAt || cursor.accept(word: "execve(") { readExec(&cursor, isAt: isAt, of: thread, at: moment, into: &events) }
    default:
      if let (flags, result) = Self.fork(in: cursor) {
        readFork(flags, result, cursor, of: thread, at: moment, into: &events)
      }
    }
  }

  mutating func readFork(
    _ flags: UnsafeRawBufferPointer, _ result: StraceResult, _ line: LineCursor, of thread: Int32,
    at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    if isError(result) { return }
    var fork = Fork(caller: thread, began: moment)
    fork.isVfork = line.isAt("vfork")
    let cursor = LineCursor(flags)
    var place = 0
    while let found = cursor.place(of: "C", from: place) {
      if cursor.isAt("CLONE_THREAD", found) { fork.isThread = true }
      if cursor.isAt("CLONE_VFORK", found) { fork.isVfork = true }
      if cursor.isAt("CLONE_NEWPID", found) { fork.makesNamespace = true }
      if cursor.isAt("CLONE_PARENT", found), cursor.byte(at: found &+ 12) != UInt8(ascii: "_") { fork.isSibling = true }
      place = found &+ 1
    }
    if forks.count >= Self.mostCalls {
      forks.removeFirst()
      remarks.dropped &+= 1
    }
    forks.append(fork)
    if case .none = result {
      openThread = thread
    } else {
      returned(thread, result, at: moment, into: &events)
    }
  }

  mutating func readExec(
    _ cursor: inout LineCursor, isAt: Bool, of thread: Int32, at moment: ImportMoment,
    into events: inout [RecordedEvent]
  ) {
    guard let program = StraceProgram(&cursor, isAt: isAt) else { return }
    let result = StraceResult(&cursor)
    if case .none = result {
      cursor.skipSpaces()
      // Another thread than the leader becomes the leader by its exec.
      let caller = cursor.accept(word: "<pid changed to ") ? cursor.pid() ?? thread : thread
      execs.append(Exec(caller: caller, program: program))
      execBytes &+= program.size
      while execs.count > Self.mostCalls || execBytes > Self.mostBytes {
        execBytes &-= execs.removeFirst().program.size
        remarks.dropped &+= 1
      }
    } else {
      finish(program, result, of: thread, at: moment, into: &events)
    }
  }

  mutating func finish(
    _ program: StraceProgram, _ result: StraceResult, of thread: Int32, at moment: ImportMoment,
    into events: inout [RecordedEvent]
  ) {
    let pid = threads[thread] ?? thread
    let isExec: Bool
    let errno: Int32
    switch result {
    case .value(0, _): (isExec, errno) = (true, 0)
    case .error(let number?): (isExec, errno) = (false, number)
    default: return
    }
    var marks = program.marks
    if remarks.hasNoTimes { marks.insert(.untimed) }
    let names = pool.names(
      file: RawBytes(program.file), exe: "", interpreter: nil, cwd: RawBytes(program.cwd))
    let comm = isExec ? program.comm : processes[pid]?.comm ?? Comm([])
    let environment = program.environment.map { pool.environment(StringVector(bytes: $0)) }
    let image = program.argv.withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: comm, names: names, argv: $0, argvLength: $0.count, env: environment, marks: marks)
    }
    if isExec {
      processes.exec(pid, image, at: moment, into: &events)
    } else {
      processes.failedExec(pid, image, errno: errno, at: moment, into: &events)
    }
  }

  /// `<... execve resumed>) = 0`, `<... clone resumed>, child_tidptr=0x7f…) = 7`.
  mutating func readReturn(
    _ cursor: inout LineCursor, of thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    guard cursor.accept(word: "<... ") else { return }
    let isExec = cursor.isAt("exec")
    guard let result = Self.resumed(&cursor) else { return }
    if isExec {
      guard let index = execs.lastIndex(where: { $0.caller == thread }) else { return }
      let program = execs.remove(at: index).program
      execBytes &-= program.size
      finish(program, result, of: thread, at: moment, into: &events)
    } else if case .none = result {
      openThread = thread
    } else {
      returned(thread, result, at: moment, into: &events)
    }
  }

  /// `+++ exited with 3 +++`, `+++ killed by SIGSEGV (core dumped) +++`, `+++ superseded by execve in pid 7 +++`.
  mutating func readEnd(
    _ cursor: inout LineCursor, of thread: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    if cursor.accept(word: "+++ superseded by execve in pid ") {
      guard let other = cursor.pid() else { return }
      for index in execs.indices where execs[index].caller == other { execs[index].caller = thread }
      threads[other] = nil
      return
    }
    let status: ExitStatus
    if cursor.accept(word: "+++ exited with ") {
      guard let code = cursor.number(most: 255) else { return }
      status = ExitStatus(code: Int32(truncatingIfNeeded: code))
    } else if cursor.accept(word: "+++ killed by ") {
      guard let signal = Self.signal(cursor.word()) else { return }
      status = ExitStatus(signal: signal, core: cursor.isAt(" (core dumped)"))
    } else {
      return
    }
    forks.removeAll { $0.caller == thread }
    if threads.removeValue(forKey: thread) == nil {
      let last = signals.removeValue(forKey: thread)
      processes.exit(
        thread, status, killer: status.signal != 0 && last?.signal == status.signal ? last?.killer : nil, at: moment,
        into: &events)
      inner.remove(thread)
    }
    for index in execs.indices.reversed() where execs[index].caller == thread {
      execBytes &-= execs.remove(at: index).program.size
    }
    settle(into: &events)
  }

  /// The number of a signal's name; nil for an unknown one. `SIGRT_2` is strace's name of real-time signal 34.
  static func signal(_ name: UnsafeRawBufferPointer) -> Int32? {
    if name.starts(with: "SIGRT_".utf8) {
      var cursor = LineCursor(name)
      cursor.position = 6
      return cursor.number(most: 32).map { Int32(truncatingIfNeeded: $0) &+ 32 }
    }
    return SignalName.value(of: String(decoding: name, as: UTF8.self))
  }

  /// `--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=0} ---`: who sent it, if it ends the process.
  mutating func readSignal(_ cursor: inout LineCursor, of thread: Int32) {
    let pid = threads[thread] ?? thread
    guard cursor.accept(word: "--- "), let signal = Self.signal(cursor.word()), cursor.accept(word: " {si_signo=")
    else { return }
    guard let comma = cursor.place(of: ",", from: cursor.position) else { return }
    cursor.position = comma
    guard cursor.accept(word: ", si_code=") else { return }
    let isSent = cursor.isAt("SI_USER") || cursor.isAt("SI_TKILL") || cursor.isAt("SI_QUEUE")
    let killer: Killer
    if isSent {
      guard let comma = cursor.place(of: ",", from: cursor.position) else { return }
      cursor.position = comma
      // A pid of another PID namespace is not one of the trace.
      guard cursor.accept(word: ", si_pid="), let number = cursor.pid(), !inner.contains(pid),
        let sender = processes[threads[number] ?? number]
      else {
        signals[pid] = nil
        return
      }
      killer = .process(Killer.Sender(id: sender.id, comm: sender.comm, uid: sender.uid))
    } else {
      killer = .kernel(code: 0)
    }
    signals[pid] = (signal, killer)
  }
}
