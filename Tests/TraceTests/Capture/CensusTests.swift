import CExecsnoop
import Events
import Glibc
import Testing

@testable import Trace

extension KernelTests {
  /// The data for a resync: the running processes, their programs, and the unknown ones.
  @Suite struct CensusTests {
    @Test(arguments: [true, false])
    func `The running processes can be listed repeatedly, by the pinned file and by bpf(2)`(pinned: Bool) throws {
      let trace = try KernelTrace(TraceSettings())
      let tasks = try TaskList(of: trace, pinned: pinned)
      let before = try tasks.read()
      let fixture = try Fixture(["fixture", "ready"])
      try fixture.waitUntilReady()
      let during = try tasks.read()
      fixture.wait()
      let after = try tasks.read()
      let ids = [before, during, after].map { $0.filter { $0.facts.pid == fixture.pid }.map(\.facts.start) }
      #expect(ids[0].isEmpty && ids[1].count == 1 && ids[2].isEmpty)
      #expect(ids[1].first.map { $0 > fixture.since } == true)
      #expect(during.contains { $0.facts.pid == getpid() && $0.in_scope == 1 })
      // All processes of /proc are there, except those that may have started or exited meanwhile.
      let listed = Set(during.map { ProcessID(pid: $0.facts.pid, startTime: $0.facts.start / 10_000_000 * 10_000_000) })
      let missing = runningNow().filter { $0.startTime + 1_000_000_000 < fixture.since && !listed.contains($0) }
      #expect(missing.allSatisfy { $0.pid == 1 || !isAlive($0) }, "a sandbox may hide only its init")
    }

    @Test func `A process out of scope is listed and marked`() throws {
      var settings = TraceSettings()
      settings.scope.isOfProcesses = true
      let trace = try KernelTrace(settings)
      try trace.addToScope(pid: getppid())
      let tasks = try TaskList(of: trace).read()
      #expect(tasks.first { $0.facts.pid == getpid() }?.in_scope == 0)
      #expect(tasks.first { $0.facts.pid == getppid() }?.in_scope == 1)
    }

    @Test func `A process that exited before its files were read counts as a race, and a hidden one does not`() throws {
      let trace = try KernelTrace(TraceSettings())
      let fixture = try Fixture(["fixture", "ready"])
      try fixture.waitUntilReady()
      let task = try #require(try TaskList(of: trace).read().map(\.facts).first { $0.pid == fixture.pid })
      var reader = ProcReader(environment: true)
      var names = SharedNames()
      let alive = reader.existing(task, at: Fixture.now, &names)
      #expect(alive.image.argv.texts == ["fixture", "ready"] && alive.image.marks == .fromProc)
      #expect(reader.races == 0)
      fixture.wait()
      let gone = reader.existing(task, at: Fixture.now, &names)
      #expect(gone.process.id == alive.process.id && gone.process.comm == alive.process.comm)
      #expect(gone.image.marks == [.fromProc, .incomplete] && gone.image.argv == .empty)
      #expect(reader.races == 1)
    }

    @Test func `The kernel's count of skipped runs can be read repeatedly`() throws {
      let trace = try KernelTrace(TraceSettings())
      let runs = trace.missedRuns
      guard Kernel.isAtLeast(5, 12) else {
        #expect(runs.read() == 0)
        #expect(trace.attachedAt > 0, "and the trace must live until here")
        return
      }
      let first = runs.read()
      #expect(runs.read() >= first)
      #expect(trace.attachedAt > 0, "and the trace must live until here")
    }

    @Test func `The count of skipped runs is found in fdinfo`() {
      let text = "pos:\t0\nprog_type:\t26\nrecursion_misses:\t17\nverified_insns:\t221\n"
      #expect(MissedRuns.misses(in: Array(text.utf8)) == 17)
      #expect(MissedRuns.misses(in: Array("pos:\t0\n".utf8)) == nil)
    }
  }
}
