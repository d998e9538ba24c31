internal import Events

/// A process as a line of a format with identities of its own tells of it.
struct IdentifiedProcess: Sendable {
  var pid: Int32 = 0
  /// The identity as the format writes it; nil without one.
  var identity: RawBytes?
  /// The start, in nanoseconds since 1970 UTC.
  var start: Int64?
  /// Whether the start is that of the program, not that of the process.
  var startIsOfProgram = false
  var uid: UInt32?
  var euid: UInt32?
  var gid: UInt32?
  var loginUID: UInt32?
  var user: RawBytes?
  var tty: RawBytes?
  var session: Int32?
  var group: Int32?
  var innerPID: Int32?
  /// Nil where only the file tells it.
  var comm: Comm?
  var exe: RawBytes?
  var cwd: RawBytes?
  /// The arguments, each closed by NUL; nil where unknown.
  var argv: [UInt8]?
  /// The environment, each closed by NUL; nil where unknown.
  var env: [UInt8]?
  var marks: Marks = []

  /// Whether it has a program.
  var hasProgram: Bool { exe?.isEmpty == false || argv?.isEmpty == false }
}

/// What lines tell about processes in formats that give each process, or each program of a process, an identity: of one
/// machine or of several.
///
/// A pid with another identity is another process, unless the line tells that its parent has the same pid: then the
/// process has executed another program. Identities of ended processes are kept for a while: lines of their children
/// may come later.
struct IdentifiedTrail: Sendable {
  private struct Entry: Sendable {
    var facts: ProcessFacts
    /// The newest ones of its identities.
    var identities: [RawBytes] = []
    /// The newest start that a line told.
    var newestStart: Int64?
  }

  /// A machine of the trace.
  private struct Node: Sendable {
    /// The host of its events.
    let host: RecordedHost?
    /// Its own: machines' clocks differ, and lines of one may arrive later than those of another.
    var clock: ImportClock?
    var lastTime: UInt64 = 0
    var running: [Int32: Entry] = [:]
    var ended: [RawBytes: ProcessFacts] = [:]
    /// The identities in `ended`, the oldest first from `oldestEnded` on.
    var endedOrder: [RawBytes] = []
    var oldestEnded = 0
    /// The time of its first line.
    var first: Int64?

    /// - Parameter name: as the lines have it; empty where they have none.
    init(_ name: [UInt8]) { host = RecordedHost(ofTrace: name) }
  }

  private var nodes = TraceMachines<Node>()
  private var pool = ProgramPool()

  /// The most identities of ended processes of a machine.
  private static let endedLimit = 8192
  /// The most identities of a running process.
  private static let identityLimit = 8
  /// How much two starts of one process may differ: /proc has hundredths of a second.
  private static let startTolerance: Int64 = 20_000_000
  /// The time of the first line where the format has no time since boot, ten years: processes may have started long
  /// before.
  private static let base: UInt64 = 315_360_000_000_000_000

  /// The place of a machine in the list; nil where there are too many, and for a name that no machine has.
  mutating func node(_ name: some Collection<UInt8>) -> Int? { nodes.place(of: name) { Node($0) } }

  /// The moment of a line.
  /// - Parameters:
  ///   - wall: in nanoseconds since 1970 UTC; nil without a time: then only the order is known.
  ///   - boot: the same in nanoseconds since boot, where the format has that: the first one sets the machine's clock.
  mutating func moment(wall: Int64?, boot: UInt64? = nil, on node: Int) -> ImportMoment {
    var clock = nodes[node].clock ?? ImportClock(base: boot.map { min($0, 1 << 60) } ?? Self.base)
    var moment = wall.map { clock.moment(wall: $0) } ?? clock.next()
    // A line that tells of an earlier time, as that of a process found running, does not set the wall clock back.
    if let wall, clock.time(of: wall) != moment.time { moment.wallTime = nil }
    nodes[node].clock = clock
    if nodes[node].first == nil { nodes[node].first = wall }
    return moment
  }

  /// Whether no line of a machine had a time yet: the next one may set its clock.
  func hasNoClock(on node: Int) -> Bool { nodes[node].clock == nil }

