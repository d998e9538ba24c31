import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct IdentityTests {
    let machine: Machine

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

    @Test func `A process without a terminal has none`() throws {
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

    @Test func `A pid inside and outside of a PID namespace`() throws {
      let scene = try machine.run("pidns", "fork", "fork", "exec", "/bin/true", "true")
      let initial = try scene.onlyChild(of: scene.root)
      let inner = try scene.onlyChild(of: initial)
      #expect(initial.facts.innerPID == 1 && inner.facts.innerPID == 2)
      #expect(inner.id.pid != 2 && inner.parent == initial.id)
      #expect(try scene.root.facts.innerPID == scene.root.id.pid)
      #expect(inner.image?.argv.texts == ["true"])
    }

    /// The mount point of cgroup v2, with or without version 1.
    private static let cgroups = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
      access($0 + "/cgroup.procs", W_OK) == 0
    }

    @Test(.enabled(if: Kernel.isRequired || cgroups != nil, "NOT TESTED: no writable cgroup v2 hierarchy here"))
    func `The path of a cgroup that was just made`() throws {
      let mount = try #require(Self.cgroups)
      let outer = "/execsnoop-top-test-\(getpid())"
      let name = outer + "/inner \u{e9}"
      try #require(mkdir(mount + outer, 0o755) == 0)
      defer { rmdir(mount + outer) }
      try #require(mkdir(mount + name, 0o755) == 0)
      defer { rmdir(mount + name) }
      let scene = try machine.run("cgroup", mount + name, "exec", "/bin/true", "true")
      #expect(try scene.root.facts.cgroup?.text == name)
      #expect(scene.exits.last?.process.cgroup?.text == name)
    }

    @Test func `A comm of hostile bytes is kept`() throws {
      let name = ") R 1 (\u{1b}[7m\n"
      let scene = try machine.run("name", name, "fork", "exit", "0")
      #expect(scene.exits.last?.process.comm == Comm(name.utf8))
      #expect(try scene.onlyChild(of: scene.root).facts.comm == Comm(name.utf8))
    }
  }
}
