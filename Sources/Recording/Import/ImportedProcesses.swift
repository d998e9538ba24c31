internal import Events

/// What a trace has told so far about running processes, by pid. It makes events that the tree accepts of the little
/// that a format knows, and guesses nothing:
///
/// - A process starts with the first line about it, unless the format has its start. A fork event needs a line that
///   tells of the fork; a process without one is marked as inferred by the tree.
/// - A process whose pid a fork gives again has ended at an unknown time: the tree ends it by the new one.
/// - Unknown parents are nil, unknown users `ProcessFacts.unknownID`.
struct ImportedProcesses: Sendable {
  private struct Entry {
    var facts: ProcessFacts
    /// Whether a line told of its fork.
    var hasFork = false
  }

  /// The machine of the events; nil where unknown.
  var host: RecordedHost?
  private var running: [Int32: Entry] = [:]
  /// The newest processes that ended without a line of their fork, by pid: a vfork may be reported when its child has
  /// ended.
  private var ended: [Int32: ProcessFacts] = [:]
  /// The newest start: no two processes have the same one, so that a pid which is used again is another process.
  private var newestStart: UInt64 = 0

  /// The pids that Linux gives (`PID_MAX_LIMIT`).
  static let pids: ClosedRange<Int32> = 1...4_194_304
  /// The most processes in `ended`.
  private static let endedLimit = 4096
  /// Stands for the pid of a process whose pid the trace does not tell: Linux gives smaller ones only.
  static let unknownPID: Int32 = 4_194_304
  /// A fork whose begin is unknown may be reported as much later than the first line of its child, in nanoseconds.
  private static let lateness: UInt64 = 1_000_000_000

  /// The facts of a running process; nil where no line told of it.
  subscript(pid: Int32) -> ProcessFacts? { running[pid]?.facts }

  /// The facts of a running process. One that no line told of starts now.
  /// - Parameter start: its start where the format has it: a running process with another one has ended.
  mutating func facts(of pid: Int32, at moment: ImportMoment, start: UInt64? = nil) -> ProcessFacts {
    if let known = running[pid], start == nil || known.facts.id.startTime == start { return known.facts }
    let id = start.map { ProcessID(pid: pid, startTime: $0) } ?? newID(pid, at: moment.time)
    let facts = Self.unknownFacts(of: id)
    running[pid] = Entry(facts: facts)
    return facts
  }

  /// Changes the facts of a running process, without an event: the next one has them. Its identity cannot be changed.
  mutating func update(_ pid: Int32, at moment: ImportMoment, _ change: (inout ProcessFacts) -> Void) {
    var facts = facts(of: pid, at: moment)
    let id = facts.id
    change(&facts)
    facts.id = id
    running[pid]?.facts = facts
  }

  /// Sets the parent of a process by its pid. A parent that no line told of starts now, as far as is known.
  mutating func setParent(of pid: Int32, to parent: Int32?, at moment: ImportMoment) {
    guard let parent, Self.pids ~= parent, parent != pid else { return }
    // First, as it cannot be younger than its child.
    let id = facts(of: parent, at: moment).id
    update(pid, at: moment) { $0.parent = id }
  }

