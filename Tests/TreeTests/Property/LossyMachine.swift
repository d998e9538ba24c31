import TestSupport

@testable import Events

/// A small simulated machine, and a tracer that loses events. Like the program, it passes on events, losses and
/// censuses, with the races between them.
struct LossyMachine {
  struct Process {
    let id: ProcessID
    let original: ProcessID?
    var parent: ProcessID?
    var image: ProcessImage
    /// Whether the tracer reported its fork, or named the process when the fork was lost.
    var forkIsKnown = false
  }

  private(set) var alive: [Process]
  private(set) var dead: [Process] = []
  private var random: SeededGenerator
  private var clock: UInt64 = 100
  private var names = 0
  private var lossRate: Int
  /// Lost and not reported yet.
  private var loss = LostEvent(time: 0, counts: LossCounts())
  private var owed: (all: Bool, named: Set<ProcessID>, since: UInt64)?

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    lossRate = Int.random(in: 2...6, using: &random)
    let image = ProcessImage(time: 1, comm: "init", exe: "/init", argv: StringVector(["init"]))
    alive = [Process(id: ProcessID(pid: 1, startTime: 1), original: nil, parent: nil, image: image)]
  }

  /// The first events of the tracer.
  func snapshot() -> [ProcessEvent] { alive.map { existing($0, image: $0.image) } }

  /// Makes one random event happen. Returns the events that the tracer reports, if any.
  mutating func step() -> [ProcessEvent] {
    clock += UInt64.random(in: 1...3, using: &random)
    let event: ProcessEvent?
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: event = fork()
    case 4..<7: event = exec()
    default: event = exit()
    }
    guard let event else { return [] }
    guard lossRate > 0, random.once(in: lossRate) else { return [event] }
    lose(event)
    return []
  }

  /// Reports the losses and makes a census, while the machine continues.
  mutating func resync() -> [ProcessEvent] {
    clock += 1
    var events: [ProcessEvent] = []
    if loss.counts.total > 0 {
      loss.time = clock
      events.append(.lost(loss))
      owed = (
        all: loss.affectsAll, named: Set(loss.records.map(\.id)),
        since: loss.records.filter { $0.kind != .exit }.map(\.time).min() ?? .max
      )
      loss = LostEvent(time: clock, counts: LossCounts())
    }
    guard let owed else { return events }
    self.owed = nil
    clock += 1
    let time = clock
    let listed = alive
    var meanwhile: [ProcessEvent] = []
    func pass() -> Int { lossRate == 0 ? 0 : Int.random(in: 0...3, using: &random) }
    for _ in 0..<pass() { meanwhile += step() }
    events.append(
      .census(
        CensusEvent(time: time, alive: listed.map { CensusEvent.Living(id: $0.id, parent: $0.parent) })))
    for process in listed where owed.all || owed.named.contains(process.id) || process.id.startTime >= owed.since {
      // /proc is read now, and shows the present program.
      clock += 1
      let now = alive.first { $0.id == process.id }
      let image = ProcessImage(
        time: clock, comm: now?.image.comm ?? "gone", exe: now?.image.exe ?? "",
        argv: now?.image.argv ?? .empty, marks: now == nil ? [.fromProc, .incomplete] : .fromProc)
      events.append(existing(process, image: image, at: time))
      for _ in 0..<pass() where meanwhile.count < 20 { meanwhile += step() }
    }
    return events + meanwhile
  }

  /// From now on nothing is lost.
  mutating func calmDown() { lossRate = 0 }

  private func existing(_ process: Process, image: ProcessImage, at time: UInt64 = 90) -> ProcessEvent {
    .existing(ExistingProcess(time: time, process: facts(process), image: image))
  }

  private func facts(_ process: Process) -> ProcessFacts {
    ProcessFacts(id: process.id, parent: process.parent, comm: process.image.comm)
  }

  private mutating func fork() -> ProcessEvent? {
    let pid = Int32.random(in: 2...12, using: &random)
    guard !alive.contains(where: { $0.id.pid == pid }), let parent = alive.randomElement(using: &random) else {
      return nil
    }
    let child = Process(
      id: ProcessID(pid: pid, startTime: clock), original: parent.id, parent: parent.id, image: parent.image,
      forkIsKnown: true)
    alive.append(child)
    return .fork(ForkEvent(time: clock, process: facts(child)))
  }

  private mutating func exec() -> ProcessEvent? {
    let at = Int.random(in: 0..<alive.count, using: &random)
    names += 1
    let name = "p\(names)"
    alive[at].image = ProcessImage(
      time: clock, comm: Comm(name.utf8), exe: RawBytes(utf8: "/" + name), argv: StringVector([name]))
    return .exec(ExecEvent(process: facts(alive[at]), image: alive[at].image))
  }

  private mutating func exit() -> ProcessEvent? {
    guard alive.count > 1 else { return nil }
    let gone = alive.remove(at: Int.random(in: 1..<alive.count, using: &random))
    for at in alive.indices where alive[at].parent == gone.id { alive[at].parent = alive[0].id }
    dead.append(gone)
    return .exit(
      ExitEvent(time: clock, process: facts(gone), status: ExitStatus(code: 0), reaper: alive[0].id))
  }

  private mutating func lose(_ event: ProcessEvent) {
    let kind: LostRecord.Kind, process: ProcessFacts
    switch event {
    case .fork(let fork): (kind, process, loss.counts.forks) = (.fork, fork.process, loss.counts.forks + 1)
    case .exec(let exec): (kind, process, loss.counts.execs) = (.exec, exec.process, loss.counts.execs + 1)
    case .exit(let exit): (kind, process, loss.counts.exits) = (.exit, exit.process, loss.counts.exits + 1)
    default: return
    }
    if random.once(in: 3) {
      loss.unnamed += 1
      if let at = alive.firstIndex(where: { $0.id == process.id }), kind == .fork { alive[at].forkIsKnown = false }
    } else {
      loss.records.append(
        LostRecord(
          kind: kind, time: event.time, id: process.id, parent: process.parent, comm: process.comm, uid: 0))
    }
  }
}
