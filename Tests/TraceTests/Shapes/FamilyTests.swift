import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct FamilyTests {
    let machine: Machine

    init() throws { machine = try Machine.shared() }

    /// The orphan's node, its exited parent's node, and the pid of the reaper, by the orphan's own report.
    private func orphan(of scene: Scene) throws -> (orphan: ProcessNode, parent: ProcessNode, reaper: Int64) {
      let line = try #require(scene.numbers("orphan").first)
      return (try scene.node(line[0]), try scene.node(line[1]), line[2])
    }

    @Test func `An orphan stays under the parent that forked it, and knows its reaper`() throws {
      let scene = try machine.run("orphan", "exit", "6")
      let (orphan, parent, reaper) = try orphan(of: scene)
      #expect(orphan.parent == parent.id)
      #expect(parent.parent == (try scene.root.id))
      #expect(Int64(orphan.presentParent?.pid ?? -1) == reaper)
      #expect(orphan.presentParent != parent.id)
      #expect(orphan.end?.status == ExitStatus(code: 6))
      #expect(parent.end?.status == ExitStatus(code: 4))
      let end = try #require(scene.exits.first { $0.process.id == parent.id })
      #expect(end.reaper?.pid == Int32(reaper))
      #expect(orphan.presentParent == end.reaper, "the same process, by its start time too")
    }

    @Test func `A subreaper adopts orphans`() throws {
      let scene = try machine.run("subreaper", "fork", "fork", "orphan", "exit", "6")
      let (orphan, parent, reaper) = try orphan(of: scene)
      #expect(reaper == Int64(try scene.root.id.pid))
      #expect(orphan.presentParent == (try scene.root.id))
      #expect(orphan.parent == parent.id)
      let end = try #require(scene.exits.first { $0.process.id == parent.id })
      #expect(end.reaper == (try scene.root.id))
    }

    @Test func `The nearest subreaper adopts them, not the first`() throws {
      let scene = try machine.run("subreaper", "fork", "subreaper", "orphan")
      let (orphan, _, reaper) = try orphan(of: scene)
      let inner = try scene.onlyChild(of: scene.root)
      #expect(reaper == Int64(inner.id.pid))
      #expect(orphan.presentParent == inner.id)
    }

    @Test func `Orphans in a PID namespace go to its init`() throws {
      let scene = try machine.run("subreaper", "pidns", "fork", "fork", "orphan", "exit", "3")
      // Pids as the namespace has them say nothing here; the shape of the family does.
      let initial = try scene.onlyChild(of: scene.root)
      let middle = try scene.onlyChild(of: initial)
      let parent = try scene.onlyChild(of: middle)
      let orphan = try scene.onlyChild(of: parent)
      #expect(orphan.presentParent == initial.id)
      #expect(orphan.facts.innerPID == 4)
      #expect(initial.facts.innerPID == 1)
    }

    @Test func `The tree has every process under the process that forked it`() throws {
      let scene = try machine.run("fork", "fork", "vfork", "3", Fixture.path, "leaf", "fork", "exit", "1")
      for fork in scene.forks.dropFirst() {
        let node = try #require(scene.tree[fork.process.id])
        #expect(node.parent == fork.process.parent)
        #expect(node.end != nil)
      }
      #expect(scene.forks.count == 9)
      #expect(try scene.root.below.processes == 8)
      #expect(try scene.root.below.running == 0 && !scene.root.isRunning)
      #expect(try scene.root.below.execs + scene.root.execCount == 4)
    }
  }
}
