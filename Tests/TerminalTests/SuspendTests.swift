import Glibc
import TUI
import Testing

@testable import Terminal

/// Ctrl-Z and `fg`.
@Suite struct SuspendTests {
  @Test func theTerminalIsTheShellsWhileSuspended() async throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains(";") && processID(in: $0) != nil })
      let pid = try #require(processID(in: terminal.text))
      #expect(eventually { state(of: pid) == "T" })
      #expect(terminal.modes == before)
      let text = terminal.text
      #expect((text.lastOffset(of: "\u{1b}[?1049l") ?? -1) > (text.lastOffset(of: "\u{1b}[?1049h") ?? 0))
      #expect((text.lastOffset(of: "\u{1b}[?2004l") ?? -1) > (text.lastOffset(of: "\u{1b}[?2004h") ?? 0))

      terminal.forget()
      kill(pid, SIGCONT)
      #expect(terminal.wait { $0.contains("back again") })
      #expect(terminal.text.contains("\u{1b}[?1049h"))
      #expect(terminal.text.contains("\u{1b}[?2004h"))
      #expect(terminal.modes != before)
      terminal.send("q".utf8)
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      // A job of its own, as a shell starts it; its group is not orphaned, since the test runner is in the session.
      setpgid(0, 0)
      // As under a main loop that takes its signals from a descriptor.
      var blocked = sigset_t()
      sigemptyset(&blocked)
      for number in TerminalSession.signalsToWatch { sigaddset(&blocked, number) }
      pthread_sigmask(SIG_BLOCK, &blocked, nil)
      let session = try openSession(on: path)
      say("pid=\(getpid());", in: session)
      try session.suspend()
      say("back again", in: session)
      #expect(collect(1, from: session) == [.key(.character("q"))])
      session.close()
    }
    person.join()
    #expect(terminal.modes == before)
  }

  @Test func redrawingSendsTheWholeFrame() async throws {
    let terminal = try PseudoTerminal()
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      say("once", in: session)
      try session.resume()
      say("once", in: session)
      session.redraw()
      say("once", in: session)
      session.close()
    }
    #expect(terminal.text.split(separator: "once", omittingEmptySubsequences: false).count == 4)
  }
}

/// The number in `pid=…;`.
private func processID(in text: String) -> pid_t? {
  guard let start = text.lastOffset(of: "pid=") else { return nil }
  let digits = text.utf8.dropFirst(start + 4).prefix { (0x30...0x39).contains($0) }
  return pid_t(String(decoding: Array(digits), as: UTF8.self))
}

/// The process's state, as in /proc/PID/stat: `T` when it is stopped.
private func state(of pid: pid_t) -> Character? {
  guard let file = fopen("/proc/\(pid)/stat", "r") else { return nil }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 512)
  let count = fread(&buffer, 1, buffer.count, file)
  guard let close = buffer[..<count].lastIndex(of: UInt8(ascii: ")")), close + 2 < count else { return nil }
  return Character(Unicode.Scalar(buffer[close + 2]))
}
