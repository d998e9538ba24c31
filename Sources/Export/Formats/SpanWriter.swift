internal import Events
internal import Recording
internal import TUI
internal import Tree

/// OpenTelemetry traces as OTLP JSON: a span for each process, below that of its parent.
///
/// Each line is one `ExportTraceServiceRequest` of at most `batch` spans, which a collector accepts as the body of one
/// POST.
struct SpanWriter: ExportWriter {
  /// The most spans of a request: collectors bound the size of a request.
  static let batch = 5000

  private var json = JSONWriter()
  private var spans = 0
  /// Whether a member of an object, or an element of a list, was written.
  private var isFirst = true
  /// The number of the machine of the present request.
  private var hostNumber: UInt16 = 0

  var bytes: [UInt8] { json.bytes }

  mutating func removeBytes() { json.removeAll() }

  mutating func start(_ context: ExportContext) {}

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    // A machine is the resource of its processes' spans.
    if process.isHost { return }
    if spans == Self.batch || spans > 0 && process.node.id.host != hostNumber { endRequest() }
    hostNumber = process.node.id.host
    if spans == 0 { startRequest(process.host, context) } else { json.raw(",") }
    spans &+= 1
    span(process, context)
  }

  mutating func finish(_ context: ExportContext) {
    // An export without processes is a valid request too.
    if spans == 0 { startRequest(nil, context) }
    endRequest()
  }

  private mutating func startRequest(_ host: KnownHost?, _ context: ExportContext) {
    let (name, boot) = host.map { ($0.name, $0.boot) } ?? (context.hostName, context.boot)
    json.raw(#"{"resourceSpans":[{"resource":{"attributes":["#)
    isFirst = true
    attribute("service.name", own: "execsnoop-top")
    attribute("os.type", own: "linux")
    if !name.isEmpty { attribute("host.name", name.bytes[...]) }
    if !boot.isEmpty { attribute("execsnoop_top.boot_id", boot.bytes[...]) }
    json.raw(#"]},"scopeSpans":[{"scope":{"name":"execsnoop-top"},"spans":["#)
  }

  private mutating func endRequest() {
    json.raw("]}]}]}\n")
    spans = 0
  }

  // MARK: Spans

  private mutating func span(_ process: ExportedProcess, _ context: ExportContext) {
    let (name, boot) = process.host.map { ($0.name, $0.boot) } ?? (context.hostName, context.boot)
    let identity = SpanIdentity(boot: boot.isEmpty ? name : boot)
    json.raw(#"{"traceId":""#)
    json.raw(identity.trace(context.rows[Int(process.row.top)].id))
    json.raw(#"","spanId":""#)
    json.raw(identity.span(process.node.id))
    if process.row.parent >= 0, !context.rows[Int(process.row.parent)].id.isHost {
      json.raw(#"","parentSpanId":""#)
      json.raw(identity.span(context.rows[Int(process.row.parent)].id))
    }
    json.raw(#"","name":"#)
    _ = json.string(process.comm.utf8[...])
    json.raw(#","kind":1"#)
    time("startTimeUnixNano", process.node.startTime, context)
    time("endTimeUnixNano", process.end ?? max(context.now, process.node.startTime), context)
    json.key("attributes")
    json.raw("[")
    isFirst = true
    attributes(process)
    json.raw("]")
    events(process, context)
    if let failure = process.failure {
      json.raw(#","status":{"code":2,"message":"#)
      _ = json.string(failure.utf8[...])
      json.raw("}")
    }
    json.raw("}")
  }

  /// A time; without a wall clock in the recording, nanoseconds since boot.
  private mutating func time(_ name: StaticString, _ time: UInt64, _ context: ExportContext) {
    json.key(name)
    json.raw("\"")
    json.number(context.wallTime(time).map { $0.magnitude } ?? time)
    json.raw("\"")
  }

  private mutating func attributes(_ process: ExportedProcess) {
    let node = process.node
    let facts = node.facts
    attribute("process.pid", Int64(node.id.pid))
    if let parent = process.parent { attribute("process.parent_pid", Int64(parent.pid)) }
    if !process.row.isMatch { attribute("execsnoop_top.match", false) }
    if node.isPlaceholder { return }
    program(node.image)
    if let title = node.title { attribute("process.title", title.bytes[...]) }
    if let user = facts.user { attribute("process.owner", user.bytes[...]) }
    if let id = ProcessFacts.known(facts.euid) { attribute("process.user.id", Int64(id)) }
    if let id = ProcessFacts.known(facts.uid) { attribute("process.real_user.id", Int64(id)) }
    if let id = ProcessFacts.known(session: facts.processGroup) { attribute("process.group_leader.pid", Int64(id)) }
    if let id = ProcessFacts.known(session: facts.session) { attribute("process.session_leader.pid", Int64(id)) }
    if facts.innerPID != facts.id.pid { attribute("process.vpid", Int64(facts.innerPID)) }
    if let cgroup = facts.cgroup {
      attribute("process.linux.cgroup", cgroup.bytes[...])
      if let container = CgroupOwner(of: cgroup).container { attribute("container.id", container[...]) }
    }
    attribute("execsnoop_top.execs", Int64(node.execCount))
    attribute("execsnoop_top.failed_execs", Int64(node.failedExecCount))
    end(of: node)
  }

  private mutating func program(_ image: ProcessImage?) {
    guard let image else { return }
    attribute("process.executable.name", image.exe.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    if !image.exe.isEmpty { attribute("process.executable.path", image.exe.bytes[...]) }
    if !image.cwd.isEmpty { attribute("process.working_directory", image.cwd.bytes[...]) }
    guard image.title == nil, !image.argvIsUnknown else { return }
    if let first = image.argv.first(where: { _ in true }) { attribute("process.command", first) }
    startAttribute("process.command_args")
    json.raw(#"{"arrayValue":{"values":["#)
    var isFirst = true
    for argument in image.argv {
      json.raw(isFirst ? #"{"stringValue":"# : #",{"stringValue":"#)
      isFirst = false
      _ = json.string(argument)
      json.raw("}")
    }
    json.raw("]}}}")
  }

  private mutating func end(of node: ProcessNode) {
    guard let end = node.end else { return attribute("execsnoop_top.running", true) }
    if let status = end.status {
      if status.signal == 0 {
        attribute("process.exit.code", Int64(status.code))
      } else {
        attribute("execsnoop_top.signal", DisplayText(signalName: status.signal).utf8[...])
        if let killer = DisplayText(killerOf: node) { attribute("execsnoop_top.killer", killer.utf8[...]) }
      }
    }
    guard let usage = end.usage else { return }
    attribute("execsnoop_top.cpu_user_ns", Int64(clamping: usage.userTime))
    attribute("execsnoop_top.cpu_system_ns", Int64(clamping: usage.systemTime))
    attribute("execsnoop_top.peak_memory_bytes", Int64(clamping: usage.peakMemory))
    attribute("execsnoop_top.read_bytes", Int64(clamping: usage.readBytes))
    attribute("execsnoop_top.written_bytes", Int64(clamping: usage.writtenBytes))
  }

  /// Execs and failed execs, as events of the span.
  private mutating func events(_ process: ExportedProcess, _ context: ExportContext) {
    let execs = process.node.images.filter { !$0.marks.contains(.fromProc) }
    guard !execs.isEmpty || !process.failures.isEmpty else { return }
    json.key("events")
    json.raw("[")
    var isFirstEvent = true
    func start(_ name: StaticString, _ time: UInt64, _ json: inout JSONWriter) {
      json.raw(isFirstEvent ? #"{"name":""# : #",{"name":""#)
      isFirstEvent = false
      json.raw(name)
      json.raw("\"")
    }
    for image in execs {
      start("exec", image.time, &json)
      time("timeUnixNano", image.time, context)
      json.raw(#","attributes":["#)
      isFirst = true
      attribute("process.executable.path", image.exe.bytes[...])
      json.raw("]}")
    }
    for failure in process.failures {
      start("exec failed", failure.time, &json)
      time("timeUnixNano", failure.time, context)
      json.raw(#","attributes":["#)
      isFirst = true
      attribute("error.type", DisplayText(errnoName: failure.errno).utf8[...])
      attribute("process.executable.path", failure.file.bytes[...])
      json.raw("]}")
    }
    json.raw("]")
  }

  // MARK: Attributes

  private mutating func startAttribute(_ name: StaticString) {
    json.raw(isFirst ? #"{"key":""# : #",{"key":""#)
    isFirst = false
    json.raw(name)
    json.raw(#"","value":"#)
  }

  private mutating func attribute(_ name: StaticString, own value: StaticString) {
    value.withUTF8Buffer { attribute(name, Array($0)[...]) }
  }

  private mutating func attribute(_ name: StaticString, _ value: ArraySlice<UInt8>) {
    startAttribute(name)
    json.raw(#"{"stringValue":"#)
    _ = json.string(value)
    json.raw("}}")
  }

  private mutating func attribute(_ name: StaticString, _ value: Int64) {
    startAttribute(name)
    json.raw(#"{"intValue":""#)
    json.number(value)
    json.raw(#""}}"#)
  }

  private mutating func attribute(_ name: StaticString, _ value: Bool) {
    startAttribute(name)
    json.raw(value ? #"{"boolValue":true}}"# : #"{"boolValue":false}}"#)
  }
}
