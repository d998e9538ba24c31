internal import Events

/// What the events of the audit system tell about processes: for auditd's logs, and for formats that are made of these logs.
struct AuditTrail: Sendable {
  /// The machines of the log, in the order of their first events. A log without names has one.
  private struct Node: Sendable {
    /// Its own: machines' clocks differ, and lines of one may arrive later than those of another.
    var clock = ImportClock()
    var processes = ImportedProcesses()
    /// Threads or processes that clone3 made, by the id that it returned.
    var made: [Int32: Made] = [:]
    /// Their ids, the oldest first from `oldestMade` on.
    var madeOrder: [Int32] = []
    var oldestMade = 0

    /// - Parameter name: as the lines have it; empty where they have none.
    init(_ name: [UInt8]) { processes.host = RecordedHost(ofTrace: name) }
  }

  /// What clone3 made: a process, if a line has its id as a pid, else a thread.
  private struct Made: Sendable {
    var parent: Int32
    var moment: ImportMoment
    var began: UInt64
  }

  private var nodes = TraceMachines<Node>()
  private var pool = ProgramPool()

  /// The most ids that clone3 returned and that wait for a line.
  private static let madeLimit = 16_384

  private static let cloneThread: UInt64 = 0x10000
  private static let cloneParent: UInt64 = 0x8000

  /// The place of a machine in the list; nil where there are too many, and for a name that no machine has.
  mutating func node(_ name: some Collection<UInt8>) -> Int? { nodes.place(of: name) { Node($0) } }

  /// Makes events of one of the audit system.
  mutating func apply(_ event: AuditEvent, into events: inout [RecordedEvent]) {
    guard let pid = event.pid, ImportedProcesses.pids ~= pid, nodes.contains(event.id.node) else { return }
    let node = event.id.node
    let moment = nodes[node].clock.moment(wall: event.id.wall)
    let began = nodes[node].clock.time(of: event.id.wall)
    claim(pid, on: node, into: &events)
    if let signal = event.signal {
      update(event, pid, at: moment)
      if 1...64 ~= signal {
        nodes[node].processes.exit(pid, ExitStatus(signal: signal), at: moment, into: &events)
      }
      return
    }
    switch event.call {
    case nil: return
    case .exec?: exec(event, pid, at: moment, into: &events)
    case .fork?, .clone?, .clone3?:
      update(event, pid, at: moment)
      made(event, by: pid, at: moment, began: began, into: &events)
    case .exitGroup?:
      update(event, pid, at: moment)
      let status = event.arguments.0.map { ExitStatus(code: Int32(truncatingIfNeeded: $0 & 0xff)) }
      nodes[node].processes.exit(pid, status, at: moment, into: &events)
    }
  }

  /// A running process that only lines of its children tell of.
  /// - Parameter event: the facts, with the time of the child's line.
  mutating func parent(_ event: AuditEvent, into events: inout [RecordedEvent]) {
    guard let pid = event.pid, ImportedProcesses.pids ~= pid, nodes.contains(event.id.node),
      nodes[event.id.node].processes[pid] == nil
    else { return }
    let moment = nodes[event.id.node].clock.moment(wall: event.id.wall)
    update(event, pid, at: moment)
    let image = image(of: event, at: moment, marks: [.argvUnreadable, .cwdUnreadable, .fileUnreadable, .fromProc])
    nodes[event.id.node].processes.existing(pid, image, at: moment, into: &events)
  }

  /// A line has the id that clone3 returned as a pid: it made a process.
  private mutating func claim(_ pid: Int32, on node: Int, into events: inout [RecordedEvent]) {
    guard !nodes[node].made.isEmpty, let made = nodes[node].made.removeValue(forKey: pid) else { return }
    nodes[node].processes.fork(pid, of: made.parent, at: made.moment, began: made.began, into: &events)
  }

