import CLinux
import Glibc
import ProcessTree
import Testing
import Trace

extension KernelTests {
  /// What ran before the trace, and how it joins what happens then.
  @Suite struct SnapshotTests {
    let scratch = Scratch()

    @Test func `A process that runs already is there with program, arguments and directory`() throws {
      let name = ") R 1 (\n\u{1b}[7m"
      let arguments = ["name", name, "chdir", scratch.path, "ready", "exec", "/bin/true", "true"]
      let fixture = try Fixture(["as it calls itself"] + arguments)
      try fixture.waitUntilReady()
      let machine = try Machine()
      machine.takeWhatCame()
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

    @Test func `A program that is gone, and one in memory, are marked in /proc too`() throws {
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

    @Test func `Joined in the middle of a storm, nothing is missing and nothing doubled`() throws {
      let log = scratch["truth"]
      let fixture = try Fixture(["fixture", "ready", "storm", "6000", log, "0"])
      try fixture.waitUntilReady()
      fixture.release()
      var attached: UInt64 = 0
      // The kernel's side gathers while /proc is not read yet: what is in both must be one.
      let machine = try Machine(meanwhile: {
        attached = Fixture.now
        usleep(50_000)
      })
      let scene = try machine.finish(fixture)
      var found: [String: [ProcessNode]] = [:]
      for id in scene.tree.children(of: try scene.root.id) {
        let node = try #require(scene.tree[id])
        found[node.image?.argv.texts.last ?? "?", default: []].append(node)
      }
      var later = 0
      for birth in Birth.all(in: log) {
        let nodes = found["\(birth.serial)"] ?? []
        #expect(nodes.count <= 1, "number \(birth.serial) is there \(nodes.count) times")
        guard birth.time > attached else { continue }
        later += 1
        let node = try #require(nodes.first, "number \(birth.serial) is missing")
        #expect(node.id.pid == birth.pid && node.execCount == 1)
        #expect(node.end?.status == ExitStatus(code: 0))
        #expect(node.marks == [])
      }
      #expect(later > 0, "the storm was over before the trace began")
      #expect(scene.tree.totals.running > 0)
    }
  }
}
