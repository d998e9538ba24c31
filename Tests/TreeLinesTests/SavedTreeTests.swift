import Events
import Recording
import TestSupport
import Testing
import Tree
import TreeLines

/// A tree that was written to a file, and is read again.
@Suite
struct SavedTreeTests {
  /// Random families with all that a process can do, and hostile names.
  private struct Families {
    var random: SeededGenerator
    var events: [ProcessEvent] = []
    private var clock: UInt64 = 1_000_000
    private var alive: [ProcessFacts] = []
    private var nextPID: Int32 = 100

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
      let first = ProcessFacts(id: ProcessID(pid: 1, startTime: 5), parent: nil, comm: "init", user: "root")
      alive = [first]
      events.append(
        .existing(ExistingProcess(time: 900_000, process: first, image: image(of: first, [.fromProc], at: 900_000))))
      let thread = ProcessFacts(
        id: ProcessID(pid: 2, startTime: 6), parent: nil, comm: "kthreadd", isKernelThread: true)
      events.append(
        .existing(
          ExistingProcess(
            time: 900_000, process: thread, image: ProcessImage(time: 900_000, comm: "kthreadd", marks: .fromProc),
            isKernelThread: true)))
      for _ in 0..<120 { step() }
    }

    private mutating func bytes() -> [UInt8] {
      let hostile: [[UInt8]] = [
        Array("\u{1b}[31m".utf8), [0xff, 0xfe], Array("a b\n".utf8), Array("=1,\"2\"".utf8), Array("plain".utf8),
        [0xc2],
      ]
      return hostile.randomElement(using: &random) ?? []
    }

    private mutating func image(of facts: ProcessFacts, _ marks: Marks = [], at time: UInt64) -> ProcessImage {
      ProcessImage(
        time: time, comm: facts.comm, file: RawBytes(bytes()), exe: RawBytes(bytes()),
        interpreter: random.once(in: 4) ? RawBytes(bytes()) : nil, cwd: RawBytes(bytes()),
        argv: StringVector((0..<Int.random(in: 1...3, using: &random)).map { _ in bytes() }),
        marks: random.once(in: 5) ? marks.union(.privilegeChanged) : marks)
    }

    private mutating func step() {
      clock += UInt64.random(in: 1...9000, using: &random)
      let at = Int.random(in: 0..<alive.count, using: &random)
      switch Int.random(in: 0..<9, using: &random) {
      case 0..<3:
        var child = alive[at]
        child.id = ProcessID(pid: nextPID, startTime: clock)
        child.innerPID = nextPID
        child.parent = alive[at].id
        nextPID += 1
        alive.append(child)
        events.append(.fork(ForkEvent(time: clock, process: child, isByParent: true)))
      case 3..<5:
        alive[at].comm = Comm(bytes())
        if random.once(in: 4) { alive[at].uid += 1 }
        events.append(.exec(ExecEvent(process: alive[at], image: image(of: alive[at], at: clock))))
      case 5:
        events.append(
          .failedExec(FailedExecEvent(process: alive[at], errno: 2, image: image(of: alive[at], at: clock))))
      case 6 where at > 0:
        // Looked at again, with a title and another user.
        alive[at].euid += 7
        let title = ProcessImage(
          time: clock, comm: alive[at].comm, argv: StringVector(["worker: idle"]), marks: [.fromProc, .title])
        events.append(.existing(ExistingProcess(time: clock, process: alive[at], image: title, isAgain: true)))
      default:
        guard at > 0 else { return }
        let gone = alive.remove(at: at)
        var isParent = false
        for index in alive.indices where alive[index].parent == gone.id {
          alive[index].parent = alive[0].id
          isParent = true
        }
        let isKilled = random.once(in: 3)
        let killer = Killer.process(Killer.Sender(id: alive[0].id, comm: alive[0].comm, uid: 7, user: "eve"))
        events.append(
          .exit(
            ExitEvent(
              time: clock, process: gone,
              status: isKilled ? ExitStatus(signal: 11, core: true) : ExitStatus(code: 3),
              usage: ResourceUsage(
                userTime: clock, systemTime: 5, peakMemory: 4096, minorFaults: 3, majorFaults: 1, readBytes: 512,
                writtenBytes: 1024), reaper: isParent ? alive[0].id : nil, killer: isKilled ? killer : nil)))
      }
    }
  }

  private func tree(of events: some Sequence<ProcessEvent>) -> ProcessTree {
    var tree = ProcessTree()
    for event in events { _ = tree.apply(event) }
    return tree
  }

  /// All that a person can see of each process.
  private func described(_ tree: ProcessTree) -> [String] {
    tree.allIDs.compactMap { tree[$0] }.map { node in
      """
      \(node.id) \(String(describing: node.parent)) \(String(describing: node.presentParent)) \(node.facts) \
      \(node.images.map { "\($0.time) \($0.comm) \($0.exe) \($0.cwd) \($0.argv.bytes) \($0.marks.rawValue)" }) \
      \(node.imageIsInherited) \(String(describing: node.image?.time)) \(String(describing: node.title)) \
      \(node.execCount) \(node.failedExecCount) \(String(describing: node.lastFailure?.time)) \(node.state) \
      \(node.marks.rawValue) \(node.gaps.rawValue) \(node.isKernelThread)
      """
    }
  }

  /// What a file has.
  private func read(_ path: String) throws -> [ProcessEvent] {
    var file = try EventFile(path: path)
    var events: [ProcessEvent] = []
    while let more = try file.read() { events += more.map(\.event) }
    return events
  }

  @Test(arguments: Seeds.first(60))
  func `A recording and lines of a tree lead to the same tree`(seed: UInt64) throws {
    let scratch = Scratch()
    let tree = tree(of: Families(seed: seed).events)
    let events = TreeEvents(of: tree)
    let writer = try DatabaseWriter(
      path: scratch["tree.db"], DatabaseWriter.Session(version: "1", started: 7))
    try events.forEachBatch(of: 50) { batch in try writer.write(batch, clock: Steps(1_000), isDurable: false) }
    try writer.finish(status: nil, at: 8)
    var encoder = JSONLineEncoder(wallOffset: 1_700_000_000_000_000_000)
    for event in events.all { encoder.append(event) }
    scratch.write("tree.ndjson", String(decoding: encoder.bytes, as: UTF8.self))
    let expected = described(tree)
    for name in ["tree.db", "tree.ndjson"] {
      let found = described(self.tree(of: try read(scratch[name])))
      for (left, right) in zip(found, expected) where left != right {
        Issue.record("\(name), seed \(seed):\n\(left)\nnot\n\(right)")
        break
      }
      #expect(found.count == expected.count, "\(name), seed \(seed)")
    }
  }
}
