import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  /// Tracing one command and what it starts, and nothing else.
  @Suite struct ScopeTests {
    /// Runs a command in scope while another process, outside, execs all the time.
    private func traced(_ argv: [String]) throws -> (Machine, TracedCommand, status: Int32) {
      let since = Fixture.now
      let noise = try Fixture(["noise", "storm", "1000000", "/dev/null", "0"])
      let command = try TracedCommand(
        holding: argv, as: try InvokingUser(), output: open("/dev/null", O_WRONLY | O_CLOEXEC))
      let machine = try Machine(command: command)
      try command.release()
      let status = try #require(command.status(waiting: true))
      _ = try machine.scene(pid: command.pid, since: since, status: status)
      noise.send(SIGKILL)
      noise.wait()
      return (machine, command, status)
    }

    @Test func `Only the command and its descendants are seen`() throws {
      let (machine, command, status) = try traced(
        [Fixture.path, "subreaper", "fork", "orphan", "vfork", "20", Fixture.path, "leaf", "exit", "3"])
      machine.stop()
      #expect(status == 0)
      var family: Set<ProcessID> = []
      for event in machine.events {
        guard let process = event.process else { continue }
        if case .existing = event {
          #expect(process.id.pid == getpid())
        } else if case .fork = event, process.id.pid == command.pid {
          #expect(process.parent?.pid == getpid())
          family.insert(process.id)
        } else if case .fork = event {
          #expect(process.parent.map(family.contains) == true, "a fork by no process in scope")
          family.insert(process.id)
        } else {
          #expect(family.contains(process.id), "an event of no process in scope")
        }
      }
      #expect(family.count == 24)
      #expect(machine.tree.totals.execs == 21)
      #expect(machine.tree.totals.exits == 24)
    }

    @Test func `A command that is not found is an error, and all attempts are shown`() throws {
      let command = try TracedCommand(holding: ["/nonexistent/program", "x"], as: try InvokingUser())
      let machine = try Machine(command: command)
      #expect(throws: TraceError(.startCommand("/nonexistent/program"), errno: ENOENT)) { try command.release() }
      machine.stop()
      #expect(machine.tree.totals.failedExecs == 1)
      #expect(machine.tree.totals.exits == 1)
    }
  }
}
