internal import Events

/// Reads the logs of auditd, raw and enriched, as its log file, ausearch (also `-i`), syslog and the journal have them.
///
/// An event is one or more records with the same serial number; those of an exec are SYSCALL, EXECVE, CWD, PATH and
/// PROCTITLE, and records of other events may be between them. An event is complete with its PROCTITLE or EOE record,
/// or two seconds later. Events keep the order of their first records.
struct AuditImporter: TraceImporter {
  private var trail = AuditTrail()
  /// Events that wait for records, or for such events before them.
  private var waiting: [AuditEvent] = []
  /// How many bytes of arguments they have.
  private var waitingBytes = 0
  private var newest: Int64 = 0

  /// The most events that wait.
  private static let waitingLimit = 256
  private static let waitingBytesLimit = 32 << 20
  /// How long an event waits for its records, in nanoseconds.
  private static let patience: Int64 = 2_000_000_000

  init() {}

  static var needsLineEnd: Bool { true }

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    // Other lines may quote a record; then they do not start with one.
    var (whole, some) = (0, 0)
    for line in lines {
      let isRecord = line.withUnsafeBytes { AuditRecord($0) != nil }
      if !isRecord { continue }
      some &+= 1
      if line.starts(with: "type=".utf8) || line.starts(with: "node=".utf8) { whole &+= 1 }
    }
    return whole > 0 ? 95 : some &* 2 >= lines.count ? 80 : 0
  }

  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    line.withUnsafeBytes { read($0, into: &events) }
  }

  mutating func finish(into events: inout [RecordedEvent]) {
    for index in waiting.indices { waiting[index].isComplete = true }
    emit(into: &events)
  }

  private mutating func read(_ line: UnsafeRawBufferPointer, into events: inout [RecordedEvent]) -> Bool {
    guard let record = AuditRecord(line) else { return Self.isSeparator(line) }
    if record.kind == .other { return true }
    guard let node = trail.node(record.node) else { return false }
    let id = AuditEventID(node: node, wall: record.wall, serial: record.serial)
    newest = max(newest, record.wall)
    switch record.kind {
    case .syscall, .abend:
      guard let event = Self.event(id, record, line) else { return false }
      guard event.call != nil || event.signal != nil else { return true }
      guard event.pid != nil else { return false }
      if event.isComplete, waiting.isEmpty {
        trail.apply(event, into: &events)
      } else {
        waiting.append(event)
        emit(into: &events)
      }
    case .execve, .cwd, .path:
      guard let index = waiting.lastIndex(where: { $0.id == id && !$0.isComplete }) else { return true }
      switch record.kind {
      case .execve:
        let before = waiting[index].argv.count
        Self.addArguments(to: &waiting[index], record, line)
        waitingBytes &+= waiting[index].argv.count &- before
      case .cwd: Self.addDirectory(to: &waiting[index], record, line)
      default: Self.addPath(to: &waiting[index], record, line)
      }
      if waitingBytes > Self.waitingBytesLimit { emit(into: &events) }
    default:
      guard let index = waiting.lastIndex(where: { $0.id == id }) else { return true }
      waiting[index].isComplete = true
      emit(into: &events)
    }
    return true
  }

  /// Lines that ausearch puts between events.
  private static func isSeparator(_ line: UnsafeRawBufferPointer) -> Bool {
    let cursor = LineCursor(line)
    return cursor.isAt("----") || cursor.isAt("time->")
  }

  /// Makes events of those that wait, as far as they are complete or have waited long enough.
  private mutating func emit(into events: inout [RecordedEvent]) {
    var count = 0
    while count < waiting.count {
      let (age, overflows) = newest.subtractingReportingOverflow(waiting[count].id.wall)
      guard
        waiting[count].isComplete || overflows || age > Self.patience
          || waiting.count &- count > Self.waitingLimit || waitingBytes > Self.waitingBytesLimit
      else { break }
      waiting[count].closeArgument()
      waitingBytes &-= waiting[count].argv.count
      trail.apply(waiting[count], into: &events)
      count &+= 1
    }
    if count == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      waitingBytes = 0
    } else if count > 0 {
      waiting.removeFirst(count)
    }
  }
}

