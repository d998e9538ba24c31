import Testing

extension EndToEnd {
  /// `-- COMMAND`: only what it starts, its status, its output, its user.
  @Suite(Needs.kernel, Needs.tmux) struct TracedCommands {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `Only the command's processes are shown`() async throws {
      let inside = try await bench.tool("i"), outside = try await bench.tool("o")
      let outcome = try await bench.run(
        """
        while :; do $WORK/\(outside); done & noise=$!
        $PROGRAM log -- bash -c '$WORK/\(inside) one; ($WORK/\(inside) two; exit 5); exit 7'
        status=$?
        kill $noise
        exit $status
        """)
      #expect(outcome.status == 7)
      #expect(outcome.lines.first == "COMM             PID     PPID    RET ARGS")
      #expect(!outcome.text.contains(outside))
      for argument in ["one", "two"] {
        let found = outcome.lines.filter {
          $0.hasPrefix(inside) && $0.hasSuffix("  0 \(bench.folder)/\(inside) \(argument)")
        }
        #expect(found.count == 1, "\(outcome)")
      }
    }

    @Test func `Output is shown in the view, and printed after it`() async throws {
      let inside = try await bench.tool("i"), outside = try await bench.tool("o")
      let window = try await Window(bench)
      try await window.enter(
        "$PROGRAM -- bash -c '$WORK/\(inside) one; echo said-$((20 + 3)); echo wrong-$((20 + 4)) >&2; exit 9'; echo ended-$?"
      )
      try await window.waitFor("the command and its end") { rows in
        rows.contains { $0.contains("✗ exit bash") && $0.contains("exit 9") }
          && rows.contains { $0.contains("● exec \(inside)") }
          && rows.first?.contains("bash exited 9 · o output · q quit") == true
      }
      _ = try await bench.run("$WORK/\(outside)")
      #expect(try await !window.rows().contains { $0.contains(outside) })
      try await window.press("o")
      let output = try await window.waitFor("the output") { $0.contains { $0.contains(" 3 Output ") } }
      #expect(
        output.contains { $0.contains(" ! wrong-24") } && output.contains { $0.hasSuffix("   said-23") }, "\(output)")
      try await window.press("q")
      try await window.waitForEnd(9)
      let after = try await window.rows()
      #expect(after.contains("said-23"))
      #expect(after.contains("wrong-24"))
    }

    /// Who called is the parent of this program, and outside of what is traced.
    @Test func `The caller's shell is out of scope`() async throws {
      let window = try await Window(bench)
      try await window.enter("echo $$ >$WORK/shell; $PROGRAM -- sh -c 'ls >$WORK/list; sleep 1000'; echo ended-$?")
      let rows = try await window.waitFor("the command") { $0.contains { $0.contains("● exec sleep") } }
      let shell = try #require(bench.text("shell")).filter(\.isNumber)
      // While nothing failed there is no column of the status, only the sign.
      let row = try #require(rows.first { $0.contains("parent \(shell) (outside)") }, "\(rows)")
      #expect(row.contains("\(shell) ") && row.contains(" ? "), "\(row)")
      // The view begins on the command.
      #expect(rows.contains { $0.hasPrefix("▌") && $0.contains("sleep 1000") })
      #expect(!rows.contains { $0.contains("unseen") })
      try await window.press("q")
      try await window.waitFor("is still running")
      try await window.press("C-c")
      try await window.waitForEnd(130)
      let printed = try await bench.run("$PROGRAM tree -- sh -c 'sleep 0.01; true'")
      #expect(printed.status == 0 && !printed.text.contains("unseen"), "\(printed)")
    }

    /// The program waits for a command that outlives the view, and prints its output at once. A signal ends the
    /// waiting, even if the command ignores it.
    @Test func `It waits for the command, and can be stopped`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "mkfifo $WORK/go; sh -c 'echo $$ >$WORK/pid; exec $PROGRAM -- bash -c \"trap : TERM; cat $WORK/go; exit 4\"'; echo ended-$?"
      )
      try await window.waitFor("● exec cat")
      try await window.press("q")
      try await window.waitFor("is still running: waiting for it to exit")
      _ = try await bench.run("echo late-word >$WORK/go")
      try await window.waitFor("late-word")
      try await window.waitForEnd(4)

      try await window.enter(
        "clear; sh -c 'echo $$ >$WORK/pid; exec $PROGRAM -- bash -c \"exec cat $WORK/go\"'; echo ended-$?")
      try await window.waitFor("● exec cat")
      try await window.press("q")
      try await window.waitFor("is still running: waiting for it to exit")
      _ = try await bench.run("kill -TERM $(cat $WORK/pid)")
      try await window.waitForEnd(143)
      // The command has the signal too, and reads no more.
      try await eventually("the command's end") {
        try await bench.run("pgrep -f \"cat $WORK/go\"").text.isEmpty
      }
    }

    @Test(
      arguments: [
        ("exit 0", 0), ("exit 3", 3), ("kill -KILL $$", 137), ("kill -TERM $$", 143),
      ] as [(String, Int32)])
    func `The command's status is returned`(_ script: String, _ status: Int32) async throws {
      let outcome = try await bench.run("$PROGRAM log -- sh -c '\(script)'")
      #expect(outcome.status == status, "\(outcome)")
    }

    @Test func `The command runs as the user who called sudo`() async throws {
      let outcome = try await bench.run(
        "$PROGRAM log --no-failed -- sh -c 'id -u; id -g; grep -E \"^Cap(Eff|Prm|Inh|Amb)\" /proc/self/status'",
        with: ["SUDO_UID=12345", "SUDO_GID=23456"])
      #expect(outcome.status == 0, "\(outcome)")
      let said = outcome.lines.filter { !$0.contains("  0 ") && !$0.hasPrefix("COMM") }
      #expect(said.prefix(2) == ["12345", "23456"], "\(outcome)")
      #expect(said.filter { $0.hasPrefix("Cap") }.allSatisfy { $0.hasSuffix("0000000000000000") })
      #expect(said.filter { $0.hasPrefix("Cap") }.count == 4)
    }

    /// Whoever has no sudo above them keeps their user id, and nothing else.
    @Test func `The program itself keeps no privilege`() async throws {
      let outcome = try await bench.run(
        """
        mkfifo -m 666 $WORK/started
        $PROGRAM log -- sh -c 'echo $$ >$WORK/started; exec sleep 1000' & program=$!
        read child <$WORK/started
        grep -E '^(Uid|Gid|CapEff|CapPrm|CapInh|CapAmb|NoNewPrivs)' /proc/$program/status
        kill $program $child
        wait $program
        """, with: ["SUDO_UID=12345", "SUDO_GID=23456"])
      #expect(outcome.text.contains("Uid:\t12345\t12345\t12345\t12345"), "\(outcome)")
      #expect(outcome.text.contains("Gid:\t23456\t23456\t23456\t23456"))
      #expect(outcome.text.contains("NoNewPrivs:\t1"))
      let capabilities = outcome.lines.filter { $0.hasPrefix("Cap") }
      #expect(capabilities.count == 4 && capabilities.allSatisfy { $0.hasSuffix("\t0000000000000000") })
    }
  }
}
