import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct ThreadTests {
    let machine: Machine

    init() throws { machine = try Machine.shared() }

    @Test func `After an exec by another thread the process stays, with the new program`() throws {
      let scene = try machine.run("thread", "exec", Fixture.path, "from-thread", "fork", "exit", "5")
      let node = try scene.root
      #expect(scene.family.members.count == 2)
      #expect(node.parent?.pid == getpid())
      #expect(node.image?.argv.texts == ["from-thread", "fork", "exit", "5"])
      #expect(node.images.count == 2)
      let child = try scene.onlyChild(of: node)
      #expect(child.parent == node.id)
      #expect(child.end?.status == ExitStatus(code: 5))
      #expect(scene.exits.map(\.process.id) == [child.id, node.id], "one end each, the process's after its child's")
      #expect(node.end?.status == ExitStatus(waitStatus: scene.status))
    }

    @Test func `A failed exec of a thread belongs to its process`() throws {
      let scene = try machine.run("thread", "attempt", "/nonexistent/program", "x", "--", "exit", "2")
      #expect(scene.failures.map(\.process.id) == [try scene.root.id])
      #expect(try scene.root.failedExecCount == 1)
      #expect(try scene.root.end?.status == ExitStatus(code: 2))
    }

    @Test func `A leader that exits before its threads does not end the process`() throws {
      let scene = try machine.run("leader-exit", "fork", "fork", "exit", "1")
      let node = try scene.root
      // The process forks after its leader has exited, and exits after its child.
      let child = try scene.onlyChild(of: node)
      #expect(scene.exits.map(\.process.id).suffix(2) == [child.id, node.id])
      #expect(scene.exits.count == 3)
      #expect(node.end?.status == ExitStatus(waitStatus: scene.status))
      #expect(child.presentParent == node.id)
    }

    @Test func `Two threads that exit at the same moment are one exit, with the status of wait`() throws {
      let scene = try machine.run("exit-together", "300")
      let ends = scene.numbers("child")
      #expect(ends.count == 300 && ends.allSatisfy { [33 << 8, 44 << 8].contains($0[1]) })
      var exits: [Int32: Int] = [:]
      for exit in scene.exits { exits[exit.process.id.pid, default: 0] += 1 }
      for end in ends {
        let node = try scene.node(end[0])
        #expect(exits[node.id.pid] == 1, "exactly one end")
        #expect(node.end?.status == ExitStatus(waitStatus: Int32(end[1])))
      }
      #expect(scene.exits.count == 301)
      #expect(scene.forks.count == 301)
    }
  }
}