  // MARK: Events

  /// A process has executed a program.
  mutating func exec(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    let isNew = find(process, on: node) == nil
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    if isNew, parent?.pid != process.pid, !process.startIsOfProgram, let start = process.start {
      // The line tells when the process started too.
      appendFork(of: facts, startedAt: start, at: moment, on: node, to: &events)
    }
    append(
      .exec(ExecEvent(process: facts, image: image(of: process, facts, at: moment))), at: moment, on: node, to: &events)
  }

  /// A process has failed to execute a program.
  /// - Parameter errno: positive.
  mutating func failedExec(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, errno: Int32, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    let event = FailedExecEvent(process: facts, errno: errno, image: image(of: process, facts, at: moment))
    append(.failedExec(event), at: moment, on: node, to: &events)
  }

  /// A process was found running.
  mutating func existing(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    appendExisting(process, facts, at: moment, on: node, to: &events)
  }

  /// A process was found by reading /proc again and again: its start is known, and the program of that moment.
  mutating func found(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    let isNew = find(process, on: node) == nil
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    if isNew, let start = process.start { appendFork(of: facts, startedAt: start, at: moment, on: node, to: &events) }
    appendExisting(process, facts, at: moment, on: node, to: &events)
  }

  /// A process was created.
  mutating func fork(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    append(.fork(ForkEvent(time: moment.time, process: facts)), at: moment, on: node, to: &events)
  }

  /// A process has ended.
  /// - Parameter status: nil where unknown.
  mutating func exit(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, status: ExitStatus?, at moment: ImportMoment,
    on node: Int, into events: inout [RecordedEvent]
  ) {
    // A line that is there twice.
    if let identity = process.identity, nodes[node].ended[identity] != nil { return }
    if find(process, on: node) == nil { introduce(process, parent: parent, at: moment, on: node, into: &events) }
    guard let entry = nodes[node].running.removeValue(forKey: process.pid) else { return }
    for identity in entry.identities { remember(identity, entry.facts, on: node) }
    let facts = entry.facts
    if let status {
      append(
        .exit(ExitEvent(time: moment.time, process: facts, status: status, usage: nil)), at: moment, on: node,
        to: &events)
    } else {
      // Without counts nothing was lost, but the status is unknown.
      let record = LostRecord(
        kind: .exit, time: moment.time, id: facts.id, parent: facts.parent, comm: facts.comm, uid: facts.uid)
      append(
        .lost(LostEvent(time: moment.time, counts: LossCounts(), records: [record])), at: moment, on: node, to: &events)
    }
  }

  /// Events were lost, of any process.
  mutating func lost(
    _ counts: LossCounts, unnamed: UInt64, at moment: ImportMoment, on node: Int, into events: inout [RecordedEvent]
  ) {
    append(
      .lost(LostEvent(time: moment.time, since: nodes[node].lastTime, counts: counts, unnamed: unnamed)), at: moment,
      on: node,
      to: &events)
  }

  private mutating func append(
    _ event: ProcessEvent, at moment: ImportMoment, on node: Int, to events: inout [RecordedEvent]
  ) {
    nodes[node].lastTime = moment.time
    events.append(recorded(event, wallTime: moment.wallTime, on: node))
  }

  /// An event of a machine: all events are made here.
  private func recorded(_ event: ProcessEvent, wallTime: Int64?, on node: Int) -> RecordedEvent {
    RecordedEvent(event: event, wallTime: wallTime, host: nodes[node].host)
  }

  /// - Parameter start: in nanoseconds since 1970 UTC.
  private func appendFork(
    of facts: ProcessFacts, startedAt start: Int64, at moment: ImportMoment, on node: Int,
    to events: inout [RecordedEvent]
  ) {
    let event = ForkEvent(time: min(facts.id.startTime, moment.time), process: facts)
    events.append(recorded(.fork(event), wallTime: Timestamp.range ~= start ? start : nil, on: node))
  }

