import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// What sent the signal that ended a process, as far as the process itself and its killer know.
  @Suite struct KillerTests {
    let machine: Machine

    init() throws { machine = try Machine.shared() }

    private func sender(_ killer: Killer?) throws -> Killer.Sender {
      guard case .process(let sender) = killer else { throw Timeout("a process as the killer, not \(killer as Any)") }
      return sender
    }

    /// The node of the line `child PID STATUS`, whose status is that of the exit.
    private func child(_ scene: Scene) throws -> ProcessNode {
      let line = try #require(scene.numbers("child").first)
      let node = try scene.node(line[0])
      #expect(node.end?.status?.waitStatus == Int32(line[1]))
      return node
    }

    @Test(arguments: [SIGKILL, SIGTERM, SIGHUP, SIGQUIT, 40])
    func `A parent that kills its child is named`(signal: Int32) throws {
      let scene = try machine.run("core", "0", "kill-child", "\(signal)", "pause")
      let node = try child(scene)
      #expect(node.end?.status?.signal == signal)
      let sender = try sender(node.killer)
      #expect(sender.id == (try scene.root.id))
      #expect(sender.comm == Comm(Array("trace-fixture".utf8)) && sender.uid == 0 && sender.user == "root")
      #expect(!sender.isExiting)
    }

    @Test func `A child that runs another program is killed by the same parent`() throws {
      let scene = try machine.run("kill-child", "\(SIGTERM)", "exec", "/bin/sleep", "sleep", "1000")
      let node = try child(scene)
      #expect(node.execCount == 1)
      #expect(try sender(node.killer).id == scene.root.id)
    }

    @Test func `Another process is named by pid, start, name and user`() throws {
      let scene = try machine.run("ids", "65534", "65534", "kill-sibling", "\(SIGKILL)")
      let sender = try sender(try child(scene).killer)
      #expect(sender.id == (try scene.node(try #require(scene.numbers("sender").first)[0]).id))
      #expect(sender.comm == Comm(Array("sender".utf8)) && sender.uid == 65534 && sender.user == "nobody")
    }

    @Test(arguments: [(["signal", "6"], SIGABRT), (["signal", "15"], SIGTERM), (["kill-thread", "9"], SIGKILL)])
    func `A process that kills itself is its own killer`(_ shape: (steps: [String], signal: Int32)) throws {
      let scene = try machine.run(["core", "0", "fork"] + shape.steps)
      let node = try child(scene)
      #expect(node.end?.status?.signal == shape.signal)
      #expect(try sender(node.killer).id == node.id)
    }

    /// SI_QUEUE, SI_TIMER, SI_MESGQ, SI_ASYNCIO, SI_SIGIO and a code that the kernel does not know.
    @Test(arguments: [-1, -2, -3, -4, -5, -99])
    func `A forged code or pid hides no sender`(code: Int) throws {
      let scene = try machine.run("forge", "\(SIGKILL)", "\(code)")
      #expect(try sender(try child(scene).killer).id == scene.root.id)
    }

    @Test func `A core dump does not hide the sender`() throws {
      let scratch = Scratch()
      let scene = try machine.run("chdir", scratch.path, "core", "1", "kill-child", "\(SIGQUIT)", "pause")
      #expect(try sender(try child(scene).killer).id == scene.root.id)
    }

    @Test func `Of two blocked signals the sender of the one that kills is named`() throws {
      let scene = try machine.run("blocked")
      let node = try child(scene)
      #expect(node.end?.status?.signal == SIGUSR1)
      let senders = try #require(scene.numbers("senders").first)
      #expect(Int64(try sender(node.killer).id?.pid ?? 0) == senders[0])
    }

    @Test(arguments: [SIGKILL, SIGXCPU, 40])
    func `Signals that a process does not accept hide no sender`(signal: Int32) throws {
      let scene = try machine.run("core", "0", "crowded", "\(signal)")
      let node = try child(scene)
      #expect(node.end?.status?.signal == signal)
      #expect(Int64(try sender(node.killer).id?.pid ?? 0) == (try #require(scene.numbers("sender").first)[0]))
    }

    @Test func `The sender of a signal that was handled is not the killer`() throws {
      let scene = try machine.run("fork", "handled", "\(SIGUSR1)")
      let node = try child(scene)
      #expect(node.end?.status?.signal == SIGUSR1)
      #expect(try sender(node.killer).id == node.id)
    }

    @Test(
      arguments: [
        ("fault", SIGSEGV, "fault"), ("forbidden", SIGSYS, "seccomp"), ("closed-pipe", SIGPIPE, "closed pipe"),
        ("alarm", SIGALRM, "timer"), ("cpu-limit", SIGXCPU, "CPU time limit"),
      ])
    func `The kernel is named, with the cause`(_ shape: (step: String, signal: Int32, cause: String)) throws {
      let scene = try machine.run("core", "0", "fork", shape.step)
      let node = try child(scene)
      #expect(node.end?.status?.signal == shape.signal)
      guard case .kernel = node.killer else {
        Issue.record("\(shape.step): \(node.killer as Any)")
        return
      }
      #expect(node.killer?.cause(of: shape.signal)?.description == shape.cause)
    }

    @Test func `A parent whose exit ends its child is named`() throws {
      let scene = try machine.run("death-signal", "\(SIGTERM)")
      let pair = try #require(scene.numbers("pair").first)
      let node = try scene.node(pair[1])
      #expect(node.end?.status?.signal == SIGTERM)
      let sender = try sender(node.killer)
      #expect(Int64(sender.id?.pid ?? 0) == pair[0] && sender.isExiting)
    }

    @Test func `The init of a PID namespace takes others with it`() throws {
      let scene = try machine.run("pidns", "fork", "leave", "pause")
      let initial = try scene.node(try #require(scene.numbers("child").first)[0])
      let victim = try scene.onlyChild(of: initial)
      #expect(victim.end?.status?.signal == SIGKILL)
      let sender = try sender(victim.killer)
      #expect(sender.id == initial.id && sender.isExiting)
    }

    @Test func `A key of the terminal is named with the terminal`() throws {
      let scene = try machine.run("control-c")
      let line = try #require(scene.numbers("child").first)
      let node = try scene.node(line[0])
      #expect(node.end?.status?.signal == SIGINT)
      #expect(node.killer == .terminal(RawBytes(utf8: "pts/\(line[2])")))
    }

    @Test func `A signal from outside of the scope is named`() throws {
      let fixture = try Fixture(["fixture", "ready", "pause"])
      try fixture.waitUntilReady()
      let machine = try Machine(roots: [fixture.pid])
      fixture.send(SIGTERM)
      #expect(fixture.wait() == SIGTERM)
      let scene = try machine.finish(fixture)
      #expect(try sender(scene.root.killer).id?.pid == getpid())
      machine.stop()
    }

    @Test func `A process that exits has no killer`() throws {
      let scene = try machine.run("fork", "exit", "3")
      #expect(scene.exits.allSatisfy { $0.killer == nil })
    }

    @Test func `A process that used all memory of its cgroup has its memory and the limit`() throws {
      guard let cgroup = MemoryCgroup(mebibytes: 32) else {
        print("NOT TESTED: no memory cgroup can be made here")
        return
      }
      let scene = try machine.run("fork", "cgroup", cgroup.path, "eat", "256")
      let node = try child(scene)
      #expect(node.end?.status?.signal == SIGKILL)
      guard case .outOfMemory(let memory) = node.killer else {
        Issue.record("\(node.killer as Any)")
        return
      }
      #expect(memory.limit == 32 << 20)
      #expect(memory.anonymous > 24 << 20 && memory.total < 40 << 20, "\(memory)")
    }

    @Test(arguments: Kernel.flavours)
    func `Each form of the kernel side names the killer`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      let machine = try Machine(settings)
      let scene = try machine.run("kill-child", "\(SIGKILL)", "pause")
      #expect(try sender(try child(scene).killer).id == scene.root.id)
      machine.stop()
    }
  }
}

/// A cgroup with little memory, removed at the end.
private final class MemoryCgroup {
  let path: String

  /// Nil where there is no controller for memory.
  init?(mebibytes: Int) {
    let name = "/execsnoop-top-\(getpid())"
    if access("/sys/fs/cgroup/memory/memory.limit_in_bytes", F_OK) == 0 {
      path = "/sys/fs/cgroup/memory" + name
      guard mkdir(path, 0o755) == 0, Self.write("\(mebibytes << 20)", to: path + "/memory.limit_in_bytes") else {
        return nil
      }
      _ = Self.write("\(mebibytes << 20)", to: path + "/memory.memsw.limit_in_bytes")
      return
    }
    path = "/sys/fs/cgroup" + name
    _ = Self.write("+memory", to: "/sys/fs/cgroup/cgroup.subtree_control")
    guard mkdir(path, 0o755) == 0, Self.write("\(mebibytes << 20)", to: path + "/memory.max") else {
      rmdir(path)
      return nil
    }
    _ = Self.write("0", to: path + "/memory.swap.max")
  }

  deinit { rmdir(path) }

  private static func write(_ text: String, to path: String) -> Bool {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return Glibc.write(file, text, text.utf8.count) == text.utf8.count
  }
}
