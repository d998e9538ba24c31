internal import Events

/// Reads process events in the Elastic Common Schema: of Elastic Endpoint, of Auditbeat's process and auditd data, and
/// of other programs that write `event.type` and `process.…`, one object a line or over many, with nested or dotted
/// names, also as `_source` of a search result.
struct ECSImporter: JSONTraceImporter {
  private var trail = IdentifiedTrail()
  var values = JSONValues()
  var remarks = ImportRemarks()

  init() {}

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    let words: [StaticString] = [#""@timestamp""#, #""process.pid""#, #""process.entity_id""#]
    return JSONHead.likeness(of: lines, words: words) { (scanner) throws(JSONFault) in
      var (hasTime, hasEvent, hasVersion) = (false, false, false)
      func look(_ scanner: inout JSONScanner) throws(JSONFault) {
        try scanner.walk(paths) { (field, scanner) throws(JSONFault) in
          switch field {
          case .source where scanner.kind == .object: return try look(&scanner)
          case .timestamp: hasTime = scanner.kind == .string
          case .action, .type, .kind: hasEvent = true
          case .version, .pid: hasVersion = true
          default: break
          }
          try scanner.skipValue()
        }
      }
      try look(&scanner)
      return hasTime && hasEvent && hasVersion
    }
  }

  // MARK: Members

  private enum Field: String, CaseIterable, Sendable {
    case source = "_source"
    case timestamp = "@timestamp"
    case version = "ecs.version"
    case action = "event.action"
    case type = "event.type"
    case kind = "event.kind"
    case category = "event.category"
    case outcome = "event.outcome"
    case host = "host.name"
    case hostname = "host.hostname"
    case agent = "agent.hostname"
    case user = "user.name"
    case uid = "user.id"
    case euid = "user.effective.id"
    case gid = "group.id"
    case loginUID = "user.audit.id"
    case groupOfUser = "user.group.id"
    case processUser = "process.user.name"
    case processUID = "process.user.id"
    case realUser = "process.real_user.name"
    case realUID = "process.real_user.id"
    case processGID = "process.group.id"
    case realGID = "process.real_group.id"
    case pid = "process.pid"
    case oldParentPID = "process.ppid"
    case id = "process.entity_id"
    case executable = "process.executable"
    case name = "process.name"
    case arguments = "process.args"
    case commandLine = "process.command_line"
    case directory = "process.working_directory"
    case exitCode = "process.exit_code"
    case start = "process.start"
    case environment = "process.env_vars"
    case groupLeader = "process.group_leader.pid"
    case sessionLeader = "process.session_leader.pid"
    case innerPID = "process.group_leader.vpid"
    case parentPID = "process.parent.pid"
    case parentID = "process.parent.entity_id"
    case parentExecutable = "process.parent.executable"
    case parentName = "process.parent.name"
    case parentArguments = "process.parent.args"
    case parentCommandLine = "process.parent.command_line"
    case parentDirectory = "process.parent.working_directory"
    case parentStart = "process.parent.start"
    case call = "auditd.data.syscall"
    case result = "auditd.data.exit"
    case tty = "auditd.data.tty"
  }

  private static let paths = JSONPaths<Field>()

  /// What an event does to a process. One document may tell of several.
  private struct Steps: OptionSet {
    let rawValue: UInt8
    static let fork = Steps(rawValue: 1)
    static let exec = Steps(rawValue: 2)
    static let end = Steps(rawValue: 4)
    static let existing = Steps(rawValue: 8)
    /// Found by reading /proc again and again: the program is the one of that time.
    static let found = Steps(rawValue: 16)
    /// Of a type that starts a process, by an action that is not known.
    static let start = Steps(rawValue: 32)
  }

  private struct Document {
    var wall: Int64?
    var steps: Steps = []
    /// What the type says, which only counts for the category of processes.
    var types: Steps = []
    var isProcess = false
    var hasPID = false
    var isFailure = false
    var errno: Int32?
    var host: RawBytes?
    var process = IdentifiedProcess()
    var parent = IdentifiedProcess()
    var commandLine: RawBytes?
    var parentCommandLine: RawBytes?
    var code: Int64?
    var uids: (own: UInt32?, real: UInt32?, event: UInt32?)
    var gids: (own: UInt32?, real: UInt32?, event: UInt32?)
    var names: (own: RawBytes?, real: RawBytes?, event: RawBytes?)
  }

