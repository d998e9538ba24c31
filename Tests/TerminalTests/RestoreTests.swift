import Glibc
import TUI
import Testing

@testable import Terminal

/// The terminal is restored, however the process ends.
@Suite struct RestoreTests {
  private let terminal: PseudoTerminal
  private let before: [UInt32]

  init() throws {
    terminal = try PseudoTerminal()
    before = terminal.modes
  }

  private func expectRestored(_ location: SourceLocation = #_sourceLocation) {
    #expect(terminal.modes == before, sourceLocation: location)
    let text = terminal.text
    for (on, off) in [
      ("\u{1b}[?1049h", "\u{1b}[?1049l"), ("\u{1b}[?2004h", "\u{1b}[?2004l"), ("\u{1b}[?25l", "\u{1b}[?25h"),
      ("\u{1b}[?1000h", "\u{1b}[?1000l"), ("\u{1b}[?1002h", "\u{1b}[?1002l"),
      ("\u{1b}[?1006h", "\u{1b}[?1006l"), ("\u{1b}[?2026h", "\u{1b}[?2026l"),
    ] {
      let last = text.lastOffset(of: on), end = text.lastOffset(of: off)
      #expect(last != nil, "\(on.dropFirst()) was never switched on", sourceLocation: location)
      #expect(end ?? -1 > last ?? 0, "\(on.dropFirst()) was not switched off", sourceLocation: location)
    }
  }

  @Test func `Close restores the terminal`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      #expect(PseudoTerminal.modes(of: session.inputDescriptor).isEmpty == false)
      show("hello", in: session)
      session.close()
      session.close()
      #expect(session.nextInput().isEmpty)
    }
    expectRestored()
  }

  @Test func `Release restores the terminal`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      do { show("hello", in: try openSession(on: path)) }
    }
    expectRestored()
  }

  @Test func `exit restores the terminal`() async {
    await #expect(processExitsWith: .exitCode(3)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      exit(3)
    }
    expectRestored()
  }

  @Test func `A trap restores the terminal`() async {
    await #expect(processExitsWith: .signal(SIGILL)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      let empty: [Int] = []
      print(empty[session.size.rows])
    }
    expectRestored()
  }

  @Test func `A stack overflow restores the terminal`() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      print(endless(1))
    }
    expectRestored()
  }

  @Test(
    arguments: [
      SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT, SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGALRM,
      SIGXCPU, SIGVTALRM, SIGPROF, SIGPWR,
    ])
  func `A signal restores the terminal`(number: CInt) async {
    await #expect(processExitsWith: .signal(number)) { [path = terminal.path as String, number = number as CInt] in
      let session = try openSession(on: path)
      show("hello", in: session)
      kill(getpid(), number)
      while true { pause() }
    }
    expectRestored()
  }

  /// The terminal's driver sends it as the kernel, not as a process does: it ends the process all the same.
  @Test func `The key that quits restores the terminal`() async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      terminal.send([0x1c])
    }
    await #expect(processExitsWith: .signal(SIGQUIT)) { [path = terminal.path as String] in
      setsid()
      close(open(path, O_RDWR))
      let session = try openSession(on: path)
      var modes = termios()
      tcgetattr(session.inputDescriptor, &modes)
      modes.c_lflag |= tcflag_t(ISIG)
      tcsetattr(session.inputDescriptor, TCSANOW, &modes)
      // The group is the terminal's, and this process is its only member.
      tcsetpgrp(session.inputDescriptor, getpgrp())
      show("ready", in: session)
      while true { pause() }
    }
    person.join()
    expectRestored()
  }

  /// A write to a place that does not exist: the fault of a real instruction.
  @Test func `A fault restores the terminal`() async {
    await #expect(processExitsWith: .signal(SIGSEGV)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = session.size.rows
    }
    expectRestored()
  }

  /// Somebody may have stopped it: it is not waited for.
  @Test func `A stopped watcher does not delay the exit`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      var children: [pid_t] = []
      if let file = fopen("/proc/thread-self/children", "r") {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        fclose(file)
        children = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
      }
      #expect(children.count == 1)
      for child in children { kill(child, SIGSTOP) }
      session.close()
      #expect(waitpid(-1, nil, WNOHANG | Self.WCLONE) == -1 && errno == ECHILD)
    }
    expectRestored()
  }

  /// Nothing of the process is left to do it: its watcher does, a moment later.
  @Test func `The watcher restores the terminal after a kill`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      kill(getpid(), SIGKILL)
      while true { pause() }
    }
    #expect(terminal.wait { $0.lastOffset(of: "\u{1b}[?1049l") ?? -1 > $0.lastOffset(of: "\u{1b}[?1049h") ?? 0 })
    #expect(eventually { terminal.modes == before })
    expectRestored()
  }

  /// Modes that another program has set by then stay.
  @Test func `Modes of another program stay after a kill`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      var modes = termios()
      tcgetattr(session.inputDescriptor, &modes)
      modes.c_lflag |= tcflag_t(ISIG)
      tcsetattr(session.inputDescriptor, TCSANOW, &modes)
      show("hello", in: session)
      kill(getpid(), SIGKILL)
      while true { pause() }
    }
    // The carriage return is the last that it writes.
    #expect(terminal.wait { $0.hasSuffix("\r") && $0.contains("\u{1b}[?1049l") })
    #expect(terminal.modes != before)
  }

  @Test func `A closed session has no watcher left`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      // Code that waits for any child does not get it.
      #expect(waitpid(-1, nil, WNOHANG | Self.WCLONE) == 0)
      #expect(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD)
      session.close()
      #expect(waitpid(-1, nil, WNOHANG | Self.WCLONE) == -1 && errno == ECHILD)
    }
    expectRestored()
  }

  private static var WCLONE: CInt { CInt(bitPattern: 0x8000_0000) }

  @Test func `Ignored signals stay ignored`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      signal(SIGHUP, SIG_IGN)
      let session = try openSession(on: path)
      kill(getpid(), SIGHUP)
      show("alive", in: session)
      session.close()
    }
    expectRestored()
  }

  @Test func `The main loop's own handlers stay`() async {
    await #expect(processExitsWith: .exitCode(7)) { [path = terminal.path as String] in
      signal(SIGTERM) { _ in _exit(7) }
      let session = try openSession(on: path)
      show("hello", in: session)
      kill(getpid(), SIGTERM)
      while true { pause() }
    }
  }

  @Test func `A stopped terminal does not delay the exit`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("hello", in: session)
      tcflow(session.outputDescriptor, TCOOFF)
      #expect(session.present(Frame(size: session.size)) == .blocked)
      session.close()
    }
    #expect(terminal.modes == before)
  }

  @Test func `A stopped terminal does not delay a crash`() async {
    await #expect(processExitsWith: .signal(SIGABRT)) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      tcflow(session.outputDescriptor, TCOOFF)
      abort()
    }
    #expect(terminal.modes == before)
  }

  @Test func `A hang-up of the terminal is noticed`() async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      terminal.hangUp()
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("ready", in: session)
      while !session.isGone { usleep(1000) }
      #expect(session.nextInput().isEmpty)
      session.present(Frame(size: session.size))
      session.close()
    }
    person.join()
  }
}

/// Recurses without end.
private func endless(_ depth: Int) -> Int {
  let pages = [depth, depth + 1]
  return pages.withUnsafeBufferPointer { endless($0[1]) + $0[0] }
}
