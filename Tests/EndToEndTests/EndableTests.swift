import Files
import Glibc
import TestSupport
import Testing

extension EndToEnd {
  /// Each wait can be ended: by a signal, or by the end of the reader or the terminal.
  @Suite(Needs.kernel, Needs.tmux) struct Endable {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    /// `ended PID` waits for a child's end and prints its status; one that has not ended after half a minute is killed.
    /// `asleep PID COUNT` waits until the process sleeps, with this many threads.
    private static let functions = """
      ended() {
        for _ in $(seq 3000); do kill -0 $1 2>/dev/null || break; sleep 0.01; done
        kill -KILL $1 2>/dev/null && echo "hung in $(cat /proc/$1/wchan)"
        wait $1; echo $?
      }
      asleep() {
        until [ "$(ls /proc/$1/task | wc -l)" -ge $2 ] && grep -q '^State:.S' /proc/$1/status; do sleep 0.01; done
      }
      """

    /// Not one descriptor is allowed any more: poll(2) refuses to wait then.
    @Test func `A limit of no open files neither blocks nor spins the program`() async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        env --default-signal $PROGRAM log --json --no-failed >$WORK/out 2>$WORK/err & p=$!
        until grep -q '"marked"' $WORK/out; do /bin/true marked; sleep 0.02; done
        prlimit --pid $p --nofile=0:4096
        until grep -q '"after"' $WORK/out; do /bin/true after; sleep 0.02; done
        asleep $p 2
        kill -TERM $p
        ended $p
        """)
      #expect(outcome.lines == ["143"], "\(outcome) \(bench.text("err") ?? "")")
    }

    /// A reader that does not read, of a pipe that is full.
    @Test(
      arguments: ["log --json --", "log --", "tree --json", "tree"], [SIGTERM, SIGHUP, SIGINT])
    func `A reader that does not read`(_ command: String, signal: Int32) async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        mkfifo $WORK/out; exec 3<>$WORK/out
        # Full, but for a page.
        dd if=/dev/zero of=/dev/fd/3 bs=4096 count=15 2>$WORK/dd
        # What a shell starts behind itself ignores SIGINT.
        env --default-signal $PROGRAM \(command) \(command.hasSuffix("--")
          ? "bash -c 'for i in {1..40}; do /bin/true {1..400}; done; echo >$WORK/over; exec sleep 1000'" : "") >&3 2>$WORK/err & p=$!
        \(command.hasSuffix("--")
          ? "until [ -e $WORK/over ]; do sleep 0.01; done" : "")
        asleep $p 2
        kill -\(signal) $p
        ended $p
        """)
      #expect(outcome.lines == ["\(128 + signal)"], "\(outcome) \(bench.text("err") ?? "")")
    }

    /// A FIFO without a writer, and a pipe without data.
    @Test(arguments: ["log", "tree", "log --json"], [SIGTERM, SIGHUP, SIGINT])
    func `A recording that does not arrive`(_ command: String, signal: Int32) async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        mkfifo $WORK/in $WORK/idle; exec 3<>$WORK/idle
        env --default-signal $PROGRAM \(command) $WORK/in >/dev/null & p=$!
        asleep $p 1
        kill -\(signal) $p; ended $p
        env --default-signal $PROGRAM \(command) - <&3 >/dev/null & p=$!
        asleep $p 1
        kill -\(signal) $p; ended $p
        """)
      #expect(outcome.lines == ["\(128 + signal)", "\(128 + signal)"], "\(outcome)")
    }

    /// A FIFO that is opened without waiting is read to its end, even if its writer comes late.
    @Test func `A FIFO with a late writer`() async throws {
      let outcome = try await bench.run(
        """
        mkfifo $WORK/in; $PROGRAM log --json $WORK/in >$WORK/out & p=$!
        until ls -l /proc/$p/fd | grep -q $WORK/in; do sleep 0.01; done
        cat \(recording) >$WORK/in; wait $p; echo $?; cmp $WORK/out \(recording) && echo same
        """)
      #expect(outcome.lines == ["0", "same"], "\(outcome)")
    }

    /// The end of a reader is noticed even if nothing is written.
    @Test(
      arguments: [
        "log --filter comm=never", "log --json --filter comm=never", "tree", "tree --json", "log -", "tree -",
        "log -- sleep 5", "tree -- sleep 5",
      ])
    func `A reader that is gone`(_ command: String) async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        mkfifo $WORK/idle $WORK/go; exec 3<>$WORK/idle 4<>$WORK/go
        env --default-signal $PROGRAM \(command) <&3 2>$WORK/err 3>&- 4>&- > >(read <$WORK/go) & p=$!
        asleep $p 1
        echo >&4
        ended $p
        """)
      #expect(outcome.lines == ["141"], "\(outcome) \(bench.text("err") ?? "")")
    }

    /// Where SIGPIPE is ignored there is nothing to tell.
    @Test func `A reader that is gone while SIGPIPE is ignored`() async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        trap '' PIPE; mkfifo $WORK/idle; exec 3<>$WORK/idle
        $PROGRAM tree - <&3 > >(exec 3>&-; exec sleep 0.3) & p=$!
        ended $p
        """)
      #expect(outcome.lines == ["0"], "\(outcome)")
    }

    /// A terminal emulator that hangs amid a frame.
    @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
    func `A terminal that hangs`(_ signal: Int32) async throws {
      let window = try await Window(bench, columns: 250, rows: 60)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM -- sh -c \"while :; do /bin/true; done\"'; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") && $0.contains { $0.contains(" 1 Tree ") } }
      let pid = try #require(bench.text("pid").flatMap { pid_t($0.filter(\.isNumber)) })
      let server = try #require(pid_t(try await window.fact("pid")))
      #expect(kill(server, SIGSTOP) == 0)
      do {
        defer { kill(server, SIGCONT) }
        // Until a frame does not fit any more: then nothing is written, whatever changes.
        var written = ""
        var same = 0
        try await eventually("a full terminal") {
          let facts = text(ofFile: "/proc/\(pid)/task/\(pid)/io").split(separator: "\n")
          let now = facts.first { $0.hasPrefix("wchar") } ?? ""
          same = now == written ? same + 1 : 0
          written = String(now)
          return same == 50
        }
        kill(pid, signal)
        try await eventually("the program's end") { kill(pid, 0) != 0 }
      }
      try await window.waitForEnd(128 + signal)
    }

    private func text(ofFile path: String) -> String {
      String(decoding: (try? FileDescriptor.contents(of: path)) ?? [], as: UTF8.self)
    }

    /// The first signal ends the view and the command, and what that wrote is printed.
    @Test(arguments: [SIGTERM, SIGHUP])
    func `The view with a command`(_ signal: Int32) async throws {
      let window = try await Window(bench)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM -- sh -c \"echo said-$((20 + 3)); echo \\$\\$ >$WORK/child; exec sleep 1000\"'; echo ended-$?"
      )
      try await window.waitFor("● exec sleep")
      let pid = try #require(bench.text("pid").flatMap { pid_t($0.filter(\.isNumber)) })
      let child = try #require(bench.text("child").flatMap { pid_t($0.filter(\.isNumber)) })
      kill(pid, signal)
      try await window.waitForEnd(128 + signal)
      #expect(try await window.rows().contains("said-23"))
      try await eventually("the command's end") { kill(child, 0) != 0 }
    }

    /// The same if the terminal is hung up, even if SIGHUP is ignored.
    @Test(arguments: ["", "trap \"\" HUP; "])
    func `The view with a command and no terminal`(_ trap: String) async throws {
      let window = try await Window(bench)
      try await window.enter(
        "sh -c '\(trap)echo $$ >$WORK/pid; exec $PROGRAM -- sh -c \"echo \\$\\$ >$WORK/child; exec sleep 1000\"'; echo ended-$?"
      )
      try await window.waitFor("● exec sleep")
      let pid = try #require(bench.text("pid").flatMap { pid_t($0.filter(\.isNumber)) })
      let child = try #require(bench.text("child").flatMap { pid_t($0.filter(\.isNumber)) })
      try await window.tmux(["kill-session"])
      try await eventually("the program's end") { kill(pid, 0) != 0 }
      if trap.isEmpty { try await eventually("the command's end") { kill(child, 0) != 0 } }
      kill(child, SIGKILL)
    }

    /// One line asks for a report, on the screen that was given back.
    @Test func `A crash is reported`() async throws {
      let outcome = try await bench.run(
        """
        \(Self.functions)
        mkfifo $WORK/idle; exec 3<>$WORK/idle
        for signal in SEGV ILL TRAP BUS FPE ABRT; do
          $PROGRAM tree - <&3 2>$WORK/err & p=$!
          until grep -q '^SigCgt:.*4f8$' /proc/$p/status; do sleep 0.01; done
          kill -$signal $p; ended $p 2>/dev/null; cat $WORK/err
        done
        """)
      let signals = [("SEGV", 139), ("ILL", 132), ("TRAP", 133), ("BUS", 135), ("FPE", 136), ("ABRT", 134)]
      let expected = signals.flatMap { name, status in
        [
          "\(status)",
          "execsnoop-top 0.1.0 crashed (SIG\(name)): this is a bug, please report it and how it happened",
        ]
      }
      #expect(outcome.lines.map(String.init) == expected, "\(outcome)")

      let window = try await Window(bench)
      try await window.enter("sh -c 'echo $$ >$WORK/pid; exec $PROGRAM replay \(recording)'; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") }
      let pid = try #require(bench.text("pid").flatMap { pid_t($0.filter(\.isNumber)) })
      kill(pid, SIGTRAP)
      try await window.waitForEnd(133)
      #expect(try await window.rows().contains { $0.hasPrefix("execsnoop-top 0.1.0 crashed (SIGTRAP)") })
      #expect(try await window.fact("alternate_on") == "0")
    }
  }
}
