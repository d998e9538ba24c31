public import ProcessTree

/// Writes events as NDJSON: UTF-8, one JSON object a line, each line closed by `\n`.
///
/// The lines gather in `bytes`; whoever writes them out calls `removeAll()` afterwards, which keeps the memory for the
/// next ones. No value is lost: text that is not UTF-8 is written with U+FFFD for a person to read, and beside it in
/// Base64 under the same name with `_b64`. A member that is absent is not known.
public struct JSONLineEncoder: Sendable {
  /// Whole lines, as they go out.
  public var bytes: [UInt8] { writer.bytes }
  /// The `seq` of the next line. Lines are numbered from 1.
  public private(set) var nextSequence: UInt64 = 1
  /// What has to be added to nanoseconds since boot to get nanoseconds since 1970 UTC: the wall clock less
  /// `CLOCK_BOOTTIME`. Where it is nil, or leads out of the years 1970 to 2099, lines have
  /// no `ts`.
  public var wallOffset: Int64?
  /// Whether `env` is written, for the events that have an environment.
  public var includesEnvironment: Bool

  var writer = JSONWriter()
  /// One process after the other tends to be of the same cgroup.
  private var lastCgroup: (path: RawBytes, owner: CgroupOwner)?

  public init(wallOffset: Int64?, includesEnvironment: Bool = false) {
    self.wallOffset = wallOffset
    self.includesEnvironment = includesEnvironment
  }

  /// Forgets the lines, and keeps the memory they took and the numbering.
  public mutating func removeAll() { writer.bytes.removeAll(keepingCapacity: true) }

  /// Appends one line. - Complexity: O(bytes of the event), no allocation once the buffer has grown.
  public mutating func append(_ event: ProcessEvent) {
    switch event {
    case .fork(let event):
      begin("fork", event.time)
      facts(event.process)
    case .exec(let event):
      begin("exec", event.time)
      facts(event.process)
      image(event.image, of: event.process)
      writer.key("ret")
      writer.number(0)
    case .failedExec(let event):
      begin("fail", event.time)
      facts(event.process)
      image(event.image, of: event.process)
      failure(event.errno)
    case .exit(let event):
      begin("exit", event.time)
      facts(event.process)
      end(event)
    case .existing(let event):
      begin("exist", event.time)
      facts(event.process)
      image(event.image, of: event.process)
      if event.image.time != event.time { field("image_boot", event.image.time) }
      if event.isKernelThread { flag("kthread") }
    case .lost(let event):
      begin("lost", event.time)
      loss(event)
    case .census(let event):
      begin("census", event.time)
      census(event)
    }
    writer.raw("}\n")
  }

  private mutating func begin(_ kind: StaticString, _ time: UInt64) {
    writer.raw("{\"ev\":\"")
    writer.raw(kind)
    writer.raw("\"")
    field("seq", nextSequence)
    nextSequence += 1
    wallTime(time)
    field("boot", time)
  }

  /// `ts`: a moment in nanoseconds since boot, by the clock on the wall.
  mutating func wallTime(_ time: UInt64) {
    guard let wallOffset, let boot = Int64(exactly: time) else { return }
    let (wall, overflow) = boot.addingReportingOverflow(wallOffset)
    guard !overflow && Timestamp.range ~= wall else { return }
    writer.key("ts")
    writer.raw("\"")
    Timestamp.append(wall, to: &writer.bytes)
    writer.raw("\"")
  }

  mutating func facts(_ facts: ProcessFacts) {
    field("pid", facts.id.pid)
    field("start", facts.id.startTime)
    field("ppid", facts.parent?.pid ?? 0)
    if let parent = facts.parent { field("pstart", parent.startTime) }
    text("comm", "comm_b64", facts.comm.bytes)
    field("uid", facts.uid)
    if let user = facts.user { text("user", "user_b64", user.bytes) }
    field("euid", facts.euid)
    field("gid", facts.gid)
    if let login = facts.auditUID { field("auid", login) }
    field("sid", facts.session)
    field("pgid", facts.processGroup)
    if facts.innerPID != facts.id.pid { field("nspid", facts.innerPID) }
    if let tty = facts.tty { text("tty", "tty_b64", tty.bytes) }
    if let cgroup = facts.cgroup { self.cgroup(cgroup) }
  }

  /// The path, and what it tells: a reader of ours works that out again.
  private mutating func cgroup(_ path: RawBytes) {
    text("cgroup", "cgroup_b64", path.bytes[...])
    if lastCgroup?.path != path { lastCgroup = (path, CgroupOwner(of: path)) }
    if let container = lastCgroup?.owner.container { text("container", "container_b64", container) }
    if let unit = lastCgroup?.owner.unit {
      writer.key("unit")
      _ = writer.string(unit)  // ASCII, as units are named
    }
  }

  mutating func image(_ image: ProcessImage, of process: ProcessFacts) {
    if image.comm != process.comm { text("image_comm", "image_comm_b64", image.comm.bytes) }
    if !image.exe.isEmpty { text("exe", "exe_b64", image.exe.bytes) }
    if !image.file.isEmpty { text("file", "file_b64", image.file.bytes) }
    if let interpreter = image.interpreter { text("interp", "interp_b64", interpreter.bytes) }
    if !image.cwd.isEmpty { text("cwd", "cwd_b64", image.cwd.bytes) }
    if !image.argvIsUnknown {
      arguments(image.argv)
    } else if image.argvIsCut {
      field("argv_len", image.argv.trueLength)
    }
    if includesEnvironment, let env = image.env { environment(env) }
    if !image.marks.isEmpty { marks(image.marks) }
  }

  private mutating func marks(_ marks: Marks) {
    writer.key("marks")
    writer.raw("[")
    var isFirst = true
    for (mark, name) in Marks.names where marks.contains(mark) {
      if !isFirst { writer.raw(",") }
      isFirst = false
      writer.string(name)
    }
    writer.raw("]")
  }

  private mutating func failure(_ errno: Int32) {
    // Widened first: no errno, however odd, may trap when it changes its sign.
    field("ret", -Int64(errno))
    self.errno(errno)
  }

  mutating func errno(_ errno: Int32) {
    if let name = ErrnoName.name(of: errno) {
      writer.key("errno")
      writer.string(name)
    }
  }

  private mutating func end(_ event: ExitEvent) {
    status(event.status)
    if event.time >= event.process.id.startTime { field("dur", event.time - event.process.id.startTime) }
    usage(event.usage)
    if let reaper = event.reaper {
      field("reaper", reaper.pid)
      field("rstart", reaper.startTime)
    }
  }

  mutating func status(_ status: ExitStatus) {
    if status.signal == 0 {
      field("exit", status.code)
    } else {
      field("sig", status.signal)
      if status.dumpedCore { flag("core") }
    }
    // A wait status that those members do not say in full does not come from an exit, but must survive as well.
    let canonical =
      status.signal == 0
      ? ExitStatus(code: status.code) : ExitStatus(signal: status.signal, core: status.dumpedCore)
    if canonical != status { field("wstatus", status.waitStatus) }
  }

  mutating func usage(_ usage: ResourceUsage) {
    let (cpu, overflow) = usage.userTime.addingReportingOverflow(usage.systemTime)
    if !overflow { field("cpu", cpu) }
    field("utime", usage.userTime)
    field("stime", usage.systemTime)
    field("mem", usage.peakMemory)
    field("minflt", usage.minorFaults)
    field("majflt", usage.majorFaults)
    field("rbytes", usage.readBytes)
    field("wbytes", usage.writtenBytes)
  }
}
