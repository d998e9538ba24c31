import Events

/// Random events with all kinds of hostile values. The same seed gives the same events.
struct RandomEvents {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func number() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func number(below bound: Int) -> Int { Int(number() % UInt64(bound)) }
  mutating func chance(_ oneIn: Int) -> Bool { number(below: oneIn) == 0 }

  /// A small, large or extreme value, up to the most that the reader accepts.
  mutating func size() -> UInt64 {
    switch number(below: 5) {
    case 0: UInt64(number(below: 100))
    case 1: 1 << 62
    default: number() >> UInt64(2 + number(below: 62))
    }
  }

  mutating func event() -> ProcessEvent { event(ofKind: number(below: Self.kinds)) }

  static let kinds = 8

  mutating func event(ofKind kind: Int) -> ProcessEvent {
    switch kind {
    case 0: return .fork(ForkEvent(time: size(), process: facts(), isByParent: chance(2)))
    case 1: return .exec(ExecEvent(process: facts(), image: image()))
    case 2:
      return .failedExec(
        FailedExecEvent(process: facts(), errno: Int32(number(below: 600)), image: image()))
    case 3: return .exit(exit())
    case 4:
      return .existing(
        ExistingProcess(time: size(), process: facts(), image: image(), isKernelThread: chance(3), isAgain: chance(2)))
    case 5: return .lost(loss())
    case 7:
      return .output(
        OutputEvent(
          time: size(), process: identity(), stream: chance(2) ? .output : .error,
          bytes: chance(4) ? [] : (0..<number(below: 40)).map { _ in UInt8(truncatingIfNeeded: number()) },
          leftOut: chance(2) ? 0 : size()))
    default:
      return .census(
        CensusEvent(
          time: size(),
          alive: (0..<number(below: 4)).map { _ in
            CensusEvent.Living(id: identity(), parent: chance(3) ? nil : identity())
          },
          unsure: (0..<number(below: 3)).map { _ in Int32(1 + number(below: Int(Int32.max))) }))
    }
  }

  private mutating func loss() -> LostEvent {
    LostEvent(
      time: size(), since: chance(2) ? nil : size(),
      counts: LossCounts(
        forks: UInt64(number(below: 9)), execs: 1 << 32, failedExecs: 3, exits: UInt64(number(below: 2)),
        missedRuns: 5, procRaces: UInt64(number(below: 3)), overBudget: UInt64(number(below: 1000))),
      records: (0..<number(below: 5)).map { _ in
        LostRecord(
          kind: LostRecord.Kind.allCases[number(below: 4)], time: size(), id: identity(),
          parent: chance(3) ? nil : identity(), comm: comm(), uid: UInt32(truncatingIfNeeded: size()))
      },
      unnamed: chance(2) ? 0 : 1 << 32)
  }

  private mutating func exit() -> ExitEvent {
    let status =
      switch number(below: 4) {
      case 0: ExitStatus(waitStatus: Int32(truncatingIfNeeded: number()))
      case 1: ExitStatus(signal: Int32(number(below: 65)), core: chance(2))
      default: ExitStatus(code: Int32(number(below: 256)))
      }
    return ExitEvent(
      time: size(), process: facts(), status: status,
      usage: chance(4)
        ? nil
        : ResourceUsage(
          userTime: size(), systemTime: size(), peakMemory: size(), minorFaults: size(), majorFaults: size(),
          readBytes: size(), writtenBytes: size()),
      reaper: chance(2) ? identity() : nil, killer: chance(2) ? killer() : nil)
  }

  private mutating func killer() -> Killer {
    switch number(below: 6) {
    case 0: .kernel(code: Int32(truncatingIfNeeded: number()))
    case 1: .terminal(chance(3) ? nil : RawBytes(bytes()))
    case 2:
      .outOfMemory(
        Killer.Memory(anonymous: size(), file: size(), shared: size(), limit: chance(2) ? nil : size()))
    case 3: .lost
    default:
      .process(
        Killer.Sender(
          id: chance(4) ? nil : identity(), comm: comm(), uid: UInt32(truncatingIfNeeded: size()),
          user: chance(2) ? nil : RawBytes(bytes()), isExiting: chance(3)))
    }
  }

