import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// Scopes of what runs already, of a user and of a cgroup, while the rest of the machine is busy.
  @Suite struct KernelScopeTests {
    let scratch = Scratch()

    /// Runs `body` in a trace while a process out of scope execs all the time.
    private func inNoise<Result>(_ body: () throws -> Result) throws -> Result {
      let noise = try Fixture(["noise", "storm", "1000000", "/dev/null", "1"])
      defer {
        noise.send(SIGKILL)
        noise.wait()
      }
      return try body()
    }

    /// Every process that any event of the trace is about.
    private func seen(_ machine: Machine) -> [ProcessFacts] { machine.events.compactMap(\.process) }

    @Test func `A running process with its running and later descendants`() throws {
      try inNoise {
        // Two running descendants: the inner one continues when the test lets it.
        let fixture = try Fixture([
          "root", "fork", "fork", "ready", "attempt", "/nonexistent/program", "x", "--", "vfork", "5", Fixture.path,
          "leaf",
        ])
        try fixture.waitUntilReady()
        let machine = try Machine(roots: [fixture.pid])
        machine.receiveEvents()
        let running = machine.events.filter { if case .existing = $0 { true } else { false } }
        #expect(running.count == 3, "the three that run already")
        let scene = try machine.finish(fixture)
        machine.stop()
        #expect(scene.family.members.count == 8)
        #expect(scene.execs.count == 5 && scene.failures.count == 1 && scene.exits.count == 8)
        let members = Set(scene.family.members)
        for process in seen(machine) { #expect(members.contains(process.id), "an event of no process in scope") }
        #expect(try scene.root.below.processes == 7)
      }
    }

    @Test func `A user's processes, from their exec or fork to their exit`() throws {
      try inNoise {
        var settings = TraceSettings()
        settings.scope.uid = 12345
        let machine = try Machine(settings)
        let scene = try run(machine, ["ids", "12345", "12345", "fork", "exec", "/bin/true", "true"])
        machine.stop()
        #expect(scene.status == 0)
        for process in seen(machine) { #expect(process.uid == 12345) }
        // The fixture started as another user: only its exit is seen, and all events of its child.
        #expect(machine.tree.totals.forks == 1)
        #expect(machine.tree.totals.execs == 1)
        #expect(machine.tree.totals.exits == 2)
      }
    }

    @Test func `A process that came into scope stays in scope, even if its user changes`() throws {
      try inNoise {
        var settings = TraceSettings()
        settings.scope.uid = 0
        let machine = try Machine(settings, roots: [getpid()])
        let scene = try machine.run("fork", "ids", "12345", "12345", "exec", "/bin/true", "true")
        let child = try scene.onlyChild(of: scene.root)
        #expect(child.facts.uid == 12345)
        #expect(child.execCount == 1 && child.end?.status == ExitStatus(code: 0))
      }
    }

    @Test func `A cgroup and its descendants`() throws {
      let mount = try #require(cgroupMount)
      let name = "/execsnoop-top-scope-\(getpid())"
      for path in [name, name + "/below", name + "x"] { try #require(mkdir(mount + path, 0o755) == 0) }
      defer { for path in [name + "/below", name, name + "x"] { rmdir(mount + path) } }
      let location = try CgroupLocation(name)
      #expect(try CgroupLocation(mount + name) == location)
      let fault = CgroupLocation.Fault.doesNotExist(below: [mount])
      for path in [name + "/nothing", "/../etc", name + "/cgroup.procs", "/" + String(repeating: "x", count: 5000)] {
        #expect(throws: fault, "\(path)") { _ = try CgroupLocation(path) }
      }
      #expect(throws: CgroupLocation.Fault.isEmpty) { _ = try CgroupLocation("") }

      try inNoise {
        var settings = TraceSettings()
        settings.scope.cgroup = location
        let machine = try Machine(settings)
        for (path, isIn) in [(name, true), (name + "/below", true), (name + "x", false), ("", false)] {
          let before = machine.tree.totals
          let fixture = try Fixture(["fixture", "cgroup", mount + path, "fork", "exec", "/bin/true", "true"])
          fixture.wait()
          if isIn {
            // Each is in the cgroup from the moment it moves there: of the fixture that is its end.
            try wait(for: "the end in \(path)") {
              machine.receiveEvents()
              return machine.tree.totals.exits == before.exits + 2
            }
          }
        }
        machine.stop()
        let totals = machine.tree.totals
        #expect(totals.forks == 2 && totals.execs == 2 && totals.exits == 4)
        for process in seen(machine) { #expect(process.cgroup?.text.hasPrefix(name) == true) }
        for process in seen(machine) { #expect(process.cgroup?.text.hasPrefix(name + "x") == false) }
      }
    }

    /// Runs a fixture of which the beginning is out of scope, and waits for the end of its process.
    private func run(_ machine: Machine, _ steps: [String]) throws -> (status: Int32, pid: Int32) {
      let fixture = try Fixture(["fixture"] + steps)
      let status = fixture.wait()
      try wait(for: "the end of the fixture") {
        machine.receiveEvents()
        return machine.events.contains {
          if case .exit(let end) = $0 { end.process.id.pid == fixture.pid } else { false }
        }
      }
      return (status, fixture.pid)
    }
  }

  /// The program's own options.
  @Suite struct ScopeOptionTests {
    private func run(_ arguments: [String]) throws -> (status: Int32, lines: [String]) {
      let fixture = try Fixture(["execsnoop-top", "log"] + arguments, program: Surroundings.built("execsnoop-top"))
      let status = ExitStatus(waitStatus: fixture.wait()).code
      return (status, fixture.lines)
    }

    @Test(arguments: [
      ["--pid", "99999999"], ["--pid", "0"], ["--pid", "x"], ["--uid", "nobody-of-that-name"],
      ["--cgroup", "/nothing/of/that/name"], ["--pid", "1", "--", "true"],
    ])
    func `A scope that does not exist is refused in one line with status 2`(_ arguments: [String]) throws {
      let (status, lines) = try run(arguments)
      #expect(status == 2)
      #expect(lines.count == 1 && lines[0].hasPrefix("execsnoop-top: "), "\(lines)")
    }

    @Test func `A thread id is refused, and the message names its process`() throws {
      let threads = names(in: "/proc/self/task").compactMap { Int32($0) }.filter { $0 != getpid() }
      // Threads of a test process come and go.
      var said: [String] = []
      for thread in threads where access("/proc/self/task/\(thread)", F_OK) == 0 {
        let (status, lines) = try run(["--pid", "\(thread)"])
        #expect(status == 2 && lines.count == 1)
        said += lines
      }
      #expect(said.contains { $0.contains("this is a thread of process \(getpid()): give that pid") }, "\(said)")
    }

    @Test func `log --uid shows one user's execs`() throws {
      let (status, lines) = try run(["--uid", "root", "--no-failed", "--", "/bin/true"])
      #expect(status == 0)
      #expect(lines.count == 2 && lines[1].hasPrefix("true "))
      let (_, others) = try run(["--uid", "nobody", "--no-failed", "--", "/bin/true"])
      #expect(others.count == 1)
    }
  }
}

/// The mount point of cgroup v2, with or without version 1.
let cgroupMount = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first { access($0 + "/cgroup.procs", W_OK) == 0 }
