import CExecsnoop
import Events
import Glibc
import StormTruth
import TestSupport
import Testing

@testable import Trace
@testable import Tree

extension KernelTests {
  /// The stand-by copies, attached whether this kernel needs them or not.
  @Suite struct StandByTests {
    let scratch = Scratch()

    /// A kernel before 5.17 has no copies to test.
    private static let isPossible = Kernel.hasLoop

    private func settings() throws -> TraceSettings {
      var settings = TraceSettings()
      settings.preemption = Preemption(tracepoints: true, functions: true)
      return settings
    }

    @Test func `Each kind of event is reported once, with all its data`() throws {
      let machine = try Machine(try settings())
      let scene = try machine.run(
        "attempt", "/nonexistent/program", "one", "two", "--", "attempt-at", "/", "not-there", "x", "--",
        "thread", "attempt", "./nor-this", "in", "a", "thread", "--",
        "exec", Fixture.path, "again", "fork", "exit", "7")
      #expect(scene.failures.map(\.errno) == [ENOENT, ENOENT, ENOENT])
      #expect(scene.failures.map(\.image.argv.texts) == [["one", "two"], ["x"], ["in", "a", "thread"]])
      #expect(try scene.root.image?.argv.texts == ["again", "fork", "exit", "7"])
      #expect(try scene.onlyChild(of: scene.root).end?.status == ExitStatus(code: 7))
      #expect(scene.forks.count == 2 && scene.execs.count == 2 && scene.exits.count == 2)
      let threads = try machine.run("exit-together", "50")
      #expect(threads.exits.count == 51)
      let again = try machine.run("again", "200")
      #expect(again.execs.count == 202, "the same process, again and again")
    }

    @Test func `A storm is complete, and no event is reported twice`() throws {
      let log = scratch["truth"], count = Kernel.crowd(10_000)
      var settings = try settings()
      settings.ringSize = 64 << 20
      let command = try TracedCommand(
        holding: [Fixture.path, "storm", "\(count)", log, "2"], as: InvokingUser(),
        output: open("/dev/null", O_WRONLY | O_CLOEXEC))
      let machine = try Machine(settings, command: command, budget: 8 << 30)
      try command.release()
      #expect(command.status(waiting: true) == 0)
      machine.stop()
      var forks: [ProcessID: Int] = [:], execs: [ProcessID: Int] = [:], exits: [ProcessID: Int] = [:]
      var failures: [ProcessID: Int] = [:]
      for event in machine.events {
        switch event {
        case .fork(let fork): forks[fork.process.id, default: 0] += 1
        case .exec(let exec): execs[exec.process.id, default: 0] += 1
        case .failedExec(let failure): failures[failure.process.id, default: 0] += 1
        case .exit(let exit): exits[exit.process.id, default: 0] += 1
        case .existing, .lost, .census, .output, .host: break
        }
      }
      let births = Birth.all(in: log)
      #expect(births.count == count)
      #expect(machine.lostEvents == LossCounts())
      // One fork, one exec and one exit more are the fixture's own.
      #expect([forks.count, execs.count, failures.count, exits.count] == [count + 1, count + 1, count / 2, count + 1])
      for counts in [forks, execs, failures, exits] { #expect(counts.values.allSatisfy { $0 == 1 }, "doubled") }
    }

    @Test func `The first copy does the work, and the others find its claim`() throws {
      guard Self.isPossible else {
        #expect(StandBy(for: try #require(try settings().preemption), flavour: .withoutLoop).hooks.isEmpty)
        return
      }
      let count = Kernel.crowd(2000)
      let trace = try KernelTrace(try settings())
      let fixture = try Fixture(["fixture", "storm", "\(count)", scratch["truth"], "1"])
      #expect(fixture.wait() == 0)
      var hooks = [EST_HOOK_FORK, EST_HOOK_EXEC, EST_HOOK_EXIT]
      if trace.failedExecs == .fexit { hooks.append(EST_HOOK_EXECVE) }
      for hook in hooks {
        let counts = try #require(trace.missedRuns.standIns(at: hook))
        // Were they called in another order, it would be all of them. A kernel that preempts programs has a few.
        #expect(counts.idle < count / 10 && counts.stood_in < count / 10, "\(hook): \(counts)")
      }
      _ = trace.missedRuns.readLast()
      #expect(trace.missedRuns.readLast() == 0, "and the trace must live until here")
      #expect(trace.attachedAt > 0)
    }

    @Test func `Copies are attached only where the kernel can preempt programs`() throws {
      let trace = try KernelTrace(TraceSettings())
      let preemption = Preemption.ofThisKernel
      let hasCopies = trace.missedRuns.standIns(at: EST_HOOK_FORK) != nil
      let isNeeded = preemption.tracepoints || (preemption.functions && trace.failedExecs == .fexit)
      #expect(hasCopies == (Self.isPossible && isNeeded))
      #expect(!preemption.tracepoints || preemption.functions)
      #expect(trace.attachedAt > 0, "and the trace must live until here")
    }
  }
}
