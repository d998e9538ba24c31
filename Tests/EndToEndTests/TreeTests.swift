import Glibc
import Testing

extension EndToEnd {
  /// `tree -- COMMAND`: the command's processes, after it has exited.
  @Suite(Needs.kernel, Needs.tmux) struct Trees {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `The tree of a command`() async throws {
      let name = try await bench.tool("t")
      let outcome = try await bench.run(
        """
        $PROGRAM tree -- bash -c 'echo said; echo wrong >&2; $WORK/\(name) one "a b"; (sleep 0.01; exit 3)
        $WORK/$MARK-missing; kill -SEGV $$'
        """)
      #expect(outcome.status == 139)
      #expect(outcome.errorText.contains("wrong"))
      #expect(!outcome.output.contains(0x1b))
      let rows = outcome.lines
      try #require(rows.count == 7, "\(outcome)")
      #expect(rows[0] == "said" && rows[1].contains("PID") && rows[1].hasSuffix("COMMAND"))
      #expect(rows[2].contains("✗ SIGSEGV  bash -c "))
      #expect(rows[3].contains("○ exit 0   ├─ \(bench.folder)/\(name) one 'a b'"))
      #expect(rows[4].contains("✗ exit 3   ├─ (forked) bash -c "))
      #expect(rows[5].hasSuffix("○ exit 0   │ └─ sleep 0.01"))
      #expect(rows[6].contains("✗ exit 127 └─ (forked) bash -c "))
      #expect(rows[6].hasSuffix("(✗ exec failed: ENOENT \(bench.folder)/\(bench.mark)-missing)"))
    }

    /// `env` tries each directory of PATH with a call of exec.
    @Test func `A search through PATH is no failure`() async throws {
      let name = try await bench.tool("t")
      let path = "PATH=$WORK/none:/nonexistent:$WORK"
      let outcome = try await bench.run(
        "$PROGRAM tree -- env \(path) \(name) one; $PROGRAM tree -- env \(path) $MARK-missing")
      let rows = outcome.lines.filter { !$0.isEmpty && !$0.contains("PID") }
      try #require(rows.count == 2, "\(outcome)")
      #expect(rows[0].hasSuffix("\(name) one  (2 tries before an exec)"), "\(outcome)")
      #expect(rows[0].contains("○ exit 0"))
      #expect(rows[1].contains("✗ exit 127 env PATH="))
      #expect(
        rows[1].hasSuffix("(✗ exec failed: ENOENT \(bench.folder)/\(bench.mark)-missing, 3 tries)"), "\(outcome)")
      let json = try await bench.run(
        "$PROGRAM tree --json --filter is:failed -- env \(path) \(name) one; "
          + "$PROGRAM tree --json -- env \(path) \(name) one; $PROGRAM log -- env \(path) \(name) one")
      let objects = json.lines.filter { $0.hasPrefix("{") }
      try #require(objects.count == 1, "\(json)")
      #expect(objects[0].contains(#""failed":2,"execfail":0,"#) && objects[0].contains(#""match":true"#))
      #expect(json.lines.contains { $0.hasSuffix("\(name) one (ENOENT \(bench.folder)/none/\(name))") }, "\(json)")
    }