  private mutating func appendExisting(
    _ process: IdentifiedProcess, _ facts: ProcessFacts, at moment: ImportMoment, on node: Int,
    to events: inout [RecordedEvent]
  ) {
    var process = process
    process.marks.insert(.fromProc)
    let image = image(of: process, facts, at: moment)
    append(
      .existing(ExistingProcess(time: moment.time, process: facts, image: image)), at: moment, on: node, to: &events)
  }

  // MARK: Processes

  /// The process of a line, with what the line tells of it. One that is not known begins.
  private mutating func begin(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) -> ProcessFacts {
    // A line that came late.
    if let identity = process.identity, let ended = nodes[node].ended[identity] { return ended }
    let isKnown = find(process, on: node) != nil
    if let parent, parent.pid == process.pid {
      // The process had another program before.
      if !isKnown, find(parent, on: node) == nil { announce(parent, at: moment, on: node, into: &events) }
      addIdentity(of: process, on: node)
    } else {
      let parentID = parent.flatMap { self.parent($0, at: moment, on: node, into: &events) }
      if !isKnown { add(process, at: moment, on: node) }
      if let parentID { nodes[node].running[process.pid]?.facts.parent = parentID }
    }
    update(process, on: node)
    return nodes[node].running[process.pid]?.facts
      ?? ProcessFacts(id: ProcessID(pid: process.pid, startTime: moment.time), parent: nil, comm: Comm([]))
  }

  /// Adds a process of whose start no line told, before the line of its end.
  private mutating func introduce(
    _ process: IdentifiedProcess, parent: IdentifiedProcess?, at moment: ImportMoment, on node: Int,
    into events: inout [RecordedEvent]
  ) {
    if parent?.pid == process.pid {
      _ = begin(process, parent: parent, at: moment, on: node, into: &events)
      return
    }
    let facts = begin(process, parent: parent, at: moment, on: node, into: &events)
    guard process.hasProgram else { return }
    if let parent, let start = process.start, let first = nodes[node].first, start >= first, parent.hasProgram,
      parent.exe == process.exe, parent.argv == process.argv
    {
      // It began while the trace ran, and never had a program of its own.
      appendFork(of: facts, startedAt: start, at: moment, on: node, to: &events)
    } else {
      appendExisting(process, facts, at: moment, on: node, to: &events)
    }
  }

  /// The identity of a parent. One that is not known is announced as a running process.
  private mutating func parent(
    _ parent: IdentifiedProcess, at moment: ImportMoment, on node: Int, into events: inout [RecordedEvent]
  ) -> ProcessID? {
    guard ImportedProcesses.pids ~= parent.pid else { return nil }
    if let known = find(parent, on: node) { return known.id }
    announce(parent, at: moment, on: node, into: &events)
    return nodes[node].running[parent.pid]?.facts.id
  }

  private mutating func announce(
    _ process: IdentifiedProcess, at moment: ImportMoment, on node: Int, into events: inout [RecordedEvent]
  ) {
    guard ImportedProcesses.pids ~= process.pid else { return }
    add(process, at: moment, on: node)
    update(process, on: node)
    guard process.hasProgram, let facts = nodes[node].running[process.pid]?.facts else { return }
    appendExisting(process, facts, at: moment, on: node, to: &events)
  }

  /// The facts of a process that is running, or has ended.
  private func find(_ process: IdentifiedProcess, on node: Int) -> ProcessFacts? {
    let entry = nodes[node].running[process.pid]
    if let identity = process.identity {
      if let entry {
        if entry.identities.contains(identity) { return entry.facts }
        if entry.identities.isEmpty { return isSameStart(entry, process) ? entry.facts : nil }
        // /proc shows the start of the process, which the program it runs now cannot be older than.
        if process.marks.contains(.fromProc), process.startIsOfProgram, let start = process.start,
          let newest = entry.newestStart, start <= newest &+ Self.startTolerance
        {
          return entry.facts
        }
      }
      return nodes[node].ended[identity]
    }
    guard let entry else { return nil }
    return isSameStart(entry, process) ? entry.facts : nil
  }

