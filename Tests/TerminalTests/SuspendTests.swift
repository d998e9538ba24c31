import Glibc
import TUI
import Testing

@testable import Terminal

/// Ctrl-Z and `fg`.
@Suite struct SuspendTests {
  @Test func `The shell has the terminal while suspended`() async throws {
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

      #expect((text.lastOffset(of: "\u{1b}[?1000l") ?? -1) > (text.lastOffset(of: "\u{1b}[?1000h") ?? 0))

      terminal.forget()
      kill(pid, SIGCONT)
      #expect(terminal.wait { $0.contains("back again") })
      #expect(terminal.text.contains("\u{1b}[?1049h"))
      #expect(terminal.text.contains("\u{1b}[?2004h"))
      #expect(terminal.text.contains("\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h"))
      #expect(terminal.modes != before)
      terminal.send("q".utf8)
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      // A job of its own, as a shell starts it; its group is not orphaned, since the test runner is in the session.
      setpgid(0, 0)
      // As under a main loop that takes its signals from a descriptor.
      blockSignals()
      let session = try openSession(on: path)
      show("pid=\(getpid());", in: session)
      try session.suspend()
      show("back again", in: session)
      #expect(collect(1, from: session) == [.key(.character("q"))])
      session.close()
    }
    person.join()
    #expect(terminal.modes == before)
  }

  /// As `nohup` does for SIGHUP: the parent does not want the program to stop.
  @Test func `Nothing is suspended if SIGTSTP is ignored`() async throws {
    let terminal = try PseudoTerminal()
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      signal(SIGTSTP, SIG_IGN)
      let session = try openSession(on: path)
      #expect(try !session.suspend())
      #expect(session.isReady)
      session.close()
    }
    #expect(terminal.text.split(separator: "\u{1b}[?1049h", omittingEmptySubsequences: false).count == 2)
  }

  @Test func `In the background the terminal stays unchanged`() async throws {
    let terminal = try PseudoTerminal()
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openInOwnSession(on: path)
      show("hello", in: session)
      let ours = PseudoTerminal.modes(of: session.inputDescriptor)
      let other = try giveAway(session.inputDescriptor)
      defer { kill(other, SIGKILL) }
      #expect(session.isInBackground)

      // `kill %1`: a signal to end, then SIGCONT.
      blockSignals()
      // To this thread, since others of the test runner have it not blocked.
      let main = pthread_self()
      let person = Person { pthread_kill(main, SIGTERM) }
      try session.resume()
      person.join()
      #expect(session.present(Frame(size: session.size)) == .blocked)
      #expect(session.nextInput().isEmpty)
      session.close()
      #expect(PseudoTerminal.modes(of: session.inputDescriptor) == ours)
    }
  }

  @Test func `Redrawing sends the whole frame`() async throws {
    let terminal = try PseudoTerminal()
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("once", in: session)
      try session.resume()
      show("once", in: session)
      session.redraw()
      show("once", in: session)
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

private func blockSignals() {
  var blocked = sigset_t()
  sigemptyset(&blocked)
  for number in TerminalSession.signalsToWatch { sigaddset(&blocked, number) }
  pthread_sigmask(SIG_BLOCK, &blocked, nil)
}

/// Opens a terminal as the controlling one of a new session, which this process leads.
private func openInOwnSession(on path: String) throws -> TerminalSession {
  setsid()
  close(open(path, O_RDWR))
  return try openSession(on: path)
}

/// Makes another process group the one in the foreground. Returns its process.
private func giveAway(_ terminal: CInt) throws -> pid_t {
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
  // It must not keep open what the test runner waits on.
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for descriptor in CInt(0)..<64 { posix_spawn_file_actions_addclose(&actions, descriptor) }
  var pid: pid_t = 0
  let words: [String] = ["sleep", "60"]
  let arguments = words.map { strdup($0) } + [nil]
  defer { for argument in arguments { free(argument) } }
  let status = posix_spawnp(&pid, "sleep", &actions, &attributes, arguments, environ)
  guard status == 0 else { throw PseudoTerminal.Failure(call: "posix_spawnp", errno: status) }
  // Changing the foreground from the background would stop us too.
  signal(SIGTTOU, SIG_IGN)
  tcsetpgrp(terminal, pid)
  signal(SIGTTOU, SIG_DFL)
  return pid
}