    @Test func `The tree as JSON objects`() async throws {
      let name = try await bench.tool("t")
      let outcome = try await bench.run(
        "$PROGRAM tree --json -- bash -c '$WORK/\(name) one \"a b\"; (exit 3); kill -KILL $$'")
      #expect(outcome.status == 137)
      try #require(outcome.lines.count == 3, "\(outcome)")
      #expect(
        outcome.lines.allSatisfy { $0.hasPrefix(#"{"state":"exited","match":true,"depth":"#) && $0.hasSuffix("}") })
      #expect(outcome.lines[0].contains(#""depth":0,"kids":2,"#) && outcome.lines[0].contains(#""sig":9,"#))
      #expect(outcome.lines[1].contains(#""depth":1,"kids":0,"#) && outcome.lines[1].contains(#""exit":0,"dur":"#))
      #expect(outcome.lines[1].contains(#""argv":["\#(bench.folder)/\#(name)","one","a b"]"#))
      #expect(outcome.lines[2].contains(#""forked":true"#) && outcome.lines[2].contains(#""exit":3,"#))
      let pid = outcome.lines[0].split(separator: #""pid":"#)[1].prefix(while: \.isNumber)
      #expect(outcome.lines.dropFirst().allSatisfy { $0.contains("\"ppid\":\(pid),") })
    }

    @Test func `Totals per group`() async throws {
      let name = try await bench.tool("t"), other = try await bench.tool("o", copying: "/bin/false")
      let script = "-- bash -c 'for i in 1 2 3; do $WORK/\(name) $i; done; $WORK/\(other); exit 1'"
      let outcome = try await bench.run("$PROGRAM tree --top --sort processes \(script)")
      #expect(outcome.status == 1)
      let rows = outcome.lines.map { $0.split(separator: " ") }
      #expect(rows.map { $0.last.map(String.init) } == ["COMMAND", name, "bash", other], "\(outcome)")
      #expect(
        rows[0].prefix(3).joined(separator: " ") == "EXECS NONZERO P50"
          && rows.dropFirst().map { "\($0[0]) \($0[1])" } == ["3 0", "1 1", "1 1"])

      let reversed = try await bench.run("$PROGRAM tree --top exe --sort name --reverse --json \(script)")
      #expect(
        reversed.lines.map { $0.contains(name) ? 1 : $0.contains(other) ? 2 : 3 } == [3, 1, 2], "\(reversed)")
      #expect(reversed.lines[1].hasPrefix(#"{"processes":3,"exe":"\#(bench.folder)/\#(name)","running":0,"execs":3,"#))
      #expect(reversed.lines[1].hasSuffix(#""filter":"exe=\"\#(bench.folder)/\#(name)\""}"#))
    }

    /// Ctrl-C ends the command, and the tree shows it; without a command it ends the waiting.
    @Test func `Ctrl-C ends it`() async throws {
      let window = try await Window(bench)
      try await window.enter("$PROGRAM tree -- sh -c 'echo began-$((1 + 1)); exec sleep 1000'; echo ended-$?")
      try await window.waitFor("began-2")
      try await window.press("C-c")
      try await window.waitForEnd(130)
      let ended = try await window.rows()
      #expect(
        ended.contains { $0.contains("✗ SIGINT ") && $0.contains("sh → sleep 1000  (killed by the terminal pts/") },
        "\(ended)")

      let name = try await bench.tool("c")
      try await window.enter(
        "clear; sh -c 'echo $$ >$WORK/pid; exec $PROGRAM tree --filter comm=\(name)'; echo all-$?")
      // The thread that collects is started when everything is attached.
      try await eventually("the collector") {
        try await bench.run("ls /proc/$(cat $WORK/pid)/task | wc -l").text == "2\n"
      }
      _ = try await bench.run("$WORK/\(name) seen")
      try await window.press("C-c")
      let rows = try await window.waitFor("all-130")
      #expect(rows.contains { $0.hasSuffix("/\(name) seen") }, "\(rows)")
    }

