internal import Events

/// Decodes a line of `JSONLineEncoder`, or of another program that writes the same members.
public struct JSONLineDecoder: Sendable {
  /// A decoder.
  public init() {}

  /// Decodes one line.
  /// - Parameters:
  ///   - line: one JSON object, with or without a line end.
  ///   - number: the number of the line, from 1, for errors.
  /// - Returns: nil for a kind of event (`ev`) that this version does not know.
  /// - Throws: a `malformed` error with the column, and with the text that was expected there.
  /// - Complexity: O(bytes of the line).
  public func decode(_ line: ArraySlice<UInt8>, number: Int) throws(JSONLineError) -> RecordedEvent? {
    var pool = ProgramPool()
    var host: RecordedHost?
    return try decode(line, number: number, from: line.startIndex, sharing: &pool, host: &host)
  }

  /// Decodes one of many lines, and stores repeated values once.
  /// - Parameters:
  ///   - lineStart: the index that columns are counted from.
  ///   - host: the machine of the line before, which most lines share.
  func decode(
    _ line: ArraySlice<UInt8>, number: Int, from lineStart: Int, sharing pool: inout ProgramPool,
    host: inout RecordedHost?
  ) throws(JSONLineError) -> RecordedEvent? {
    do throws(JSONFault) {
      var scanner = JSONScanner(line)
      scanner.skipSpace()
      var fields = JSONLineFields()
      let start = scanner.position
      try scanner.members { (name, scanner) throws(JSONFault) in try fields.read(name, from: &scanner) }
      try scanner.requireEnd()
      guard let event = try fields.event(at: start, sharing: &pool) else { return nil }
      return RecordedEvent(
        event: event, sequence: fields.sequence, wallTime: fields.wallTime,
        host: try fields.machine(at: start, sharing: &host))
    } catch {
      throw JSONLineError(
        kind: .malformed, line: number, column: error.position &- lineStart &+ 1, message: error.message)
    }
  }
}

extension JSONLineFields {
  /// The machine that the line names; nil if it names none. Trees keep its name, so it is bounded.
  fileprivate func machine(
    at position: Int, sharing last: inout RecordedHost?
  ) throws(JSONFault) -> RecordedHost? {
    let (name, boot) = (host.bytes ?? [], bootID.bytes ?? [])
    if name.isEmpty, boot.isEmpty { return nil }
    guard name.count <= RecordedHost.nameLimit, boot.count <= RecordedHost.nameLimit else {
      throw JSONFault(
        position: position, message: "expected a name of a machine of at most \(RecordedHost.nameLimit) bytes")
    }
    if let last, last.name.bytes == name, last.boot.bytes == boot { return last }
    last = RecordedHost(name: RawBytes(name), boot: RawBytes(boot))
    return last
  }

  /// Makes the event of the members; nil for an unknown kind.
  /// - Parameter position: the start of the object, where a missing member is reported.
  fileprivate func event(at position: Int, sharing pool: inout ProgramPool) throws(JSONFault) -> ProcessEvent? {
    func need<Value>(_ value: Value?, _ name: String) throws(JSONFault) -> Value {
      guard let value else {
        throw JSONFault(position: position, message: "expected a member \"\(name)\" in the object")
      }
      return value
    }

    let kind = try need(kind, "ev")
    if kind == .unknown { return nil }
    let time = try need(boot, "boot")
    if kind == .lost {
      return .lost(LostEvent(time: time, since: since, counts: losses, records: records, unnamed: unnamed ?? 0))
    }
    if kind == .census {
      return .census(CensusEvent(time: time, alive: try need(alive, "alive"), unsure: unsure))
    }

    func identity(_ pid: Int32?, _ name: String, _ start: UInt64?, _ startName: String) throws(JSONFault) -> ProcessID {
      ProcessID(pid: try need(pid, name), startTime: try need(start, startName))
    }

    let id = try identity(pid, "pid", start, "start")
    if kind == .output {
      return .output(
        OutputEvent(
          time: time, process: id, stream: try need(stream, "stream"), bytes: text.bytes ?? [], leftOut: leftOut))
    }
    let comm = try comm(from: self.comm, at: position) ?? Comm([])
    var parent: ProcessID?
    if let parentPID, parentPID != 0 { parent = try identity(parentPID, "ppid", parentStart, "pstart") }
    let uid = try need(uid, "uid")
    let facts = ProcessFacts(
      id: id, parent: parent, comm: comm, uid: uid, euid: euid, gid: gid ?? 0, auditUID: login,
      session: session ?? ProcessFacts.unknownSession,
      processGroup: group ?? ProcessFacts.unknownSession, innerPID: innerPID, tty: tty.bytes.map { RawBytes($0) },
      cgroup: cgroup.bytes.map { RawBytes($0) }, user: user.bytes.map { RawBytes($0) },
      isKernelThread: isKernelThread)
    func image(at imageTime: UInt64) throws(JSONFault) -> ProcessImage {
      let names = pool.names(
        file: RawBytes(file.bytes ?? []), exe: RawBytes(exe.bytes ?? []),
        interpreter: interpreter.bytes.map { RawBytes($0) }, cwd: RawBytes(cwd.bytes ?? []))
      let environment = env.vector.map { pool.environment($0) }
      let comm = try self.comm(from: imageComm, at: position) ?? comm
      // A title replaces the arguments, and is stored in their place.
      let title = title.bytes.map { StringVector(bytes: $0.isEmpty ? [] : $0 + [0]) }
      // If the arguments are unknown, at most their length is known.
      let argv = argv.vector ?? title ?? StringVector(bytes: [], trueLength: argv.length)
      let marks = title == nil ? marks : marks.union(.title)
      return argv.bytes.withUnsafeBytes {
        ProcessImage(
          time: imageTime, comm: comm, names: names, argv: $0, argvLength: argv.trueLength, env: environment,
          marks: marks)
      }
    }

    switch kind {
    case .fork: return .fork(ForkEvent(time: time, process: facts, isByParent: isByParent))
    case .exec: return .exec(ExecEvent(process: facts, image: try image(at: time)))
    case .fail:
      // `ret` is the negative errno. Its range was checked when it was read.
      let errno = try need(result.map { Int32(truncatingIfNeeded: 0 &- $0) } ?? errno, "ret")
      return .failedExec(FailedExecEvent(process: facts, errno: errno, image: try image(at: time)))
    case .exist:
      return .existing(
        ExistingProcess(
          time: time, process: facts, image: try image(at: imageBoot ?? time), isAgain: isAgain))
    default:
      var reaper: ProcessID?
      if reaperPID != nil { reaper = try identity(reaperPID, "reaper", reaperStart, "rstart") }
      return .exit(
        ExitEvent(
          time: time, process: facts, status: try status(at: position), usage: usage, reaper: reaper,
          killer: killer))
    }
  }

  private func status(at position: Int) throws(JSONFault) -> ExitStatus {
    if let waitStatus { return ExitStatus(waitStatus: waitStatus) }
    if let signal, signal != 0 { return ExitStatus(signal: signal, core: dumpedCore) }
    if let code { return ExitStatus(code: code) }
    throw JSONFault(position: position, message: "expected a member \"exit\" or \"sig\" in the object")
  }

  private func comm(from text: Text, at position: Int) throws(JSONFault) -> Comm? {
    guard let bytes = text.bytes else { return nil }
    guard bytes.count <= 15, !bytes.contains(0) else {
      throw JSONFault(position: position, message: "expected a comm of at most 15 bytes without NUL")
    }
    return Comm(bytes)
  }
}
