import Testing

@testable import Events
@testable import Tree

/// Why a process failed.
@Suite
struct FailureCauseTests {
  private static let second: UInt64 = 1_000_000_000

  /// A run made by hand: each process has its parent, name, start and end in milliseconds, and its status.
  private struct Run {
    var tree = ProcessTree()

    init(_ processes: [(pid: Int32, parent: Int32, comm: Comm, start: UInt64, end: UInt64, status: Events.ExitStatus?)])
    {
      var ids: [Int32: ProcessID] = [:]
      for one in processes { ids[one.pid] = ProcessID(pid: one.pid, startTime: one.start * 1_000_000) }
      for one in processes {
        let facts = ProcessFacts(id: ids[one.pid]!, parent: ids[one.parent], comm: one.comm)
        _ = tree.apply(.fork(ForkEvent(time: one.start * 1_000_000, process: facts)))
        _ = tree.apply(
          .exec(ExecEvent(process: facts, image: ProcessImage(time: one.start * 1_000_000 + 1, comm: one.comm))))
        guard let status = one.status else { continue }
        _ = tree.apply(.exit(ExitEvent(time: one.end * 1_000_000, process: facts, status: status)))
      }
    }

    func chain(of pid: Int32) -> [Int32]? {
      tree.process(pid: pid).flatMap { FailureCause(of: $0, in: tree) }?.chain.map(\.id.pid)
    }

    func links(of pid: Int32) -> [FailureCause.Link?]? {
      tree.process(pid: pid).flatMap { FailureCause(of: $0, in: tree) }?.chain.map(\.link)
    }
  }

  private static func code(_ code: Int32) -> Events.ExitStatus { ExitStatus(code: code) }
  private static func signal(_ signal: Int32) -> Events.ExitStatus { ExitStatus(signal: signal) }

  @Test func `The condition of an if is no cause, a telling status is`() {
    func chain(_ code: Int32) -> [Int32]? {
      Run([
        (1, 0, "sh", 0, 9000, Self.code(code)), (2, 1, "grep", 100, 200, Self.code(code)),
        (3, 1, "sleep", 300, 7000, Self.code(0)),
      ]).chain(of: 1)
    }
    #expect(chain(1) == [1])
    #expect(chain(3) == [1, 2])
  }

  @Test func `The command of a recording, found in proc, is a root`() {
    var tree = ProcessTree()
    let (shell, command) = (ProcessID(pid: 1, startTime: 1), ProcessID(pid: 2, startTime: 2))
    for (id, parent) in [(shell, nil), (command, shell)] as [(ProcessID, ProcessID?)] {
      let image = ProcessImage(time: 3, comm: "sh", argv: StringVector(["sh"]), marks: .fromProc)
      _ = tree.apply(
        .existing(ExistingProcess(time: 3, process: ProcessFacts(id: id, parent: parent, comm: "sh"), image: image)))
    }
    let facts = ProcessFacts(id: command, parent: shell, comm: "make")
    _ = tree.apply(.exec(ExecEvent(process: facts, image: ProcessImage(time: 5, comm: "make"))))
    _ = tree.apply(.exit(ExitEvent(time: 9, process: facts, status: Self.code(2))))
    #expect(FailureCause.roots(in: tree) == [command])
  }

  @Test func `Down through make, a shell and a compiler`() {
    let run = Run([
      (1, 0, "make", 0, 9000, Self.code(2)), (2, 1, "cc", 100, 300, Self.code(0)),
      (3, 1, "sh", 400, 8000, Self.code(1)), (4, 3, "gcc", 410, 7990, Self.code(1)),
      (5, 4, "cc1", 420, 7900, Self.signal(11)),
    ])
    #expect(run.chain(of: 1) == [1, 3, 4, 5])
    #expect(run.links(of: 1) == [nil, .reaction, .status, .reaction])
    #expect(run.chain(of: 2) == nil)
  }

  @Test func `A shell passes on the last status, and a signal as 128 and its number`() {
    let run = Run([
      (1, 0, "sh", 0, 1000, Self.code(137)), (2, 1, "grep", 10, 20, Self.code(1)),
      (3, 1, "worker", 30, 900, Self.signal(9)), (4, 1, "rm", 910, 920, Self.code(0)),
    ])
    #expect(run.chain(of: 1) == [1, 3])
    let last = Run([
      (1, 0, "sh", 0, 1000, Self.code(1)), (2, 1, "grep", 10, 20, Self.code(1)), (3, 1, "test", 30, 40, Self.code(1)),
    ])
    #expect(last.chain(of: 1) == [1, 3])
  }