  private func isSameStart(_ entry: Entry, _ process: IdentifiedProcess) -> Bool {
    guard let start = process.start, let known = entry.newestStart else { return true }
    let (distance, overflows) = start.subtractingReportingOverflow(known)
    return !overflows && distance.magnitude <= Self.startTolerance.magnitude
  }

  /// Adds a running process. One with the same pid has ended at an unknown time.
  private mutating func add(_ process: IdentifiedProcess, at moment: ImportMoment, on node: Int) {
    let old = nodes[node].running.removeValue(forKey: process.pid)
    if let old { for identity in old.identities { remember(identity, old.facts, on: node) } }
    var start = min(process.start.flatMap { nodes[node].clock?.time(of: $0) } ?? moment.time, moment.time)
    if let old, old.facts.id.startTime >= start { start = old.facts.id.startTime &+ 1 }
    let facts = ProcessFacts(
      id: ProcessID(pid: process.pid, startTime: start), parent: nil, comm: Comm([]), uid: ProcessFacts.unknownID,
      gid: ProcessFacts.unknownID, session: ProcessFacts.unknownSession, processGroup: ProcessFacts.unknownSession)
    nodes[node].running[process.pid] = Entry(facts: facts)
    addIdentity(of: process, on: node)
  }

  private mutating func addIdentity(of process: IdentifiedProcess, on node: Int) {
    guard var entry = nodes[node].running[process.pid] else { return }
    nodes[node].running[process.pid] = nil
    if let start = process.start { entry.newestStart = max(entry.newestStart ?? start, start) }
    if let identity = process.identity, !entry.identities.contains(identity) {
      if entry.identities.count >= Self.identityLimit { entry.identities.removeFirst() }
      entry.identities.append(identity)
    }
    nodes[node].running[process.pid] = entry
  }

  /// Keeps the identity of an ended process.
  private mutating func remember(_ identity: RawBytes, _ facts: ProcessFacts, on node: Int) {
    if nodes[node].ended.updateValue(facts, forKey: identity) == nil { nodes[node].endedOrder.append(identity) }
    while nodes[node].endedOrder.count &- nodes[node].oldestEnded > Self.endedLimit {
      nodes[node].ended[nodes[node].endedOrder[nodes[node].oldestEnded]] = nil
      nodes[node].oldestEnded &+= 1
    }
    if nodes[node].oldestEnded > Self.endedLimit {
      nodes[node].endedOrder.removeFirst(nodes[node].oldestEnded)
      nodes[node].oldestEnded = 0
    }
  }

  private mutating func update(_ process: IdentifiedProcess, on node: Int) {
    addIdentity(of: process, on: node)
    guard var facts = nodes[node].running[process.pid]?.facts else { return }
    if let uid = process.uid {
      facts.uid = uid
      facts.user = process.user
    }
    if let user = process.user { facts.user = user }
    if let euid = process.euid ?? process.uid { facts.euid = euid }
    if let gid = process.gid { facts.gid = gid }
    if let login = process.loginUID { facts.auditUID = login }
    if let session = process.session { facts.session = session }
    if let group = process.group { facts.processGroup = group }
    if let inner = process.innerPID { facts.innerPID = inner }
    if let tty = process.tty { facts.tty = tty }
    if let comm = process.comm ?? process.exe.map({ Comm(ofFile: $0.bytes) }), !comm.isEmpty { facts.comm = comm }
    nodes[node].running[process.pid]?.facts = facts
  }

  private mutating func image(
    of process: IdentifiedProcess, _ facts: ProcessFacts, at moment: ImportMoment
  ) -> ProcessImage {
    var marks = process.marks
    if process.argv == nil { marks.insert(.argvUnreadable) }
    if process.cwd == nil { marks.insert(.cwdUnreadable) }
    let names = pool.names(file: "", exe: process.exe ?? "", interpreter: nil, cwd: process.cwd ?? "")
    let env = process.env.map { pool.environment(StringVector(bytes: $0)) }
    return (process.argv ?? []).withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: facts.comm, names: names, argv: $0, argvLength: $0.count, env: env, marks: marks)
    }
  }
}
