import Events
import Glibc
import TestSupport
import Testing
import Tree

@testable import Trace

extension KernelTests {
  /// What processes write to their standard output and error, where it is asked for.
  @Suite struct OutputTests {
    /// The ways to see writes that this kernel has.
    static let hooks = OutputPrograms.Hook.allCases.filter { $0 == .tracepoint || FexitProbe.result() == 0 }

    /// What came of a traced shell script.
    struct Outcome {
      let machine: Machine
      let events: [OutputEvent]
      let status: Int32

      /// The text of all that fulfil a condition.
      func text(_ stream: OutputEvent.Stream? = nil, of process: ProcessID? = nil) -> [UInt8] {
        events.filter { (stream == nil || $0.stream == stream) && (process == nil || $0.process == process) }
          .flatMap(\.bytes)
      }

      /// The processes of a comm.
      func processes(_ comm: Comm) -> [ProcessID] {
        machine.tree.allIDs.filter { machine.tree[$0]?.facts.comm == comm }
      }
    }

    private func settings(_ hook: OutputPrograms.Hook? = nil) -> TraceSettings {
      var settings = TraceSettings()
      settings.outputLimit = 64 << 10
      settings.isOfCommand = true
      settings.outputHook = hook
      return settings
    }

    /// The ends of a pipe, the one to read from first, which are closed on exec.
    private static func pipeEnds() throws -> [Int32] {
      var ends: [Int32] = [-1, -1]
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return ends
    }

    /// Runs a script in a shell with its output in a pipe, which holds 64 KiB, or in another descriptor.
    private func run(
      _ script: String, _ settings: TraceSettings, output: Int32? = nil, meanwhile: () throws -> Void = {}
    ) throws -> Outcome {
      let since = Fixture.now
      let ends = try Self.pipeEnds()
      defer { for end in ends { close(end) } }
      let command = try TracedCommand(
        holding: ["/bin/sh", "-c", script], as: try InvokingUser(), output: output ?? ends[1])
      let machine = try Machine(settings, command: command)
      try command.release()
      try meanwhile()
      let status = try #require(command.status(waiting: true))
      _ = try machine.scene(pid: command.pid, since: since, status: status)
      machine.stop()
      let events = machine.events.compactMap { if case .output(let event) = $0 { event } else { nil } }
      return Outcome(machine: machine, events: events, status: status)
    }

    @Test(arguments: hooks) func `Both streams of a shell and of its child are told apart`(
      hook: OutputPrograms.Hook
    ) throws {
      // Of its own messages, since `echo TEXT >&2` of a shell writes to descriptor 1, which it then leads elsewhere.
      let outcome = try run("echo out; cd /nowhere; /bin/echo child; exit 3", settings(hook))
      #expect(outcome.status == 3)
      let shell = try #require(outcome.processes("sh").first)
      let child = try #require(outcome.processes("echo").first)
      #expect(outcome.text(.output, of: shell) == Array("out\n".utf8))
      let error = outcome.text(.error, of: shell)
      #expect(String(decoding: error, as: UTF8.self).hasSuffix("cd to /nowhere\n"))
      #expect(outcome.text(of: child) == Array("child\n".utf8))
      #expect(outcome.events.map(\.time) == outcome.events.map(\.time).sorted())
      #expect(outcome.events.allSatisfy { $0.leftOut == 0 })
      let text = try #require(outcome.machine.tree.writtenText(of: shell))
      // The shell may write its message in several pieces.
      let parts = text.parts().map { Array($0.bytes) }
      #expect(parts.first == Array("out\n".utf8) && parts.dropFirst().joined().elementsEqual(error))
      // Among the other events, by time.
      let order = outcome.machine.events.compactMap { event -> String? in
        switch event {
        case .output(let output) where output.process == child: "output"
        case .exit(let exit) where exit.process.id == child: "exit"
        case .exec(let exec) where exec.process.id == child: "exec"
        default: nil
        }
      }
      #expect(order == ["exec", "output", "exit"])
    }

    @Test(arguments: Kernel.flavours) func `The first 64 KiB of a process are kept, and the rest is counted`(
      flavour: ObjectFlavour
    ) throws {
      var settings = settings()
      settings.flavour = flavour
      let outcome = try run("head -c 1048576 /dev/zero | tr '\\0' x | cat >/dev/null", settings)
      for comm: Comm in ["head", "tr"] {
        let process = try #require(outcome.processes(comm).first)
        #expect(outcome.text(of: process).count == 65536)
        #expect(outcome.events.last { $0.process == process }?.leftOut == 1_048_576 - 65536)
        let text = try #require(outcome.machine.tree.writtenText(of: process))
        #expect(text.missing() == 1_048_576 - 65536)
      }
      let letters = outcome.text(of: outcome.processes("tr").first)
      #expect(letters.allSatisfy { $0 == UInt8(ascii: "x") })
      #expect(outcome.processes("cat").allSatisfy { outcome.text(of: $0).isEmpty }, "/dev/null is no stream")
    }

