import TestSupport

@testable import Events

/// A machine with random events: mostly like those of a kernel, at times lost, late, doubled or hostile.
struct RandomMachine {
  private var random: SeededGenerator
  private var clock: UInt64 = 100
  /// All identities so far.
  private var known: [ProcessID] = []
  /// Events that will be late.
  private var held: [ProcessEvent] = []

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func next() -> ProcessEvent {
    clock += UInt64.random(in: 0...3, using: &random)
    if !held.isEmpty, random.once(in: 8) { return held.remove(at: Int.random(in: 0..<held.count, using: &random)) }
    let event = make()
    if random.once(in: 12) {
      held.append(event)
      if random.once(in: 2) { return make() }
    }
    return event
  }

  private mutating func make() -> ProcessEvent {
    switch Int.random(in: 0..<22, using: &random) {
    case 0..<7:
      let id = random.once(in: 15) ? someone() : newcomer()
      return .fork(
        ForkEvent(
          time: max(time(), id.startTime), process: facts(of: id, parent: parent()), isByParent: random.once(in: 2)))
    case 7..<11:
      let image = image(.init())
      return .exec(ExecEvent(process: facts(of: someone(), parent: presentParent(), comm: image.comm), image: image))
    case 11:
      let folder: RawBytes = ["/a/", "/b/", ""].randomElement(using: &random)!
      let image = image(.init(), file: RawBytes(folder.bytes + name().bytes))
      return .failedExec(
        FailedExecEvent(
          process: facts(of: someone(), parent: presentParent()),
          errno: [2, 2, 13, 20, 8].randomElement(using: &random)!,
          image: random.once(in: 9) ? self.image(.init()) : image))
    case 12..<18:
      return .exit(
        ExitEvent(
          time: time(), process: facts(of: someone(), parent: presentParent()),
          status: ExitStatus(code: Int32.random(in: 0...3, using: &random)), usage: usage(), reaper: parent()))
    case 18:
      let image = image(random.once(in: 4) ? [.fromProc, .incomplete] : .fromProc)
      return .existing(
        ExistingProcess(
          time: image.time, process: facts(of: someone(), parent: presentParent(), comm: image.comm), image: image,
          isKernelThread: random.once(in: 4), isAgain: random.once(in: 3)))
    case 19: return .census(census())
    default: return .lost(loss())
    }
  }

  /// A random amount, at times one that no kernel reports.
  private mutating func usage() -> ResourceUsage {
    ResourceUsage(
      userTime: UInt64.random(in: 0...50, using: &random), systemTime: random.once(in: 9) ? 1 << 40 : 7,
      peakMemory: random.once(in: 5) ? 4097 : 4096, readBytes: random.once(in: 9) ? 1 << 60 : 512)
  }

  private mutating func loss() -> LostEvent {
    let records = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      LostRecord(
        kind: LostRecord.Kind.allCases.randomElement(using: &random)!, time: time(),
        id: random.once(in: 2) ? newcomer() : someone(), parent: parent(), comm: name(),
        uid: UInt32.random(in: 0...1, using: &random))
    }
    return LostEvent(
      time: clock, since: time(),
      counts: LossCounts(forks: UInt64.random(in: 0...1, using: &random), execs: UInt64(records.count)),
      records: records, unnamed: random.once(in: 6) ? 3 : 0)
  }

  /// A random process, mostly a recent one; some have exited.
  private mutating func census() -> CensusEvent {
    let alive = known.suffix(12).filter { _ in !random.once(in: 3) }.map {
      CensusEvent.Living(id: $0, parent: presentParent())
    }
    return CensusEvent(
      time: time(), alive: alive, unsure: random.once(in: 2) ? [Int32.random(in: 1...14, using: &random)] : [])
  }

  /// A pid from a small space, so that pids are used again.
  private mutating func newcomer() -> ProcessID {
    let id = ProcessID(pid: Int32.random(in: 1...14, using: &random), startTime: clock)
    known.append(id)
    return id
  }

  private mutating func someone() -> ProcessID {
    if known.isEmpty || random.once(in: 25) { return newcomer() }
    // Mostly the recent ones, as on a machine.
    return random.once(in: 4) ? known.randomElement(using: &random)! : known.suffix(8).randomElement(using: &random)!
  }

  private mutating func parent() -> ProcessID? { random.once(in: 10) ? nil : someone() }

  private mutating func presentParent() -> ProcessID? { random.once(in: 3) ? nil : someone() }

  private mutating func time() -> UInt64 {
    random.once(in: 6) ? clock - UInt64.random(in: 0...20, using: &random) : clock
  }

  private mutating func facts(of id: ProcessID, parent: ProcessID?, comm: Comm? = nil) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: comm ?? name(), uid: UInt32.random(in: 0...1, using: &random),
      user: random.once(in: 2) ? "root" : nil)
  }

  private mutating func image(_ marks: Marks, file: RawBytes = "") -> ProcessImage {
    let name = name()
    let exe: RawBytes = random.once(in: 2) ? "" : RawBytes(name.bytes)
    return ProcessImage(time: time(), comm: name, file: file, exe: exe, argv: StringVector([name.bytes]), marks: marks)
  }

  private mutating func name() -> Comm {
    ["a", "b", "c", "d"].randomElement(using: &random)!
  }
}