  mutating func event(
    _ scanner: inout JSONScanner, into events: inout [RecordedEvent]
  ) throws(JSONFault) -> JSONValues.Outcome {
    var document = Document()
    try Self.read(&scanner, into: &document)
    guard document.wall != nil || document.hasPID else { return .bad }
    if document.isProcess { document.steps.formUnion(document.types) }
    // Documents of other kinds may name a process too.
    guard document.hasPID, !document.steps.isEmpty else { return .good }
    guard ImportedProcesses.pids ~= document.process.pid, let node = trail.node(document.host?.bytes ?? []) else {
      return .bad
    }
    complete(&document)
    let process = document.process
    let parent = document.parent.pid > 0 ? document.parent : nil
    let moment = trail.moment(wall: document.wall, on: node)
    let steps = document.steps
    if document.isFailure {
      if let errno = document.errno, steps.contains(.exec) {
        // The executable is that of the caller.
        var tried = process
        tried.exe = nil
        trail.failedExec(tried, parent: parent, errno: errno, at: moment, on: node, into: &events)
      }
      return .good
    }
    if steps.contains(.existing) {
      trail.existing(process, parent: parent, at: moment, on: node, into: &events)
    } else if steps.contains(.found) {
      trail.found(process, parent: parent, at: moment, on: node, into: &events)
    }
    if steps.contains(.fork) {
      trail.fork(process, parent: parent, at: moment, on: node, into: &events)
    }
    if steps.contains(.exec) || steps.contains(.start) && steps.isDisjoint(with: [.fork, .existing, .found, .end]) {
      trail.exec(process, parent: parent, at: moment, on: node, into: &events)
    }
    if steps.contains(.end) {
      let status = document.code.flatMap { 0...255 ~= $0 ? ExitStatus(code: Int32(truncatingIfNeeded: $0)) : nil }
      trail.exit(process, parent: parent, status: status, at: moment, on: node, into: &events)
    }
    return .good
  }

  /// Chooses between the members that tell the same.
  private func complete(_ document: inout Document) {
    let (uids, gids, names) = (document.uids, document.gids, document.names)
    document.process.uid = uids.real ?? uids.own ?? uids.event
    document.process.euid = document.process.euid ?? uids.own ?? uids.event
    document.process.gid = gids.real ?? gids.own ?? gids.event
    document.process.user = names.real ?? names.own ?? names.event
    if document.process.argv == nil, let line = document.commandLine {
      document.process.argv = ReconstructedArguments.splitQuoted(line.bytes[...])
      document.process.marks.insert(.reconstructed)
    }
    if document.parent.argv == nil, let line = document.parentCommandLine {
      document.parent.argv = ReconstructedArguments.splitQuoted(line.bytes[...])
      document.parent.marks.insert(.reconstructed)
    }
  }