  private mutating func update(_ event: AuditEvent, _ pid: Int32, at moment: ImportMoment) {
    nodes[event.id.node].processes.setParent(of: pid, to: event.parent, at: moment)
    nodes[event.id.node].processes.update(pid, at: moment) { facts in
      if let uid = event.uid { facts.uid = uid }
      if let euid = event.euid ?? event.uid { facts.euid = euid }
      if let gid = event.gid { facts.gid = gid }
      if let comm = event.comm { facts.comm = comm }
      // An ANOM_ABEND record lacks these.
      if event.call != nil {
        facts.user = event.user
        facts.auditUID = event.loginUID
        facts.tty = event.tty
      }
    }
  }

  private mutating func exec(
    _ event: AuditEvent, _ pid: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    let node = event.id.node
    let isSuccess = event.isSuccess ?? (event.result == 0)
    update(event, pid, at: moment)
    if isSuccess {
      var marks = event.marks
      if !event.hasArguments { marks.insert(.argvUnreadable) }
      if let argc = event.argc, argc > event.argvCount { marks.insert(.argvCut) }
      if event.cwd == nil { marks.insert(.cwdUnreadable) }
      if event.paths.0 == nil { marks.insert(.fileUnreadable) }
      nodes[node].processes.exec(pid, image(of: event, at: moment, marks: marks), at: moment, into: &events)
      return
    }
    let errno = event.errno ?? event.result.flatMap { -4095...(-1) ~= $0 ? Int32(truncatingIfNeeded: 0 &- $0) : nil }
    guard let errno else { return }
    // The record has the program that calls, and of the arguments only their address.
    var image = event
    image.exe = nil
    image.argv = []
    nodes[node].processes.failedExec(
      pid, self.image(of: image, at: moment, marks: .argvUnreadable), errno: errno, at: moment, into: &events)
  }

  private mutating func image(of event: AuditEvent, at moment: ImportMoment, marks: Marks) -> ProcessImage {
    let names = pool.names(
      file: event.paths.0 ?? "", exe: event.exe ?? "", interpreter: event.interpreter, cwd: event.cwd ?? "")
    return event.argv.withUnsafeBytes {
      ProcessImage(
        time: moment.time, comm: event.comm ?? Comm([]), names: names, argv: $0, argvLength: $0.count, env: nil,
        marks: marks)
    }
  }

  /// A call has made a process or a thread.
  private mutating func made(
    _ event: AuditEvent, by caller: Int32, at moment: ImportMoment, began: UInt64, into events: inout [RecordedEvent]
  ) {
    guard event.isSuccess != false, let result = event.result, let child = Int32(exactly: result),
      ImportedProcesses.pids ~= child, child != caller
    else { return }
    let node = event.id.node
    var parent: Int32? = caller
    switch event.call {
    case .clone(let place)?:
      let flags = place == 0 ? event.arguments.0 : event.arguments.1
      if event.flagWords?.thread ?? (flags.map { $0 & Self.cloneThread != 0 } ?? false) { return }
      if event.flagWords?.parent ?? (flags.map { $0 & Self.cloneParent != 0 } ?? false) { parent = event.parent }
    case .clone3?:
      return wait(for: child, Made(parent: caller, moment: moment, began: began), on: node, into: &events)
    default: break
    }
    nodes[node].processes.fork(child, of: parent, at: moment, began: began, into: &events)
  }

  /// Keeps an id that clone3 returned until a line has it as a pid.
  private mutating func wait(for id: Int32, _ made: Made, on node: Int, into events: inout [RecordedEvent]) {
    if let known = nodes[node].processes[id], known.id.startTime >= made.began {
      // A line of the child came before.
      nodes[node].processes.fork(id, of: made.parent, at: made.moment, began: made.began, into: &events)
      return
    }
    if nodes[node].made.updateValue(made, forKey: id) == nil { nodes[node].madeOrder.append(id) }
    while nodes[node].madeOrder.count &- nodes[node].oldestMade > Self.madeLimit {
      nodes[node].made[nodes[node].madeOrder[nodes[node].oldestMade]] = nil
      nodes[node].oldestMade &+= 1
    }
    if nodes[node].oldestMade > Self.madeLimit {
      nodes[node].madeOrder.removeFirst(nodes[node].oldestMade)
      nodes[node].oldestMade = 0
    }
  }
}