// MARK: - Records

extension AuditImporter {
  /// The event of a SYSCALL or ANOM_ABEND record. It has no call where that tells nothing about processes.
  /// - Returns: nil for a record with a wrong number.
  private static func event(_ id: AuditEventID, _ record: AuditRecord, _ line: UnsafeRawBufferPointer) -> AuditEvent? {
    var event = AuditEvent()
    event.id = id
    let isInterpreted = record.isInterpreted
    var fields = AuditFields(line, from: record.fields)
    var architecture: UInt32?
    var number: UInt32?
    while let value = fields.next() {
      switch fields.word {
      case 0x6863_7261:  // arch
        architecture = UInt32(hexadecimal: value.bytes)
      case 0x6c6c_6163_7379_73:  // syscall
        number = UInt32(decimal: value.bytes)
        if let number {
          if let architecture { event.call = AuditCall(architecture: architecture, number: number) }
          // Most records of a busy log end here: those of other calls.
          if event.call == nil, architecture == 0xc000_003e || architecture == 0xc000_00b7 { return event }
        } else {
          event.call = AuditCall(name: value.bytes)
          if event.call == nil { return event }
        }
      case 0x4c4c_4143_5359_53:  // SYSCALL
        if event.call == nil { event.call = AuditCall(name: value.bytes) }
      case 0x7373_6563_6375_73:  // success
        event.isSuccess = value.bytes.first == UInt8(ascii: "y")
      case 0x7469_7865:  // exit
        if let result: Int64 = value.integer() { event.result = result } else { event.errno = errno(value.bytes) }
      case 0x3061:  // a0
        event.arguments.0 = UInt64(hexadecimal: value.bytes)
        if isInterpreted { event.flagWords = flags(value.bytes) }
      case 0x3161:  // a1
        event.arguments.1 = UInt64(hexadecimal: value.bytes)
      case 0x6469_7070:  // ppid
        event.parent = value.integer()
      case 0x64_6970:  // pid
        guard let pid: Int32 = value.integer(), ImportedProcesses.pids ~= pid else { return nil }
        event.pid = pid
      case 0x6469_7561:  // auid
        event.loginUID = value.id
      case 0x64_6975:  // uid
        event.uid = value.id
        if isInterpreted { interpretUser(value, &event) }
      case 0x6469_7565:  // euid
        event.euid = value.id ?? (isInterpreted && value.bytes.elementsEqual("root".utf8) ? 0 : nil)
      case 0x64_6967:  // gid
        event.gid = value.id ?? (isInterpreted && value.bytes.elementsEqual("root".utf8) ? 0 : nil)
      case 0x79_7474:  // tty
        event.tty = value.isNull ? nil : terminal(value.bytes)
      case 0x6d6d_6f63:  // comm
        if !value.isNull { event.comm = value.withText(isInterpreted: isInterpreted) { Comm($0) } }
      case 0x65_7865:  // exe
        // Only an exec shows it.
        if event.call == .exec { event.exe = value.text(isInterpreted: isInterpreted) }
      case 0x44_4955:  // UID
        if !value.bytes.starts(with: "unknown(".utf8), !value.bytes.elementsEqual("unset".utf8) {
          event.user = RawBytes(value.bytes)
        }
      case 0x67_6973:  // sig
        if record.kind == .abend { event.signal = value.integer() ?? signal(value.bytes) }
      default: break
      }
    }
    if record.kind == .abend {
      event.call = nil
      event.isComplete = true
      // The record has the user, and nothing of the parent.
      return event.signal == nil ? nil : event
    }
    event.isComplete = event.call != .exec
    return event
  }