  /// A process has forked.
  /// - Parameters:
  ///   - parent: the pid of the parent; nil where unknown.
  ///   - began: when the system call began, where that is known. A running process with the child's pid that is older
  ///     has ended; a younger one is the child, of which a line came before.
  ///   - isByParent: as in `ForkEvent`.
  ///   - change: facts that the format tells of the child.
  mutating func fork(
    _ child: Int32, of parent: Int32?, at moment: ImportMoment, began: UInt64? = nil, isByParent: Bool = false,
    into events: inout [RecordedEvent], _ change: (inout ProcessFacts) -> Void = { _ in }
  ) {
    let parent = parent.flatMap { $0 == child ? nil : self.facts(of: $0, at: moment) }
    let oldest = began ?? moment.time &- min(moment.time, Self.lateness)
    var time = moment.time
    var later: Comm?
    var facts: ProcessFacts
    if var known = ended[child], running[child] == nil, known.id.startTime >= oldest {
      ended[child] = nil
      known.parent = parent?.id
      if let parent { known.comm = parent.comm }
      time = min(time, known.id.startTime)
      events.append(
        recorded(.fork(ForkEvent(time: time, process: known)), wallTime: moment.wallTime(of: time)))
      return
    }
    if let known = running[child], !known.hasFork, known.facts.id.startTime >= oldest {
      facts = known.facts
      later = facts.comm
      // Lines of the child came first: it cannot have started later.
      time = min(time, facts.id.startTime)
    } else {
      facts = Self.unknownFacts(of: newID(child, at: moment.time))
      if let parent {
        let id = facts.id
        facts = parent
        facts.id = id
        facts.innerPID = child
      }
    }
    facts.parent = parent?.id
    let id = facts.id
    change(&facts)
    facts.id = id
    running[child] = Entry(facts: facts, hasFork: true)
    // It starts with its parent's name, whatever it executed since.
    if let later, facts.comm == later, let parent { facts.comm = parent.comm }
    events.append(
      recorded(
        .fork(ForkEvent(time: time, process: facts, isByParent: isByParent && parent != nil)),
        wallTime: moment.wallTime(of: time)))
  }

  /// A process has executed a program.
  /// - Parameter image: the program; its comm becomes that of the process. It is empty where it is unknown.
  mutating func exec(
    _ pid: Int32, _ image: ProcessImage, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    var facts = facts(of: pid, at: moment)
    if facts.comm != image.comm {
      facts.comm = image.comm
      running[pid]?.facts = facts
    }
    events.append(
      recorded(.exec(ExecEvent(process: facts, image: image)), wallTime: moment.wallTime))
  }

  /// A process has failed to execute a program.
  /// - Parameter errno: positive.
  mutating func failedExec(
    _ pid: Int32, _ image: ProcessImage, errno: Int32, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    let facts = facts(of: pid, at: moment)
    events.append(
      recorded(
        .failedExec(FailedExecEvent(process: facts, errno: errno, image: image)), wallTime: moment.wallTime))
  }

  /// A process that runs since before the trace began, or since an unknown time.
  mutating func existing(
    _ pid: Int32, _ image: ProcessImage, at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    if !image.comm.isEmpty { update(pid, at: moment) { $0.comm = image.comm } }
    let facts = facts(of: pid, at: moment)
    events.append(
      recorded(
        .existing(ExistingProcess(time: moment.time, process: facts, image: image)), wallTime: moment.wallTime))
  }

  /// A process has ended.
  /// - Parameter status: nil where the format does not tell it.
  mutating func exit(
    _ pid: Int32, _ status: ExitStatus?, usage: ResourceUsage? = nil, killer: Killer? = nil,
    at moment: ImportMoment, into events: inout [RecordedEvent]
  ) {
    let facts = facts(of: pid, at: moment)
    if let entry = running.removeValue(forKey: pid) {
      if ended.count >= Self.endedLimit { ended = [:] }
      ended[pid] = entry.hasFork ? nil : entry.facts
    }
    let event: ProcessEvent
    if let status {
      event = .exit(
        ExitEvent(time: moment.time, process: facts, status: status, usage: usage, killer: killer))
    } else {
      // Without counts nothing was lost, but the status is unknown.
      let record = LostRecord(
        kind: .exit, time: moment.time, id: facts.id, parent: facts.parent, comm: facts.comm, uid: facts.uid)
      event = .lost(LostEvent(time: moment.time, counts: LossCounts(), records: [record]))
    }
    events.append(recorded(event, wallTime: moment.wallTime))
  }

  private func recorded(_ event: ProcessEvent, wallTime: Int64?) -> RecordedEvent {
    RecordedEvent(event: event, wallTime: wallTime, host: host)
  }

  /// An identity that no other process has.
  private mutating func newID(_ pid: Int32, at time: UInt64) -> ProcessID {
    newestStart = max(time, newestStart &+ 1)
    return ProcessID(pid: pid, startTime: newestStart)
  }

  private static func unknownFacts(of id: ProcessID) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: nil, comm: Comm([]), uid: ProcessFacts.unknownID, gid: ProcessFacts.unknownID,
      session: ProcessFacts.unknownSession, processGroup: ProcessFacts.unknownSession)
  }
}
