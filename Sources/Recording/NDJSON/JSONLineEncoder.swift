public import Events

/// Writes events as NDJSON: UTF-8, one JSON object a line, `\n` after each line.
///
/// The lines gather in `bytes`; the caller writes them out and then calls `removeAll()`, which keeps the memory for the
/// next lines. No value is lost: text that is not UTF-8 is written with U+FFFD, and its bytes in Base64 under the same
/// name with `_b64`. An unknown value has no member.
public struct JSONLineEncoder: Sendable {
  /// Complete lines.
  public var bytes: [UInt8] { writer.bytes }
  /// How many bytes have gathered.
  public var byteCount: Int { writer.bytes.count }
  /// The `seq` of the next line. Lines are numbered from 1.
  public private(set) var nextSequence: UInt64 = 1
  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC: the wall clock minus `CLOCK_BOOTTIME`. If
  /// it is nil, or gives a time outside of 1970 to 2099, lines have no `ts`.
  public var wallOffset: Int64?
  /// Whether the times are those of a trace without times: exits have no `dur`.
  public var isUntimed = false
  /// Whether to write `env` for events that have an environment.
  public var includesEnvironment: Bool
  /// The machine of the next lines, for `host` and `boot_id`; nil for lines without them.
  public var host: RecordedHost? {
    didSet { if host != oldValue { hostMembers = host.map(Self.members) ?? [] } }
  }
  /// The names that Kubernetes has for containers, for `pod`, `pod_namespace` and `container_name`.
  public var containerNames = KubernetesNames() {
    didSet { (lastCgroup, hasUnnamedContainer) = (nil, false) }
  }
  /// Whether a line had a container without a name since `containerNames` was set.
  public private(set) var hasUnnamedContainer = false

  /// Writes the members of a line. Module TreeLines uses it too.
  package var writer = JSONWriter()
  /// Consecutive events tend to have the same cgroup: its members, as they were written last.
  private var lastCgroup: (path: RawBytes, text: [UInt8])?
  private var timestamps = TimestampText()
  /// The members of `host`: they are the same in many lines.
  private var hostMembers: [UInt8] = []

  /// Many execs have the same environment, which is longer than the rest of their lines.
  private var environments = RecentEnvironments()

  /// An encoder without lines.
  /// - Parameters:
  ///   - wallOffset: see `wallOffset`.
  ///   - includesEnvironment: whether to write `env`.
  public init(wallOffset: Int64?, includesEnvironment: Bool = false) {
    self.wallOffset = wallOffset
    self.includesEnvironment = includesEnvironment
  }

  /// Removes the lines, and keeps their memory and the numbering.
  public mutating func removeAll() { writer.bytes.removeAll(keepingCapacity: true) }

  /// Appends one line. - Complexity: O(bytes of the event), without allocation once the buffer has grown.
  public mutating func append(_ event: ProcessEvent) {
    var isKernelThread = false
    switch event {
    case .fork(let event):
      startLine("fork", event.time)
      isKernelThread = event.process.isKernelThread
      facts(event.process)
      if event.isByParent { flag("by_parent") }
    case .exec(let event):
      startLine("exec", event.time)
      isKernelThread = event.process.isKernelThread
      facts(event.process)
      image(event.image, of: event.process)
      writer.key("ret")
      writer.number(0)
    case .failedExec(let event):
      startLine("fail", event.time)
      isKernelThread = event.process.isKernelThread
      facts(event.process)
      image(event.image, of: event.process)
      failure(event.errno)
    case .exit(let event):
      startLine("exit", event.time)
      isKernelThread = event.process.isKernelThread
      facts(event.process)
      end(event)
    case .existing(let event):
      startLine("exist", event.time)
      isKernelThread = event.isKernelThread
      facts(event.process)
      image(event.image, of: event.process)
      if event.image.time != event.time { field("image_boot", event.image.time) }
      if event.isAgain { flag("again") }
    case .lost(let event):
      startLine("lost", event.time)
      loss(event)
    case .census(let event):
      startLine("census", event.time)
      census(event)
    case .output(let event):
      startLine("output", event.time)
      output(event)
    // It is in the lines of its events.
    case .host: return
    }
    if isKernelThread { flag("kthread") }
    writer.raw("}\n")
  }

  private mutating func startLine(_ kind: StaticString, _ time: UInt64) {
    writer.raw("{\"ev\":\"")
    writer.raw(kind)
    writer.raw("\"")
    field("seq", nextSequence)
    nextSequence &+= 1
    wallTime(time)
    field("boot", time)
    machine()
  }

  /// Appends the members of `host`.
  package mutating func machine() { if !hostMembers.isEmpty { writer.raw(hostMembers) } }

  /// The members of a machine that are known.
  private static func members(of host: RecordedHost) -> [UInt8] {
    var encoder = JSONLineEncoder(wallOffset: nil)
    if !host.name.isEmpty { encoder.text("host", "host_b64", host.name.bytes) }
    if !host.boot.isEmpty { encoder.text("boot_id", "boot_id_b64", host.boot.bytes) }
    return encoder.bytes
  }

  /// Appends `ts`, the wall clock's time for a time in nanoseconds since boot.
  package mutating func wallTime(_ time: UInt64) {
    guard let wallOffset, let boot = Int64(exactly: time) else { return }
    let (wall, overflow) = boot.addingReportingOverflow(wallOffset)
    guard !overflow && Timestamp.range ~= wall else { return }
    timestamps.withText(of: wall) { _ = writer.member("ts", plain: $0) }
  }