  private static func addArguments(to event: inout AuditEvent, _ record: AuditRecord, _ line: UnsafeRawBufferPointer) {
    event.hasArguments = true
    var fields = AuditFields(line, from: record.fields)
    while let value = fields.next() {
      if fields.word == 0x6367_7261 {  // argc
        event.argc = value.integer()
        continue
      }
      // aN, aN_len, aN[K]
      var name = LineCursor(fields.name)
      guard name.accept("a"), let number = name.number(most: .max / 16) else { continue }
      if name.isAtEnd {
        if record.isInterpreted, !value.isQuoted {
          event.marks.insert(.reconstructed)
          event.appendArgument(fields.value(upTo: fields.place(ofArgument: number &+ 1)))
        } else {
          value.withText(isInterpreted: record.isInterpreted) { event.appendArgument($0) }
        }
      } else if name.accept("[") {
        value.withText(isInterpreted: record.isInterpreted) { event.appendPiece($0, of: number) }
      }
    }
  }

  private static func addDirectory(to event: inout AuditEvent, _ record: AuditRecord, _ line: UnsafeRawBufferPointer) {
    var fields = AuditFields(line, from: record.fields)
    while let value = fields.next() {
      guard fields.word == 0x64_7763 else { continue }  // cwd
      event.cwd =
        record.isInterpreted && !value.isQuoted
        ? RawBytes(fields.value(upTo: line.count)) : value.text(isInterpreted: record.isInterpreted)
      return
    }
  }

  private static func addPath(to event: inout AuditEvent, _ record: AuditRecord, _ line: UnsafeRawBufferPointer) {
    var fields = AuditFields(line, from: record.fields)
    var item: UInt32?
    while let value = fields.next() {
      if fields.word == 0x6d65_7469 {  // item
        item = value.integer()
      } else if fields.word == 0x656d_616e {  // name
        let text = value.text(isInterpreted: record.isInterpreted)
        if item == 0 { event.paths.0 = text } else if item == 1 { event.paths.1 = text }
        return
      }
    }
  }

  /// An errno as interpreted logs write it: `ENOENT(No such file or directory)`.
  private static func errno(_ text: UnsafeRawBufferPointer) -> Int32? {
    let name = text.prefix { $0 != UInt8(ascii: "(") }
    guard name.count <= 32 else { return nil }
    return ErrnoName.value(of: String(decoding: name, as: UTF8.self))
  }

  private static func signal(_ text: UnsafeRawBufferPointer) -> Int32? {
    guard text.count <= 32 else { return nil }
    return SignalName.value(of: String(decoding: text, as: UTF8.self))
  }

  /// Clone's flags as words: `CLONE_VM|CLONE_THREAD|…`.
  private static func flags(_ text: UnsafeRawBufferPointer) -> (thread: Bool, parent: Bool)? {
    guard text.starts(with: "CLONE_".utf8) || text.contains(UInt8(ascii: "|")) else { return nil }
    let words = text.split(separator: UInt8(ascii: "|"))
    return (
      words.contains { $0.elementsEqual("CLONE_THREAD".utf8) }, words.contains { $0.elementsEqual("CLONE_PARENT".utf8) }
    )
  }

  /// The name of a user in place of its number, as interpreted logs have it: only root's number is known.
  private static func interpretUser(_ value: AuditValue, _ event: inout AuditEvent) {
    guard event.uid == nil, !value.bytes.elementsEqual("unset".utf8), !value.bytes.starts(with: "unknown(".utf8) else {
      return
    }
    event.user = RawBytes(value.bytes)
    if value.bytes.elementsEqual("root".utf8) { event.uid = 0 }
  }

  /// The kernel writes `pts3` for `pts/3`.
  static func terminal(_ text: UnsafeRawBufferPointer) -> RawBytes {
    guard text.starts(with: "pts".utf8), let digit = text.dropFirst(3).first, 0x30...0x39 ~= digit else {
      return RawBytes(text)
    }
    return RawBytes(Array("pts/".utf8) + text.dropFirst(3))
  }
}