  private mutating func identity() -> ProcessID {
    ProcessID(pid: Int32(1 + number(below: Int(Int32.max))), startTime: size())
  }

  private mutating func facts() -> ProcessFacts {
    ProcessFacts(
      id: identity(), parent: chance(4) ? nil : identity(), comm: comm(), uid: UInt32(truncatingIfNeeded: size()),
      euid: chance(2) ? nil : UInt32(truncatingIfNeeded: size()), gid: UInt32(truncatingIfNeeded: size()),
      auditUID: chance(2) ? nil : UInt32(truncatingIfNeeded: size()),
      session: Int32(truncatingIfNeeded: number() & 0x7fff_ffff),
      processGroup: Int32(truncatingIfNeeded: number() & 0x7fff_ffff),
      innerPID: chance(2) ? nil : Int32(truncatingIfNeeded: number()), tty: chance(2) ? nil : RawBytes(bytes()),
      cgroup: chance(2) ? nil : RawBytes(bytes()), user: chance(2) ? nil : RawBytes(bytes()),
      isKernelThread: chance(5))
  }

  private mutating func image() -> ProcessImage {
    let marks = marks()
    // A title is one text.
    let title = bytes()
    return ProcessImage(
      time: size(), comm: comm(), file: RawBytes(bytes()), exe: RawBytes(bytes()),
      interpreter: chance(2) ? nil : RawBytes(bytes()), cwd: RawBytes(bytes()),
      argv: marks.contains(.title) ? StringVector(bytes: title.isEmpty ? [] : title + [0]) : vector(),
      env: chance(2) ? nil : environment(), marks: marks)
  }

  private mutating func marks() -> Marks { Marks(Marks.names.map(\.mark).filter { _ in chance(3) }) }

  private mutating func comm() -> Comm { Comm(bytes().filter { $0 != 0 }) }

  private mutating func vector() -> StringVector {
    var block: [UInt8] = []
    for _ in 0..<number(below: 5) { block += bytes().filter { $0 != 0 } + [0] }
    if chance(4) { block += bytes().filter { $0 != 0 } }
    return StringVector(bytes: block, trueLength: chance(3) ? block.count + number(below: 100) : nil)
  }

  private mutating func environment() -> StringVector {
    var block: [UInt8] = []
    for name in 0..<number(below: 5) {
      if chance(4) {
        block += bytes().filter { $0 != 0 } + [0]
      } else {
        block += Array("NAME\(chance(5) ? 0 : name)=".utf8) + bytes().filter { $0 != 0 } + [0]
      }
    }
    if chance(4) { block += Array("CUT=".utf8) }
    return StringVector(bytes: block, trueLength: chance(3) ? block.count + number(below: 100) : nil)
  }

  mutating func bytes() -> [UInt8] {
    switch number(below: 4) {
    case 0: return []
    case 1: return (0..<number(below: 12)).map { _ in UInt8(truncatingIfNeeded: number()) }
    case 2: return Array(Self.hostile[number(below: Self.hostile.count)])
    default: return Array("/usr/bin/\(number(below: 1000))".utf8)
    }
  }

  private static let hostile: [[UInt8]] = [
    Array("\u{1b}]0;owned\u{7}".utf8), [0x9b, 0x32, 0x4a], Array("\u{9b}2J".utf8), Array("a\rb\nc\td\u{8}".utf8),
    Array("\u{202e}gpj.exe".utf8), [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xff, 0xfe],
    Array("😀 é ﷽ \u{e0041}".utf8), Array("\"quoted\\\" and \\x1b[31m".utf8), [0, 1, 2, 0], Array("a\u{0}b".utf8),
    [0xf4, 0x90, 0x80, 0x80], Array("\u{2028}\u{feff}\u{7f}".utf8), Array(repeating: 0xcc, count: 40),
  ]
}