  /// Appends the facts of a process.
  package mutating func facts(_ facts: ProcessFacts) {
    field("pid", facts.id.pid)
    field("start", facts.id.startTime)
    field("ppid", facts.parent?.pid ?? 0)
    if let parent = facts.parent { field("pstart", parent.startTime) }
    if let comm = facts.knownComm { text("comm", "comm_b64", comm) }
    field("uid", facts.uid)
    if let user = facts.user { text("user", "user_b64", user.bytes) }
    field("euid", facts.euid)
    field("gid", facts.gid)
    if let login = facts.auditUID { field("auid", login) }
    if let session = ProcessFacts.known(session: facts.session) { field("sid", session) }
    if let group = ProcessFacts.known(session: facts.processGroup) { field("pgid", group) }
    if facts.innerPID != facts.id.pid { field("nspid", facts.innerPID) }
    if let tty = facts.tty { text("tty", "tty_b64", tty.bytes) }
    if let cgroup = facts.cgroup { self.cgroup(cgroup) }
  }

  /// Appends the cgroup's path, and its container and unit, which a decoder derives from the path again.
  private mutating func cgroup(_ path: RawBytes) {
    if let lastCgroup, lastCgroup.path == path { return writer.bytes.append(contentsOf: lastCgroup.text) }
    let start = writer.bytes.count
    text("cgroup", "cgroup_b64", path.bytes[...])
    let owner = CgroupOwner(of: path)
    if let container = owner.container {
      text("container", "container_b64", container)
      names(ofContainer: container)
    }
    if let unit = owner.unit {
      writer.key("unit")
      _ = writer.string(unit)  // Names of units are ASCII.
    }
    lastCgroup = (path, Array(writer.bytes[start...]))
  }

  private mutating func names(ofContainer id: ArraySlice<UInt8>) {
    guard let names = containerNames[container: id] else {
      hasUnnamedContainer = true
      return
    }
    for (member, name) in [("pod" as StaticString, names.pod), ("pod_namespace", names.namespace)] {
      writer.key(member)
      _ = writer.string(name.bytes[...])  // The names are ASCII.
    }
    writer.key("container_name")
    _ = writer.string(names.container.bytes[...])
  }

  /// Appends the members of a program.
  /// - Parameter title: the present title of the process, if a later look found one.
  package mutating func image(_ image: ProcessImage, of process: ProcessFacts, title: RawBytes? = nil) {
    if image.comm != process.comm { text("image_comm", "image_comm_b64", image.comm) }
    if !image.exe.isEmpty { text("exe", "exe_b64", image.exe.bytes) }
    if !image.file.isEmpty { text("file", "file_b64", image.file.bytes) }
    if let interpreter = image.interpreter { text("interp", "interp_b64", interpreter.bytes) }
    if !image.cwd.isEmpty { text("cwd", "cwd_b64", image.cwd.bytes) }
    if image.title != nil {
      // The title replaced the arguments, which are unknown.
    } else if !image.argvIsUnknown {
      if image.argvIsCut || !image.withArgv({ writer.member("argv", plainStrings: $0) }) { arguments(image.argv) }
    } else if image.argvIsCut {
      field("argv_len", image.argv.trueLength)
    }
    if let title = title ?? image.title { text("title", "title_b64", title.bytes) }
    if includesEnvironment, let env = image.env { repeated(environment: env) }
    if !image.marks.isEmpty { marks(image.marks) }
  }

  /// Appends `env` and its other members, as they were written last time.
  private mutating func repeated(environment env: StringVector) {
    if let text = environments[env] { return writer.bytes.append(contentsOf: text) }
    let start = writer.bytes.count
    environment(env)
    environments.add(env, writer.bytes[start...])
  }

  private mutating func output(_ event: OutputEvent) {
    field("pid", event.process.pid)
    field("start", event.process.startTime)
    writer.key("stream")
    writer.raw(event.stream == .output ? "\"stdout\"" : "\"stderr\"")
    if !event.bytes.isEmpty { text("text", "text_b64", event.bytes) }
    if event.leftOut > 0 { field("left_out", event.leftOut) }
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
    // Widened first, so that no errno can trap when its sign changes.
    field("ret", 0 &- Int64(errno))
    self.errno(errno)
  }

  /// Appends the name of an errno, if it has one.
  package mutating func errno(_ errno: Int32) {
    if let name = ErrnoName.name(of: errno) {
      writer.key("errno")
      writer.string(name)
    }
  }

  private mutating func end(_ event: ExitEvent) {
    status(event.status)
    if !isUntimed, event.time >= event.process.id.startTime {
      field("dur", event.time &- event.process.id.startTime)
    }
    if let usage = event.usage { self.usage(usage) }
    if let reaper = event.reaper {
      field("reaper", reaper.pid)
      field("rstart", reaper.startTime)
    }
    if let killer = event.killer { self.killer(killer) }
  }

  /// Appends an exit status.
  package mutating func status(_ status: ExitStatus) {
    if status.signal == 0 {
      field("exit", status.code)
    } else {
      field("sig", status.signal)
      if status.dumpedCore { flag("core") }
    }
    // Keeps a wait status that these members cannot express, although no exit has such a status.
    let canonical =
      status.signal == 0
      ? ExitStatus(code: status.code) : ExitStatus(signal: status.signal, core: status.dumpedCore)
    if canonical != status { field("wstatus", status.waitStatus) }
  }

  /// Appends a resource usage.
  package mutating func usage(_ usage: ResourceUsage) {
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
