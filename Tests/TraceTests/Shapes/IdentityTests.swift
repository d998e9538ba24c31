import Glibc
import ProcessTree
import Testing
import Trace

extension KernelTests {
  @Suite struct IdentityTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    @Test func `Terminal, session and process group`() throws {
      let scene = try machine.run("pty", "fork", "group", "exec", "/bin/true", "true")
      let words = try #require(scene.lines.first { $0.hasPrefix("terminal ") }).split(separator: " ")
      let leader = try scene.onlyChild(of: scene.root)
      #expect("/dev/" + (leader.facts.tty?.text ?? "") == words[2])
      #expect(leader.facts.session == leader.id.pid)
      #expect(leader.facts.processGroup == leader.id.pid)
      let member = try scene.onlyChild(of: leader)
      #expect(member.facts.tty == leader.facts.tty)
      #expect(member.facts.session == leader.id.pid)
      #expect(member.facts.processGroup == member.id.pid)
    }

    @Test func `Without a terminal there is none`() throws {
      let scene = try machine.run("session", "exec", "/bin/true", "true")
      #expect(try scene.root.facts.tty == nil)
      #expect(try scene.root.facts.session == scene.root.id.pid)
    }

    @Test func `User and group, with the user's name`() throws {
      let scene = try machine.run("ids", "65534", "1234", "exec", "/bin/true", "true")
      let facts = try scene.root.facts
      #expect(facts.uid == 65534 && facts.euid == 65534 && facts.gid == 1234)
      #expect(facts.user == "nobody")
      #expect(try scene.root.image?.marks == [])
    }

    @Test func `A setuid program is marked, and runs as its owner`() throws {
      let program = scratch["raised"]
      let scene = try machine.run("copy", program, "4755", "ids", "65534", "65534", "exec", program, "raised")
      let node = try scene.root
      #expect(node.facts.uid == 65534 && node.facts.euid == 0)
      #expect(node.image?.marks == .privilegeChanged)
      #expect(node.images.first?.marks == [])
    }

    @Test func `A pid inside a PID namespace, beside the one outside`() throws {
      let scene = try machine.run("pidns", "fork", "fork", "exec", "/bin/true", "true")
      let initial = try scene.onlyChild(of: scene.root)
      let inner = try scene.onlyChild(of: initial)
      #expect(initial.facts.innerPID == 1 && inner.facts.innerPID == 2)
      #expect(inner.id.pid != 2 && inner.parent == initial.id)
      #expect(try scene.root.facts.innerPID == scene.root.id.pid)
      #expect(inner.image?.argv.texts == ["true"])
    }

    @Test func `The cgroup's path, of one made a moment before`() throws {
      let mount = access("/sys/fs/cgroup/unified", F_OK) == 0 ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup"
      let name = "/execsnoop-top-test-\(getpid())/inner \u{e9}"
      let outer = mount + "/execsnoop-top-test-\(getpid())"
      try #require(mkdir(outer, 0o755) == 0, "cgroup v2 must be there and writable: errno \(errno)")
      defer { rmdir(outer) }
      try #require(mkdir(mount + name, 0o755) == 0)
      defer { rmdir(mount + name) }
      let scene = try machine.run("cgroup", mount + name, "exec", "/bin/true", "true")
      #expect(try scene.root.facts.cgroup?.text == name)
      #expect(scene.exits.last?.process.cgroup?.text == name)
    }

    @Test func `A comm of hostile bytes stays what it is`() throws {
      let name = ") R 1 (\u{1b}[7m\n"
      let scene = try machine.run("name", name, "fork", "exit", "0")
      #expect(scene.exits.last?.process.comm == Comm(name.utf8))
      #expect(try scene.onlyChild(of: scene.root).facts.comm == Comm(name.utf8))
    }
  }
}
