import Events
import Glibc
import StormTruth
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// Processes that ran before the trace, and their later events.
  @Suite struct SnapshotTests {
    let scratch = Scratch()

    @Test func `A running process has program, arguments and directory`() throws {
      let name = ") R 1 (\n\u{1b}[7m"
      let arguments = ["name", name, "chdir", scratch.path, "ready", "exec", "/bin/true", "true"]
      let fixture = try Fixture(["as it calls itself"] + arguments)
      try fixture.waitUntilReady()
      let machine = try Machine()
      machine.receiveEvents()
      let id = try #require(machine.tree.runningProcess(pid: fixture.pid))
      let scene = try machine.finish(fixture)
      let node = try scene.root
      #expect(node.id == id)
      #expect(node.marks == .fromProc)
      let before = try #require(node.images.first)
      #expect(before.argv.texts == ["as it calls itself"] + arguments)
      #expect(before.exe.text == Fixture.path)
      #expect(before.cwd.text == scratch.path)
      #expect(before.comm == Comm(name.utf8))
      #expect(before.env?.texts == ["PATH=/usr/bin:/bin"])
      #expect(before.marks == .fromProc)
      #expect(node.images.last?.argv.texts == ["true"])
      #expect(node.images.last?.marks == [])
      #expect(node.parent?.pid == getpid())
      #expect(node.execCount == 1 && node.images.count == 2)
      #expect(node.end?.status == ExitStatus(code: 0))
    }

    @Test func `A deleted program and a memfd are marked from /proc too`() throws {
      for (steps, mark) in [
        (["deleted", scratch["gone"], "ghost", "ready"], Marks.exeDeleted),
        (["memfd", "hidden", "ghost", "ready"], [.exeDeleted, .exeMemfd]),
      ] {
        let fixture = try Fixture(["fixture"] + steps)
        try fixture.waitUntilReady()
        let machine = try Machine()
        let node = try machine.finish(fixture).root
        #expect(node.image?.marks == mark.union(.fromProc))
        #expect(node.image?.exe.text == (mark.contains(.exeMemfd) ? "/memfd:hidden" : scratch["gone"]))
      }
    }

    // `make bench` does the same with fifty.
    @Test func `Fifteen starts in the middle of a storm: no process is missing, and none appears twice`() throws {
      let log = scratch["truth"]
      let storm = try Fixture(["fixture", "storm", "2000000", log, "0"])
      let looks = try (0..<15).map { _ in try StormLook(at: storm.pid) }
      storm.send(SIGTERM)
      #expect(storm.wait() == 0)
      let truth = Birth.all(in: log)
      for look in looks {
        let (seen, verdict) = look.verdict(truth: truth)
        #expect(seen > 10)
        #expect(verdict == StormLook.Verdict())
      }
    }
  }
}
