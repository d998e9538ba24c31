internal import Events

/// Reads the JSON of Tetragon: its export log and `tetra getevents -o json`, one object a line or over many lines, with
/// names as `exec_id` or `execId`.
///
/// `exec_id` is the identity of one program, not of the process: a parent with the same pid is the program before. There
/// are no forks; a child that never executed a program is told by its exit. `arguments` is one string without argv[0].
struct TetragonImporter: JSONTraceImporter {
  private var trail = IdentifiedTrail()
  var values = JSONValues()
  var remarks = ImportRemarks()

  init() {}

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    let words: [StaticString] = [
      #""process_exec""#, #""process_exit""#, #""processExec""#, #""processExit""#, #""process_kprobe""#,
    ]
    return JSONHead.likeness(of: lines, words: words) { (scanner) throws(JSONFault) in
      var isShape = false
      try scanner.walk(topPaths) { (field, scanner) throws(JSONFault) in
        switch field {
        case .time, .node: break
        default: if scanner.kind == .object { isShape = true }
        }
        try scanner.skipValue()
      }
      return isShape
    }
  }

  // MARK: Members

  private enum Top: String, CaseIterable, Sendable {
    case exec = "process_exec"
    case exit = "process_exit"
    case rateLimit = "rate_limit_info"
    case node = "node_name"
    case time
    case kprobe = "process_kprobe"
    case tracepoint = "process_tracepoint"
    case loader = "process_loader"
    case uprobe = "process_uprobe"
    case usdt = "process_usdt"
    case lsm = "process_lsm"
    case throttle = "process_throttle"
    case test
  }

  private enum Part: String, CaseIterable, Sendable {
    case process, parent, signal, status, time
    case dropped = "number_of_dropped_process_events"
  }

  private enum Member: String, CaseIterable, Sendable {
    case id = "exec_id"
    case pid, uid, auid, cwd, binary, arguments, flags
    case start = "start_time"
    case realUID = "process_credentials.uid"
    case effectiveUID = "process_credentials.euid"
    case gid = "process_credentials.gid"
    case user = "user.name"
    case innerPID = "pod.container.pid"
    case environment = "environment_variables"
    case privileges = "binary_properties.privileges_changed"
    case links = "binary_properties.file.inode.links"
  }

  private static let topPaths = JSONPaths<Top>(foldsNames: true)
  private static let partPaths = JSONPaths<Part>(foldsNames: true)
  private static let memberPaths = JSONPaths<Member>(foldsNames: true)

  /// What an event of Tetragon says.
  private struct Event {
    var process: IdentifiedProcess?
    var isExisting = false
    var parent: IdentifiedProcess?
    var signal: RawBytes?
    var status: UInt32 = 0
    var time: Int64?
    var dropped: UInt64 = 0
  }

  mutating func event(
    _ scanner: inout JSONScanner, into events: inout [RecordedEvent]
  ) throws(JSONFault) -> JSONValues.Outcome {
    var kind: Top?
    var event = Event()
    var name: [UInt8] = []
    var time: Int64?
    try scanner.walk(Self.topPaths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .node: name = try scanner.string()
      case .time: time = try scanner.timestamp()
      case .exec, .exit, .rateLimit:
        kind = field
        event = try Self.parts(&scanner)
      default:
        if kind == nil { kind = field }
        try scanner.skipValue()
      }
    }
    guard let kind else { return .bad }
    switch kind {
    case .exec, .exit, .rateLimit: break
    // Events of other kinds tell about processes that have run before.
    default: return .good
    }
    guard let node = trail.node(name) else { return .bad }
    if kind == .rateLimit {
      let moment = trail.moment(wall: time, on: node)
      trail.lost(LossCounts(missedRuns: event.dropped), unnamed: 0, at: moment, on: node, into: &events)
      return .good
    }
    let isExec = kind == .exec
    let wall = isExec ? event.process?.start ?? time : event.time ?? time
    var boot: UInt64?
    if trail.hasNoClock(on: node), let process = event.process, let start = process.start, let wall,
      let id = process.identity.flatMap({ Self.bootTime(of: $0) })
    {
      // The first event of a machine sets the clock to the time since boot of its machine.
      let (distance, overflows) = wall.subtractingReportingOverflow(start)
      boot = overflows || distance < 0 ? id : id &+ UInt64(truncatingIfNeeded: distance)
    }
    let moment = trail.moment(wall: wall, boot: boot, on: node)
    guard let process = event.process else {
      // The process was not in Tetragon's cache.
      if isExec { return .bad }
      trail.lost(LossCounts(exits: 1), unnamed: 1, at: moment, on: node, into: &events)
      return .good
    }
    guard ImportedProcesses.pids ~= process.pid else { return .bad }
    if !isExec {
      trail.exit(process, parent: event.parent, status: Self.status(event), at: moment, on: node, into: &events)
    } else if event.isExisting {
      trail.existing(process, parent: event.parent, at: moment, on: node, into: &events)
    } else {
      trail.exec(process, parent: event.parent, at: moment, on: node, into: &events)
    }
    return .good
  }

  /// A status that is missing is 0. Nil for a signal without a name that Linux has.
  private static func status(_ event: Event) -> ExitStatus? {
    guard let signal = event.signal, !signal.isEmpty else {
      return ExitStatus(code: Int32(truncatingIfNeeded: event.status & 0xff))
    }
    guard signal.bytes.count <= 32 else { return nil }
    return SignalName.value(of: String(decoding: signal.bytes, as: UTF8.self)).map { ExitStatus(signal: $0) }
  }

  /// The nanoseconds since boot in `exec_id`: `NODE:NANOSECONDS:PID` in Base64.
  private static func bootTime(of identity: RawBytes) -> UInt64? {
    guard let text = Base64.decode(identity.bytes) else { return nil }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return parts.count < 3 ? nil : UInt64(decimal: parts[parts.count &- 2]).flatMap { $0 < 1 << 60 ? $0 : nil }
  }

  private static func parts(_ scanner: inout JSONScanner) throws(JSONFault) -> Event {
    var event = Event()
    try scanner.walk(partPaths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .process:
        let (process, isExisting) = try process(&scanner)
        event.process = process
        event.isExisting = isExisting
      case .parent: event.parent = try process(&scanner).process
      case .signal: event.signal = RawBytes(try scanner.name())
      case .status: event.status = try scanner.looseInteger()
      case .time: event.time = try scanner.timestamp()
      case .dropped: event.dropped = try scanner.looseInteger()
      }
    }
    return event
  }

  private static func process(
    _ scanner: inout JSONScanner
  ) throws(JSONFault) -> (process: IdentifiedProcess, isExisting: Bool) {
    var process = IdentifiedProcess()
    process.startIsOfProgram = true
    var arguments: ArraySlice<UInt8>?
    var flags: ArraySlice<UInt8> = []
    var uid: UInt32?
    var cwd: ArraySlice<UInt8> = []
    try scanner.walk(memberPaths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .id: process.identity = RawBytes(try scanner.name())
      case .pid: process.pid = try scanner.pid()
      case .uid: uid = try scanner.userID()
      case .auid: process.loginUID = try scanner.userID()
      case .cwd: cwd = try scanner.name()
      case .binary: process.exe = RawBytes(try scanner.name())
      case .arguments: arguments = try scanner.name()
      case .flags: flags = try scanner.name()
      case .start: process.start = try scanner.timestamp()
      case .realUID: process.uid = try scanner.userID()
      case .effectiveUID: process.euid = try scanner.userID()
      case .gid: process.gid = try scanner.userID()
      case .user: process.user = RawBytes(try scanner.name())
      case .innerPID: process.innerPID = try scanner.pid()
      case .environment: process.env = try environment(&scanner)
      case .privileges:
        var isAny = false
        try scanner.array { (scanner) throws(JSONFault) in
          isAny = true
          try scanner.skipValue()
        }
        if isAny { process.marks.insert(.privilegeChanged) }
      case .links:
        let links: UInt32 = try scanner.looseInteger()
        if links == 0 { process.marks.insert(.exeDeleted) }
      }
    }
    process.uid = process.uid ?? uid
    process.euid = process.euid ?? uid
    if process.identity?.isEmpty == true { process.identity = nil }
    if process.exe?.isEmpty == true { process.exe = nil }
    let isExisting = apply(flags, arguments, cwd, to: &process)
    return (process, isExisting)
  }

  /// Reads the words of `flags`, and with them what arguments and directory mean.
  /// - Returns: whether the process has run before Tetragon started.
  private static func apply(
    _ flags: ArraySlice<UInt8>, _ arguments: ArraySlice<UInt8>?, _ cwd: ArraySlice<UInt8>,
    to process: inout IdentifiedProcess
  ) -> Bool {
    var isExisting = false
    var hasArguments = true
    for flag in flags.split(separator: 0x20) {
      if flag.elementsEqual("procFS".utf8) {
        isExisting = true
      } else if flag.elementsEqual("truncArgs".utf8) {
        process.marks.insert(.argvCut)
      } else if flag.elementsEqual("errorArgs".utf8) {
        hasArguments = false
      } else if flag.elementsEqual("truncFilename".utf8) {
        process.marks.insert(.exeCut)
      } else if flag.elementsEqual("errorFilename".utf8) {
        process.marks.insert(.exeUnreadable)
      } else if flag.elementsEqual("unknown".utf8) || flag.elementsEqual("miss".utf8) {
        // Not the process's own: a cache had none.
        hasArguments = false
      }
    }
    if isExisting { process.marks.insert(.fromProc) }
    if !cwd.isEmpty { process.cwd = RawBytes(cwd) }
    if hasArguments, let exe = process.exe {
      process.argv = ReconstructedArguments.splitQuoted(arguments ?? [], after: exe.bytes[...])
      process.marks.insert(.reconstructed)
    }
    return isExisting
  }

  /// A list of objects with a key and a value, as one block of `NAME=value`, each closed by NUL.
  private static func environment(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8] {
    var block: [UInt8] = []
    try scanner.array { (scanner) throws(JSONFault) in
      var (name, value): (ArraySlice<UInt8>, ArraySlice<UInt8>) = ([], [])
      try scanner.entries { (member, scanner) throws(JSONFault) in
        // The schema has capitals here, unlike everywhere else.
        if member.elementsEqual("Key".utf8) || member.elementsEqual("key".utf8) {
          name = try scanner.name()
        } else if member.elementsEqual("Value".utf8) || member.elementsEqual("value".utf8) {
          value = try scanner.name()
        } else {
          try scanner.skipValue()
        }
      }
      block.append(contentsOf: name.filter { $0 != 0 })
      block.append(UInt8(ascii: "="))
      block.append(contentsOf: value.filter { $0 != 0 })
      block.append(0)
    }
    return block
  }
}