    @Test func `A recording gives the same tree`() async throws {
      let name = try await bench.tool("r")
      _ = try await bench.run(
        "$PROGRAM log --json -- bash -c 'for i in $(seq 40); do $WORK/\(name) $i; done' >$WORK/events")
      let whole = try await bench.run("$PROGRAM tree $WORK/events")
      #expect(whole.status == 0 && whole.errors.isEmpty)
      #expect(whole.lines.filter { $0.contains("─ \(bench.folder)/\(name) ") }.count == 40)
      #expect(try await bench.run("$PROGRAM tree - <$WORK/events").output == whole.output)

      let kept = try await bench.run("$PROGRAM tree --keep 10 $WORK/events")
      #expect(kept.lines.filter { $0.contains("─ \(bench.folder)/\(name) ") }.last?.hasSuffix("/\(name) 40") == true)
      #expect(kept.lines.count < 14)
      #expect(kept.lines.last?.contains(" processes were forgotten: raise --keep or --memory") == true, "\(kept)")
    }
  }

  /// The same of a recording: that needs neither root nor the kernel.
  @Suite(Needs.tmux) struct TreesOfRecordings {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static func line(_ event: String, _ pid: Int, _ parent: Int, _ comm: String, _ rest: String) -> String {
      #"{"ev":"\#(event)","boot":\#(pid * 10),"pid":\#(pid),"start":\#(pid),"ppid":\#(parent),"pstart":\#(parent),"#
        + #""comm":"\#(comm)","uid":0,"euid":0,"gid":0,\#(rest)}"#
    }

    private static let lines = [
      line("exec", 10, 1, "make", #""argv":["make"],"ret":0"#),
      line("exec", 11, 10, "sh", #""argv":["sh","-c","cc"],"ret":0"#),
      line("exec", 12, 11, "cc", #""argv":["cc"],"ret":0"#),
      line("exec", 13, 10, "ld", #""argv":["ld"],"ret":0"#),
    ].joined(separator: "\n")

    private func prepare() async throws {
      _ = try await bench.run("cat >$WORK/events <<'END'\n\(Self.lines)\nEND\n")
    }

    private func commands(_ outcome: Outcome) -> [String] { outcome.lines.dropFirst().map { String($0.dropFirst(26)) } }

    @Test func `With a filter, and in any locale`() async throws {
      try await prepare()
      let all = try await bench.run("$PROGRAM tree $WORK/events")
      #expect(
        commands(all) == ["(not seen)", "└─ make", "  ├─ sh -c cc", "  │ └─ cc", "  └─ ld"], "\(all)")
      let some = try await bench.run("$PROGRAM tree $WORK/events --filter comm=cc")
      #expect(commands(some) == ["(not seen)", "└─ make", "  └─ sh -c cc", "    └─ cc"], "\(some)")
      let plain = try await bench.run("$PROGRAM tree $WORK/events", with: ["LC_ALL=C"])
      #expect(commands(plain) == ["(not seen)", "`- make", "  |- sh -c cc", "  | `- cc", "  `- ld"], "\(plain)")
    }

    /// Nobody reads what it prints.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `A signal ends the printing`(signal: Int32) async throws {
      let line = Self.line("exec", 424242, 1, "cc", #""argv":["cc"],"ret":0"#).replacing("424242", with: "&")
      let outcome = try await bench.run(
        """
        seq 1000 6000 | sed 's/.*/\(line)/' >$WORK/events; mkfifo $WORK/out; exec 3<>$WORK/out
        # What a shell starts behind itself ignores SIGINT.
        env --default-signal $PROGRAM tree $WORK/events >$WORK/out & printer=$!
        until grep -qE '^(1|7) ' /proc/$printer/syscall; do sleep 0.02; done
        kill -\(signal) $printer; wait $printer
        """)
      #expect(outcome.status == 128 + signal, "\(outcome)")
    }

    /// As timeout(1) sends it: to the process and to its group.
    @Test func `A second signal does not prevent the tree`() async throws {
      try await prepare()
      let outcome = try await bench.run(
        """
        mkfifo $WORK/in; exec 3<>$WORK/in; cat $WORK/events >&3
        timeout 1 $PROGRAM tree - <$WORK/in
        """)
      #expect(outcome.status == 124 && commands(outcome).contains("└─ make"), "\(outcome)")
    }

    @Test func `Colours appear only on a terminal`() async throws {
      try await prepare()
      let window = try await Window(bench)
      // A name in a colour that is legible on black and on white, which 8 colours do not have.
      for (setting, name) in [
        ("NO_COLOR=1", nil), ("NO_COLOR=", "\u{1b}[1;38;5;31mmake"), ("TERM=xterm COLORTERM=", "\u{1b}[1mmake"),
      ] {
        let start = bench.contents("bytes")?.count ?? 0
        try await window.enter("\(setting) $PROGRAM tree $WORK/events; echo all-$((1 + 1))")
        try await eventually("the last of the bytes") {
          String(decoding: bench.contents("bytes")?.dropFirst(start) ?? [], as: UTF8.self).contains("all-2")
        }
        let sent = String(decoding: bench.contents("bytes")?.dropFirst(start) ?? [], as: UTF8.self)
        #expect(sent.contains(name ?? "─ make"), "\(sent)")
        #expect(sent.contains("─ make") == (name == nil))
      }
    }

    /// Those that run are kept whatever the bounds are.
    @Test(arguments: ["1M", "1024k", "2MiB", "1g", "1048576"])
    func `The memory limit holds`(_ size: String) async throws {
      try await prepare()
      let outcome = try await bench.run("$PROGRAM tree --keep 1 --memory \(size) $WORK/events")
      #expect(outcome.status == 0 && commands(outcome).count == 5, "\(outcome)")
    }

    /// The events before the cut make a tree.
    @Test func `A cut recording`() async throws {
      try await prepare()
      for command in ["tree", "log"] {
        let outcome = try await bench.run("cd $WORK; head -c -20 events >cut; $PROGRAM \(command) cut")
        #expect(outcome.status == 0)
        #expect(outcome.errorLines == ["execsnoop-top: cut ends within line 4, which is left out"])
        #expect(outcome.text.contains("sh -c cc") && !outcome.text.contains("ld"), "\(outcome)")
      }
      let window = try await Window(bench)
      try await window.enter("cd $WORK; $PROGRAM replay cut; echo ended-$?")
      try await window.waitFor("what is whole, and the notice") { rows in
        rows.contains { $0.contains("sh -c cc") } && rows.contains { $0.contains("cut ends within line 4") }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// A wrong line before others is an error; the tree has the events before it.
    @Test func `A fault in the middle of a recording`() async throws {
      try await prepare()
      let outcome = try await bench.run("sed '4i {\"ev\"' $WORK/events >$WORK/wrong; $PROGRAM tree $WORK/wrong")
      #expect(outcome.status == 1)
      #expect(outcome.errorLines.count == 1 && outcome.errorText.contains("wrong, line 4, column 6"), "\(outcome)")
      #expect(commands(outcome) == ["(not seen)", "└─ make", "  └─ sh -c cc", "    └─ cc"], "\(outcome)")
    }
  }
}
