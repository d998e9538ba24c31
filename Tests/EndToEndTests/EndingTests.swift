import Glibc
import Testing

extension EndToEnd {
  /// The terminal is restored, however the view ends.
  @Suite(Needs.kernel, Needs.tmux) struct Ending {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Starts the view, with its pid in the file `pid`.
    private func start(_ arguments: String = "") async throws -> Window {
      let window = try await Window(bench)
      try await window.enter("stty -g >$WORK/before")
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM \(arguments)'; echo ended-$?; stty -g >$WORK/after; echo all-$((1 + 1))"
      )
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") && $0.contains { $0.contains(" 1 Tree ") } }
      return window
    }

    private func pid() throws -> pid_t {
      let text = try #require(bench.text("pid"))
      return try #require(pid_t(text.filter(\.isNumber)))
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT, SIGQUIT])
    func `By signal`(_ signal: Int32) async throws {
      let window = try await start()
      #expect(kill(try pid(), signal) == 0)
      try await window.waitForEnd(128 + signal)
      try await window.waitFor("all-2")
      #expect(bench.text("before") == bench.text("after"))
      #expect(try await window.fact("alternate_on") == "0")
      #expect(try await window.fact("cursor_flag") == "1")
      try await window.enter("echo usable-$((40 + 2))")
      try await window.waitFor("the shell's answer") { $0.contains("usable-42") }
    }

    /// A hang-up of the terminal ends the program.
    @Test func `By hang-up`() async throws {
      let window = try await start()
      let pid = try pid()
      try await window.tmux(["kill-session"])
      try await eventually("the program's end") { kill(pid, 0) != 0 }
    }

    /// 3,000 processes, in a scope of their own so that nothing else on the machine takes part, that start when
    /// something is written to `go`. They need three times the ring, so a program that does not drain it loses events.
    private func startBeforeTheStorm() async throws -> Window {
      try await bench.tool("t")
      _ = try await bench.run(
        "mkfifo $WORK/go; echo 'for i in {1..3000}; do $WORK/${MARK}t $i; done; echo >$WORK/over' >$WORK/storm")
      let window = try await start(
        "--filter comm=\(bench.mark)t --ring-size 2048 -- bash -c \"read <$WORK/go; . $WORK/storm\"")
      return window
    }

    private func storm() async throws {
      _ = try await bench.run("echo >$WORK/go")
      try await eventually("the end of the storm") { bench.text("over") != nil }
    }

    /// A terminal that takes no output, by Ctrl-S, holds up the drawing and nothing else.
    @Test func `A stopped terminal loses nothing`() async throws {
      let window = try await startBeforeTheStorm()
      try await window.press("C-s")
      try await storm()
      let held = try await window.rows()
      #expect(!held.contains { $0.hasSuffix("\(bench.mark)t 3000") }, "Ctrl-S did not stop the terminal")
      try await window.press("C-q")
      try await everythingIsThere(window)
    }

    /// The same with a terminal emulator that hangs, so that what is written to it fills the kernel's buffer.
    @Test func `A hanging terminal loses nothing`() async throws {
      let window = try await startBeforeTheStorm()
      let server = try #require(pid_t(try await window.fact("pid")))
      #expect(kill(server, SIGSTOP) == 0)
      do {
        defer { kill(server, SIGCONT) }
        try await storm()
      }
      try await everythingIsThere(window)
    }

    private func everythingIsThere(_ window: Window) async throws {
      try await window.waitFor("all 3000, and none lost") { rows in
        [" LIVE ", " bash exited 0 "].contains { rows[0].hasPrefix($0) } && rows[0].contains(" 3,000/")
          && rows.contains { $0.hasSuffix("\(bench.mark)t 3000") }
      }
      #expect(try await !window.rows()[0].contains("lost"))
      try await window.press("q")
      try await window.waitForEnd(0)
    }
  }
}