  /// `grep … || make`: the status that was passed on is that of make.
  @Test func `A failure that was dealt with explains nothing`() {
    let run = Run([
      (1, 0, "sh", 0, 60_000, Self.code(5)), (2, 1, "grep", 10, 20, Self.code(1)),
      (3, 1, "sleep", 30, 50_000, Self.code(0)),
    ])
    #expect(run.chain(of: 1) == [1])
    // Nothing started after it, but the process went on for long.
    let late = Run([(1, 0, "python3", 0, 60_000, Self.code(5)), (2, 1, "git", 10, 20, Self.code(128))])
    #expect(late.chain(of: 1) == [1])
    let soon = Run([(1, 0, "python3", 0, 900, Self.code(5)), (2, 1, "git", 10, 20, Self.code(128))])
    #expect(soon.chain(of: 1) == [1, 2])
  }

  @Test func `Of parallel jobs the first that failed, and no ignored one`() {
    // 2 is ignored (`-rm x`): jobs started after it. 5 fails while make waits for it.
    let run = Run([
      (1, 0, "make", 0, 9000, Self.code(2)), (2, 1, "rm", 10, 20, Self.code(1)), (3, 1, "sh", 30, 400, Self.code(1)),
      (4, 1, "sh", 35, 8000, Self.code(0)), (5, 1, "sh", 38, 8500, Self.code(1)),
    ])
    #expect(run.chain(of: 1) == [1, 3])
    // make -k: jobs started after each failure.
    let goesOn = Run([
      (1, 0, "make", 0, 9000, Self.code(2)), (2, 1, "sh", 10, 20, Self.code(1)), (3, 1, "sh", 30, 400, Self.code(1)),
      (4, 1, "sh", 500, 8000, Self.code(0)),
    ])
    #expect(goesOn.chain(of: 1) == [1, 3])
  }

  @Test func `A signal is passed on only by the same signal`() {
    let same = Run([(1, 0, "sh", 0, 100, Self.signal(2)), (2, 1, "sleep", 10, 99, Self.signal(2))])
    #expect(same.chain(of: 1) == [1, 2])
    let other = Run([(1, 0, "sh", 0, 100, Self.signal(9)), (2, 1, "sleep", 10, 99, Self.signal(15))])
    #expect(other.chain(of: 1) == [1])
  }

  @Test func `What ended later, or still runs, explains nothing`() {
    let run = Run([
      (1, 0, "sh", 0, 100, Self.code(1)), (2, 1, "daemon", 10, 500, Self.code(1)), (3, 1, "other", 20, 0, nil),
    ])
    #expect(run.chain(of: 1) == [1])
  }

  @Test func `A deep chain costs no stack`() {
    var processes: [(pid: Int32, parent: Int32, comm: Comm, start: UInt64, end: UInt64, status: Events.ExitStatus?)] =
      []
    for pid in 1...20_000 as ClosedRange<Int32> {
      processes.append((pid, pid - 1, "sh", UInt64(pid), 100_000 - UInt64(pid), Self.code(7)))
    }
    #expect(Run(processes).chain(of: 1)?.last == 20_000)
  }

  @Test func `The failures of a recording are those of what it started`() {
    var story = Story()
    for (pid, comm) in [(1, "init"), (2, "bash")] as [(Int32, Comm)] {
      let facts = ProcessFacts(id: process(pid), parent: pid == 1 ? nil : process(1), comm: comm)
      let image = ProcessImage(time: 5, comm: comm, argv: StringVector(["x"]), marks: .fromProc)
      story.apply(.existing(ExistingProcess(time: 5, process: facts, image: image)))
    }
    for pid in [10, 20, 30] as [Int32] {
      story.fork(pid, of: 2)
      story.exec(pid, ["make"], at: UInt64(pid) + 1)
      story.fork(pid + 1, of: pid)
      story.exit(pid + 1, at: UInt64(pid) + 100, code: 1)
    }
    story.exit(20, at: 130, code: 2)
    story.exit(10, at: 140, code: 2)
    story.exit(30, at: 150)
    let tree = story.tree
    #expect(FailureCause.roots(in: tree).map(\.pid) == [20, 10])
    #expect(FailureCause.roots(in: tree) { $0.pid > 20 }.map(\.pid) == [21, 31])
    #expect(FailureCause.roots(in: ProcessTree()).isEmpty)
  }
}