    @Test(arguments: hooks) func `Any bytes are kept, also of a writev`(hook: OutputPrograms.Hook) throws {
      let outcome = try run(
        """
        printf 'a\\377\\000\\033[31m\\n'
        python3 -c 'import os; os.writev(1, [b"one ", b"", b"two\\n"] + [b"%d," % n for n in range(300)])'
        """, settings(hook))
      #expect(outcome.text(.output, of: outcome.processes("sh").first) == [0x61, 0xff, 0, 0x1b] + Array("[31m\n".utf8))
      guard access("/usr/bin/python3", X_OK) == 0 else { return }
      let long = "one two\n" + (0..<300).map { "\($0)," }.joined()
      let python = outcome.text(.output, of: outcome.processes("python3").first)
      // Before 5.17 only the first pieces of a call are copied, and the rest is counted.
      if Kernel.hasLoop {
        #expect(python == Array(long.utf8))
      } else {
        #expect(long.utf8.starts(with: python) && python.count >= 8)
      }
    }

    @Test func `Many small writes, and those of threads, are complete`() throws {
      let outcome = try run(
        """
        i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done
        python3 -c '
        import os, threading
        def write(name):
            for n in range(500): os.write(2, b"%s%d\\n" % (name, n))
        threads = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b", b"c")]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        ' 2>&1
        """.replacing("\n        ", with: "\n"), settings())
      let shell = outcome.processes("sh").first
      #expect(outcome.text(.output, of: shell) == Array((0..<3000).map { "\($0)\n" }.joined().utf8))
      guard access("/usr/bin/python3", X_OK) == 0 else { return }
      let python = outcome.text(.error, of: outcome.processes("python3").first)
      let lines = python.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
      for name in ["a", "b", "c"] {
        #expect(lines.filter { $0.hasPrefix(name) } == (0..<500).map { "\(name)\($0)" })
      }
    }

    @Test func `A terminal counts, a file does not`() throws {
      var (terminal, slave): (Int32, Int32) = (-1, -1)
      try #require(openpty(&terminal, &slave, nil, nil, nil) == 0)
      defer { for end in [terminal, slave] { close(end) } }
      for end in [terminal, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let scratch = Scratch()
      let outcome = try run("echo shown; echo stored >'\(scratch["file"])'", settings(), output: slave)
      #expect(outcome.text() == Array("shown\n".utf8))
    }

    @Test func `Processes out of scope give nothing, and without the option nothing is attached`() throws {
      let ends = try Self.pipeEnds()
      defer { for end in ends { close(end) } }
      let outcome = try run("echo inside", settings()) {
        let outsider = try spawn(
          ["sh", "-c", "echo outside"], program: "/bin/sh", environment: [], input: ends[0], output: ends[1],
          errors: ends[1])
        while waitpid(outsider, nil, 0) < 0 && errno == EINTR {}
      }
      #expect(outcome.text() == Array("inside\n".utf8))

      func links() -> Int {
        (0..<1024).filter { descriptor in
          guard let target = ProcFiles(pid: getpid())?.link("fd/\(descriptor)") else { return false }
          let name = String(decoding: target, as: UTF8.self)
          return name.contains("bpf_link") || name.contains("bpf-link") || name.contains("perf_event")
        }.count
      }
      var plain = TraceSettings()
      plain.scope.isOfProcesses = true
      let before = links()
      let without = try KernelTrace(plain)
      let few = links() - before
      withExtendedLifetime(without.attachedAt) {}
      plain.outputLimit = 64 << 10
      let with = try KernelTrace(plain)
      let many = links() - before - few
      withExtendedLifetime((without.attachedAt, with.attachedAt)) {}
      #expect(few > 0 && many > few, "\(few) links without, \(many) with")
      #expect(try run("echo silent", TraceSettings()).events.isEmpty)
    }

    @Test func `A storm of writes takes a quarter of the ring, and no other event is lost`() throws {
      var settings = settings()
      settings.ringSize = 1 << 20
      settings.scope.isOfProcesses = true
      // Nobody empties the ring meanwhile: 60 writers with 64 KiB each would fill it four times.
      let machine = try Machine(settings, roots: [getpid()]) {
        let ends = try Self.pipeEnds()
        defer { for end in ends { close(end) } }
        let shell = try spawn(
          ["sh", "-c", "i=0; while [ $i -lt 60 ]; do head -c 70000 /dev/zero | cat >/dev/null; i=$((i+1)); done"],
          program: "/bin/sh", environment: ["PATH=/usr/bin:/bin"], input: ends[0], output: ends[1], errors: ends[1])
        while waitpid(shell, nil, 0) < 0 && errno == EINTR {}
      }
      machine.stop()
      let lost = machine.lostEvents
      #expect(lost == LossCounts(outputs: lost.outputs))
      #expect(lost.outputs > 0)
      let heads = machine.tree.allIDs.filter { machine.tree[$0]?.facts.comm == "head" }
      #expect(heads.count == 60)
      for head in heads {
        let text = machine.tree.writtenText(of: head)
        let kept = text?.parts().reduce(0) { $0 + $1.bytes.count } ?? 0
        #expect(UInt64(kept) + (text?.missing() ?? 0) == 70000, "every byte is kept or counted")
      }
    }
  }
}
