internal import Events

/// Reads the JSON of tracexec: of `collect -F json`, one object with all events, and of `-F json-stream`, an object of
/// facts and then one for each exec, also over many lines. It is a list: it tells neither parents nor ends.
struct TracexecImporter: JSONTraceImporter {
  private var clock = ImportClock()
  private var processes = ImportedProcesses()
  private var pool = ProgramPool()
  var values = JSONValues()
  var remarks = ImportRemarks()
  /// The environment that those of the execs differ from, by name; nil while it is not known.
  private var baseline: [(name: [UInt8], value: [UInt8])]?

  init() {}

  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int {
    JSONHead.likeness(
      of: lines, words: [#""comm_before_exec""#, #""generator":"tracexec"#, #""generator": "tracexec"#]
    ) {
      (scanner) throws(JSONFault) in
      var count = 0
      try scanner.walk(paths) { (field, scanner) throws(JSONFault) in
        switch field {
        case .generator: if try scanner.name().starts(with: "tracexec".utf8) { count &+= 3 }
        case .comm:
          count &+= 2
          try scanner.skipValue()
        default:
          count &+= field == .baseline || field == .filename || field == .syscall ? 1 : 0
          try scanner.skipValue()
        }
      }
      return count >= 3
    }
  }

  // MARK: Members

  private enum Field: String, CaseIterable, Sendable {
    case generator, events
    case baseline = "baseline.env"
    case pid, syscall, cwd
    case comm = "comm_before_exec"
    case result, filename
    case argvResult = "argv.result"
    case argv = "argv.value"
    case envResult = "env.result"
    case added = "env.value.added"
    case removed = "env.value.removed"
    case modified = "env.value.modified"
    case timestamp
    case uid = "cred.value.uid_real"
    case euid = "cred.value.uid_effective"
    case gid = "cred.value.gid_real"
    case cgroup = "cgroup.path"
  }

  private static let paths = JSONPaths<Field>()

  private struct Exec {
    var pid: Int32?
    var result: Int64?
    var wall: Int64?
    var cwd: RawBytes?
    var comm: Comm?
    var filename: RawBytes?
    var argv: [UInt8]?
    var hasArgv = true
    var hasEnv = true
    var added: [(name: [UInt8], value: [UInt8])] = []
    var removed: Set<[UInt8]> = []
    var uid: UInt32?
    var euid: UInt32?
    var gid: UInt32?
    var cgroup: RawBytes?
  }

  mutating func event(
    _ scanner: inout JSONScanner, into events: inout [RecordedEvent]
  ) throws(JSONFault) -> JSONValues.Outcome {
    var exec = Exec()
    var list: [Exec]?
    var hasFacts = false
    var baseline: [(name: [UInt8], value: [UInt8])]?
    try scanner.walk(Self.paths) { (field, scanner) throws(JSONFault) in
      switch field {
      case .generator:
        hasFacts = true
        try scanner.skipValue()
      case .baseline: baseline = try Self.variables(&scanner)
      case .events:
        list = list ?? []
        try scanner.array { (scanner) throws(JSONFault) in
          var exec = Exec()
          try scanner.walk(Self.paths) { (field, scanner) throws(JSONFault) in
            try Self.read(field, &scanner, into: &exec)
          }
          list?.append(exec)
        }
      default: try Self.read(field, &scanner, into: &exec)
      }
    }
    if let baseline { self.baseline = baseline }
    if let list {
      var isGood = true
      for exec in list where !apply(exec, into: &events) { isGood = false }
      return isGood ? .good : .bad
    }
    if hasFacts { return .good }
    return apply(exec, into: &events) ? .good : .bad
  }

  private static func read(_ field: Field, _ scanner: inout JSONScanner, into exec: inout Exec) throws(JSONFault) {
    switch field {
    case .generator, .events, .baseline, .syscall: try scanner.skipValue()
    case .pid: exec.pid = try scanner.pid()
    case .cwd: exec.cwd = try text(&scanner)
    case .comm: exec.comm = Comm(try scanner.name())
    case .result: exec.result = try scanner.integer()
    case .filename: exec.filename = try text(&scanner)
    case .argvResult: exec.hasArgv = try scanner.name().elementsEqual("success".utf8)
    case .argv: if scanner.kind == .array { exec.argv = try scanner.arguments() } else { try scanner.skipValue() }
    case .envResult: exec.hasEnv = try scanner.name().elementsEqual("success".utf8)
    case .added, .modified:
      for variable in try variables(&scanner) {
        exec.added.append(variable)
        exec.removed.insert(variable.name)
      }
    case .removed:
      try scanner.array { (scanner) throws(JSONFault) in exec.removed.insert(Array(try scanner.name())) }
    case .timestamp: exec.wall = try scanner.integer()
    case .uid: exec.uid = try scanner.userID()
    case .euid: exec.euid = try scanner.userID()
    case .gid: exec.gid = try scanner.userID()
    case .cgroup: exec.cgroup = RawBytes(try scanner.name())
    }
  }

  /// A text; nil where tracexec could not read it and says so in its place.
  private static func text(_ scanner: inout JSONScanner) throws(JSONFault) -> RawBytes? {
    let text = try scanner.name()
    return text.starts(with: "[err: ".utf8) ? nil : RawBytes(text)
  }

  private static func variables(
    _ scanner: inout JSONScanner
  ) throws(JSONFault) -> [(name: [UInt8], value: [UInt8])] {
    var result: [(name: [UInt8], value: [UInt8])] = []
    try scanner.entries { (name, scanner) throws(JSONFault) in
      result.append((name.filter { $0 != 0 }, try scanner.name().filter { $0 != 0 }))
    }
    return result
  }

  /// - Returns: false for an exec that lacks what it needs.
  private mutating func apply(_ exec: Exec, into events: inout [RecordedEvent]) -> Bool {
    guard let pid = exec.pid, ImportedProcesses.pids ~= pid, let result = exec.result else { return false }
    let moment = exec.wall.map { clock.moment(wall: $0) } ?? clock.next()
    let isSuccess = result == 0
    let comm = isSuccess ? exec.filename.map { Comm(ofFile: $0.bytes) } ?? Comm([]) : exec.comm ?? Comm([])
    processes.update(pid, at: moment) { facts in
      if let uid = exec.uid { facts.uid = uid }
      if let euid = exec.euid ?? exec.uid { facts.euid = euid }
      if let gid = exec.gid { facts.gid = gid }
      if let cgroup = exec.cgroup { facts.cgroup = cgroup }
      facts.comm = comm
    }
    var marks: Marks = .endless
    let argv = exec.hasArgv ? exec.argv : nil
    if argv == nil { marks.insert(.argvUnreadable) }
    if exec.cwd == nil { marks.insert(.cwdUnreadable) }
    if exec.filename == nil { marks.insert(.fileUnreadable) }
    let names = pool.names(file: exec.filename ?? "", exe: "", interpreter: nil, cwd: exec.cwd ?? "")
    let env = environment(of: exec).map { pool.environment(StringVector(bytes: $0)) }
    let image = (argv ?? []).withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: comm, names: names, argv: $0, argvLength: $0.count, env: env, marks: marks)
    }
    if isSuccess {
      processes.exec(pid, image, at: moment, into: &events)
      return true
    }
    guard -4095...(-1) ~= result else { return false }
    processes.failedExec(pid, image, errno: Int32(truncatingIfNeeded: 0 &- result), at: moment, into: &events)
    return true
  }

  /// The environment as one block: the one that all differ from, and the difference.
  private func environment(of exec: Exec) -> [UInt8]? {
    guard let baseline, exec.hasEnv else { return nil }
    var block: [UInt8] = []
    func append(_ variable: (name: [UInt8], value: [UInt8])) {
      block.append(contentsOf: variable.name)
      block.append(UInt8(ascii: "="))
      block.append(contentsOf: variable.value)
      block.append(0)
    }
    for variable in baseline where !exec.removed.contains(variable.name) { append(variable) }
    exec.added.forEach(append)
    return block
  }
}
