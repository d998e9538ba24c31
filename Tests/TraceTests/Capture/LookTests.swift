import Events
import Filtering
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// Facts that change without an event, and new kernel threads.
  @Suite struct LookTests {
    let scratch = Scratch()

    @Test func `A look sees user, name, directory and a deleted program, and nothing else`() throws {
      let machine = try Machine()
      let path = scratch["tool"], folder = scratch["folder"]
      mkdir(folder, 0o777)
      chmod(scratch.path, 0o777)
      try Fixture(["fixture", "copy", path, "755"]).wait()
      let fixture = try Fixture(
        ["tool", "unlink", path, "chdir", folder, "name", "other", "ids", "65534", "1234", "ready"], program: path)
      try fixture.waitUntilReady()
      try wait(for: "its exec") {
        machine.receiveEvents()
        return machine.tree.runningProcess(pid: fixture.pid).flatMap { machine.tree[$0]?.execCount } == 1
      }
      let id = try #require(machine.tree.runningProcess(pid: fixture.pid))
      let before = try #require(machine.tree[id])
      #expect(before.facts.uid == 0 && before.facts.comm == "tool" && before.look == nil)
      let moment = before.image?.time ?? 0

      try machine.lookAgain()
      let node = try #require(machine.tree[id])
      #expect(node.facts.uid == 65534 && node.facts.euid == 65534 && node.facts.gid == 1234)
      #expect(node.facts.comm == "other")
      #expect(node.look?.cwd.text == folder)
      #expect(node.look?.marks == [.fromProc, .exeDeleted])
      #expect(node.image?.marks == [] && node.images.count == 1 && node.title == nil)
      #expect(try Filter.parse("mark=exe-deleted and uid=65534").matches(node, in: machine.tree))

      // Nothing changed since: another look has no news.
      let events = machine.events.count
      try machine.lookAgain()
      let again = machine.events.dropFirst(events).compactMap { event -> ExistingProcess? in
        if case .existing(let found) = event, found.process.id == id { found } else { nil }
      }
      #expect(again.count == 1 && again.allSatisfy { $0.isAgain && !machine.tree.hasNews($0) })

      // Before the look it is what it was.
      var past = machine.tree
      past.turn(from: .max, to: moment, in: machine.tree) { _, _ in }
      #expect(past[id]?.facts.uid == 0 && past[id]?.facts.comm == "tool" && past[id]?.look == nil)
      _ = try machine.finish(fixture)
    }

    @Test(arguments: [true, false])
    func `The selected process and the other shown ones are looked at again`(selected: Bool) throws {
      let machine = try Machine()
      let fixture = try Fixture(["fixture", "ready", "ids", "65534", "65534", "sleep", "60"])
      try fixture.waitUntilReady()
      try wait(for: "its exec") {
        machine.receiveEvents()
        return machine.tree.runningProcess(pid: fixture.pid) != nil
      }
      let id = try #require(machine.tree.runningProcess(pid: fixture.pid))
      let subject = Onlooker.Subject(id: id, programTime: 0)
      try machine.watch(selected ? subject : nil, selected ? [] : [subject])
      fixture.release()
      try wait(for: "its new user") {
        machine.receiveEvents()
        return machine.tree[id]?.facts.uid == 65534
      }
      // It is reported once, not at each look.
      let looks = machine.events.filter { event in
        if case .existing(let found) = event { found.isAgain && found.process.id == id } else { false }
      }
      #expect((1...2).contains(looks.count))
      fixture.send(SIGKILL)
      fixture.wait()
    }

    @Test func `The fork of a child updates its parent`() throws {
      let machine = try Machine.shared()
      let scene = try machine.run("name", "other", "ids", "65534", "65534", "fork", "exit", "0")
      let fork = try #require(scene.forks.first { $0.process.parent == scene.family.root })
      #expect(fork.isByParent && fork.process.uid == 65534)
      let root = try scene.root.id
      var tree = ProcessTree()
      for event in scene.events {
        _ = tree.apply(event)
        if case .fork(let seen) = event, seen == fork { break }
      }
      let facts = try #require(tree[root]?.facts)
      #expect(facts.uid == 65534 && facts.gid == 65534 && facts.comm == "other")
    }

    @Test func `A fork by another thread does not update its parent`() throws {
      let scene = try Machine.shared().run("thread", "fork", "exit", "0")
      let fork = try #require(scene.forks.first { $0.process.parent == scene.family.root })
      #expect(!fork.isByParent)
    }

    /// Has the kernel start a thread. Whoever has CAP_SYS_RESOURCE may watch for pressure (PSI), which takes psimon for
    /// as long as the descriptor is open; others mount a file system with a journal, which a thread writes.
    /// - Returns: that descriptor, or -1.
    private func startKernelThread() throws -> Int32 {
      let pressure = open("/proc/pressure/memory", O_RDWR | O_CLOEXEC)
      // A window that only the privileged may ask for.
      let wish = Array("some 500000 1000000\0".utf8)
      if pressure >= 0, write(pressure, wish, wish.count) == wish.count { return pressure }
      if pressure >= 0 { close(pressure) }
      let script = """
        cd "$0" && truncate -s 16M image && mkfs.ext4 -q image && mkdir mount && mount -o loop image mount && umount mount
        """
      let shell = try Fixture(
        ["sh", "-c", script, scratch.path], program: "/bin/sh", extra: ["PATH": "/usr/sbin:/sbin:/usr/bin:/bin"])
      try #require(shell.wait() == 0, "\(shell.lines)")
      return -1
    }

    @Test func `A new kernel thread is marked from its fork on`() throws {
      let machine = try Machine()
      let pressure = try startKernelThread()
      var found: ForkEvent?
      try wait(for: "the thread") {
        machine.receiveEvents()
        found = machine.events.lazy.compactMap { if case .fork(let fork) = $0 { fork } else { nil } }
          .first { $0.process.isKernelThread && $0.process.parent?.pid == 2 }
        return found != nil
      }
      let id = try #require(found?.process.id)
      #expect(machine.tree[id]?.isKernelThread == true)
      #expect(machine.tree[id]?.facts.isKernelThread == true)
      if pressure >= 0 { close(pressure) }
      // A program that is started does not become one.
      let fixture = try Fixture(["fixture"])
      fixture.wait()
      #expect(
        machine.tree.allProcesses.allSatisfy { $0.pid != fixture.pid || machine.tree[$0]?.isKernelThread == false })
    }

    @Test func `The command tree finds a user that changed without an exec`() throws {
      chmod(scratch.path, 0o777)
      // The command ends, and what it left behind runs on: its input is a pipe that itself holds open.
      let script = """
        cd "$1" && mkfifo pipe && { "$0" name other ids 65534 65534 ready <>pipe >out & } &&
        until grep -q ready out; do :; done; echo $! >pid
        """
      let output = scratch["output"]
      let program = try Fixture(
        ["execsnoop-top", "tree", "--json", "--no-failed", "--filter", "uid=65534", "--", "/bin/sh", "-c", script]
          + [Fixture.path, scratch.path],
        program: Surroundings.built("execsnoop-top"), output: output)
      let status = program.wait()
      let pid = try #require(lines(of: contents(of: scratch["pid"])).first.flatMap { Int32($0) })
      kill(pid, SIGKILL)
      #expect(status == 0)
      let line = try #require(lines(of: contents(of: output)).first { $0.contains("\"pid\":\(pid),") })
      #expect(line.hasPrefix("{\"state\":\"running\",\"match\":true,\"depth\"") && line.contains("\"uid\":65534,"))
      #expect(line.contains("\"comm\":\"other\""))
    }
  }
}
