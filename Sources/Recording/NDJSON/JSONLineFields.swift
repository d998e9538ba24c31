import Events

/// The members of one line, before the kind of its event is known.
struct JSONLineFields {
  /// Text, and its exact bytes if there are any. The exact bytes count, whatever the order of the two members.
  struct Text {
    var plain: [UInt8]?
    var exact: [UInt8]?
    var bytes: [UInt8]? { exact ?? plain }
  }

  /// A list of strings, with its additional members.
  struct Strings {
    var plain: [UInt8]?
    var exact: [UInt8]?
    var length: Int?
    var isOpen = false

    /// Nil if the line had none.
    var vector: StringVector? {
      guard var block = exact ?? plain else { return nil }
      if isOpen && block.last == 0 { block.removeLast() }
      return StringVector(bytes: block, trueLength: length)
    }
  }

  /// Nil without one.
  var kind: JSONKind?
  var sequence, boot, start, parentStart, imageBoot, reaperStart: UInt64?
  var wallTime: Int64?
  var pid, parentPID, innerPID, reaperPID, session, group: Int32?
  var uid, euid, gid, login: UInt32?
  var comm, imageComm, exe, file, interpreter, cwd, title, user, tty, cgroup: Text
  var argv, env: Strings
  var marks: Marks = []
  var isKernelThread = false
  var isByParent = false
  var isAgain = false
  var result: Int64?
  var errno, code, signal, waitStatus: Int32?
  var dumpedCore = false
  /// Nil where no member tells of it.
  var usage: ResourceUsage?
  var killer: Killer?
  var losses = LossCounts()
  var since, unnamed: UInt64?
  var records: [LostRecord] = []
  var alive: [CensusEvent.Living]?
  var unsure: [Int32] = []
  var stream: OutputEvent.Stream?
  var text = Text()
  var leftOut: UInt64 = 0
  var host = Text()
  var bootID = Text()

  init() {
    (comm, imageComm, exe, file, interpreter) = (Text(), Text(), Text(), Text(), Text())
    (cwd, title, user, tty, cgroup) = (Text(), Text(), Text(), Text(), Text())
    (argv, env) = (Strings(), Strings())
  }

  /// Reads the value of one member. Skips members that this version does not know, and `null`, which means the same as
  /// a missing member. Of two members with the same name the last one counts.
  mutating func read(_ member: JSONMember?, from scanner: inout JSONScanner) throws(JSONFault) {
    if scanner.accept(word: "null") { return }
    guard let member else { return try scanner.skipValue() }
    switch member {
    case .ev: kind = JSONKind(rawValue: String(decoding: try scanner.string(), as: UTF8.self)) ?? .unknown
    case .seq: sequence = try scanner.integer()
    case .ts: wallTime = try scanner.timestamp()
    case .boot: boot = try scanner.amount()
    case .pid: pid = try scanner.integer(in: 1...Int32.max)
    case .start: start = try scanner.amount()
    case .ppid: parentPID = try scanner.integer(in: 0...Int32.max)
    case .pstart: parentStart = try scanner.amount()
    case .uid: uid = try scanner.integer()
    case .euid: euid = try scanner.integer()
    case .gid: gid = try scanner.integer()
    case .auid: login = try scanner.integer()
    case .sid: session = try scanner.integer()
    case .pgid: group = try scanner.integer()
    case .nspid: innerPID = try scanner.integer()
    case .argv: argv.plain = try scanner.strings { (scanner) throws(JSONFault) in try scanner.string() }
    case .argvB64: argv.exact = try scanner.strings { (scanner) throws(JSONFault) in try scanner.base64() }
    case .argvLen: argv.length = try scanner.integer(in: 0...Int.max)
    case .argvOpen: argv.isOpen = try scanner.boolean()
    case .env: env.plain = try scanner.environment()
    case .envB64: env.exact = try scanner.strings { (scanner) throws(JSONFault) in try scanner.base64() }
    case .envLen: env.length = try scanner.integer(in: 0...Int.max)
    case .envOpen: env.isOpen = try scanner.boolean()
    case .marks: marks = try scanner.marks()
    case .byParent: isByParent = try scanner.boolean()
    case .again: isAgain = try scanner.boolean()
    case .kthread: isKernelThread = try scanner.boolean()
    case .imageBoot: imageBoot = try scanner.amount()
    case .ret: result = try scanner.integer(in: -Int64(Int32.max)...0)
    case .errno: errno = try scanner.errno()
    case .comm: comm.plain = try scanner.string()
    case .commB64: comm.exact = try scanner.base64()
    case .imageComm: imageComm.plain = try scanner.string()
    case .imageCommB64: imageComm.exact = try scanner.base64()
    case .exe: exe.plain = try scanner.string()
    case .exeB64: exe.exact = try scanner.base64()
    case .file: file.plain = try scanner.string()
    case .fileB64: file.exact = try scanner.base64()
    case .interp: interpreter.plain = try scanner.string()
    case .interpB64: interpreter.exact = try scanner.base64()
    case .cwd: cwd.plain = try scanner.string()
    case .cwdB64: cwd.exact = try scanner.base64()
    case .title: title.plain = try scanner.string()
    case .titleB64: title.exact = try scanner.base64()
    case .user: user.plain = try scanner.string()
    case .userB64: user.exact = try scanner.base64()
    case .tty: tty.plain = try scanner.string()
    case .ttyB64: tty.exact = try scanner.base64()
    case .cgroup: cgroup.plain = try scanner.string()
    case .cgroupB64: cgroup.exact = try scanner.base64()
    case .exit: code = try scanner.integer(in: 0...255)
    case .sig: signal = try scanner.integer(in: 0...127)
    case .core: dumpedCore = try scanner.boolean()
    case .wstatus: waitStatus = try scanner.integer()
    case .utime: usage.told.userTime = try scanner.amount()
    case .stime: usage.told.systemTime = try scanner.amount()
    case .mem: usage.told.peakMemory = try scanner.amount()
    case .minflt: usage.told.minorFaults = try scanner.amount()
    case .majflt: usage.told.majorFaults = try scanner.amount()
    case .rbytes: usage.told.readBytes = try scanner.amount()
    case .wbytes: usage.told.writtenBytes = try scanner.amount()
    case .reaper: reaperPID = try scanner.integer(in: 1...Int32.max)
    case .rstart: reaperStart = try scanner.amount()
    case .killer: killer = try scanner.killer()
    case .lost: losses = try scanner.lossCounts()
    case .since: since = try scanner.amount()
    case .unnamed: unnamed = try scanner.lossCount()
    case .records: records = try scanner.lostRecords()
    case .alive: alive = try scanner.living()
    case .unsure: unsure = try scanner.pids()
    case .stream: stream = try scanner.stream()
    case .text: text.plain = try scanner.string()
    case .textB64: text.exact = try scanner.base64()
    case .host: host.plain = try scanner.string()
    case .hostB64: host.exact = try scanner.base64()
    case .bootID: bootID.plain = try scanner.string()
    case .bootIDB64: bootID.exact = try scanner.base64()
    case .leftOut: leftOut = try scanner.amount()
    }
  }
}

extension ResourceUsage? {
  /// The usage, of which some members were told; the others are 0.
  fileprivate var told: ResourceUsage {
    get { self ?? ResourceUsage() }
    set { self = newValue }
  }
}