  private static func read(_ scanner: inout JSONScanner, into document: inout Document) throws(JSONFault) {
    try scanner.walk(paths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .source:
        if scanner.kind == .object { try read(&scanner, into: &document) } else { try scanner.skipValue() }
      case .timestamp: document.wall = try scanner.timestamp()
      case .version, .kind, .innerPID: try scanner.skipValue()
      case .action: try scanner.words { document.steps.formUnion(steps(ofAction: $0)) }
      case .type: try scanner.words { document.types.formUnion(steps(ofType: $0)) }
      case .category: try scanner.words { if $0.elementsEqual("process".utf8) { document.isProcess = true } }
      case .outcome: document.isFailure = try scanner.name().elementsEqual("failure".utf8)
      case .host: document.host = RawBytes(try scanner.name())
      case .hostname, .agent:
        let name = RawBytes(try scanner.name())
        document.host = document.host ?? name
      case .user: document.names.event = RawBytes(try scanner.name())
      case .uid: document.uids.event = try scanner.optionalInteger()
      case .processUser: document.names.own = RawBytes(try scanner.name())
      case .processUID: document.uids.own = try scanner.optionalInteger()
      case .realUser: document.names.real = RawBytes(try scanner.name())
      case .realUID: document.uids.real = try scanner.optionalInteger()
      case .euid: document.process.euid = try scanner.optionalInteger()
      case .gid, .groupOfUser: document.gids.event = try scanner.optionalInteger()
      case .processGID: document.gids.own = try scanner.optionalInteger()
      case .realGID: document.gids.real = try scanner.optionalInteger()
      case .loginUID:
        let uid: UInt32? = try scanner.optionalInteger()
        document.process.loginUID = uid == .max ? nil : uid
      case .pid:
        document.process.pid = try scanner.pid()
        document.hasPID = true
      case .oldParentPID, .parentPID: document.parent.pid = try scanner.pid()
      case .id: document.process.identity = RawBytes(try scanner.name())
      case .parentID: document.parent.identity = RawBytes(try scanner.name())
      case .executable: document.process.exe = RawBytes(try scanner.name())
      case .parentExecutable: document.parent.exe = RawBytes(try scanner.name())
      case .name: document.process.comm = Comm(try scanner.name())
      case .parentName: document.parent.comm = Comm(try scanner.name())
      case .arguments: document.process.argv = try scanner.arguments()
      case .parentArguments: document.parent.argv = try scanner.arguments()
      case .commandLine: document.commandLine = RawBytes(try scanner.name())
      case .parentCommandLine: document.parentCommandLine = RawBytes(try scanner.name())
      case .directory: document.process.cwd = RawBytes(try scanner.name())
      case .parentDirectory: document.parent.cwd = RawBytes(try scanner.name())
      case .exitCode: document.code = try scanner.optionalInteger()
      case .start: document.process.start = try scanner.timestamp()
      case .parentStart: document.parent.start = try scanner.timestamp()
      case .environment: document.process.env = try scanner.arguments()
      case .groupLeader: document.process.group = try scanner.pid()
      case .sessionLeader: document.process.session = try scanner.pid()
      case .call: try scanner.words { if $0.starts(with: "execve".utf8) { document.steps.insert(.exec) } }
      case .result: document.errno = try scanner.errnoOfResult()
      case .tty:
        let tty = try scanner.name()
        if !tty.elementsEqual("(none)".utf8) {
          document.process.tty = tty.withUnsafeBytes { AuditImporter.terminal($0) }
        }
      }
    }
  }

  private static func steps(ofAction action: ArraySlice<UInt8>) -> Steps {
    func isOneOf(_ words: [StaticString]) -> Bool {
      words.contains { word in
        action.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
      }
    }
    if isOneOf(["exec", "executed", "exec_event"]) { return .exec }
    if isOneOf(["fork"]) { return .fork }
    if isOneOf(["end", "process_stopped", "exit", "terminated", "exit_event"]) { return .end }
    if isOneOf(["process_started"]) { return .found }
    return isOneOf(["existing_process", "already_running"]) ? .existing : []
  }

  private static func steps(ofType type: ArraySlice<UInt8>) -> Steps {
    if type.elementsEqual("end".utf8) { return .end }
    return type.elementsEqual("start".utf8) ? .start : []
  }
}

extension JSONScanner {
  /// Reads a string, or each of an array; other values are skipped.
  mutating func words(_ body: (ArraySlice<UInt8>) -> Void) throws(JSONFault) {
    switch kind {
    case .string: body(try name())
    case .array: try array { (scanner) throws(JSONFault) in try scanner.words(body) }
    default: try skipValue()
    }
  }

  /// Reads strings as one block, each closed by NUL: an array, or one string alone.
  mutating func arguments() throws(JSONFault) -> [UInt8] {
    var block: [UInt8] = []
    func add(_ scanner: inout JSONScanner) throws(JSONFault) {
      let string = try scanner.name()
      // No argument has a NUL.
      block.append(contentsOf: string.prefix { $0 != 0 })
      block.append(0)
    }
    if kind == .array {
      try array { (scanner) throws(JSONFault) in try add(&scanner) }
    } else {
      try add(&self)
    }
    return block
  }

  /// Reads an integer, also in a string; nil for another number or string, as the ids of other systems are.
  mutating func optionalInteger<Value: FixedWidthInteger>() throws(JSONFault) -> Value? {
    guard kind != .string else { return Value(decimal: try name()) }
    let value: Int64 = try integer()
    return Value(exactly: value)
  }

  /// Reads what a call returned: `ENOENT`, `-2` or -2; the errno, nil for none.
  mutating func errnoOfResult() throws(JSONFault) -> Int32? {
    var number: Int64?
    if kind == .string {
      let text = try name()
      guard text.count <= 32 else { return nil }
      if let errno = ErrnoName.value(of: String(decoding: text, as: UTF8.self)) { return errno }
      number = Int64(decimal: text)
    } else {
      number = try integer()
    }
    return number.flatMap { -4095...(-1) ~= $0 ? Int32(truncatingIfNeeded: 0 &- $0) : nil }
  }
}
