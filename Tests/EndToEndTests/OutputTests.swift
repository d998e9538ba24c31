import Testing

extension EndToEnd {
  /// All output that cannot be written is reported.
  @Suite(Needs.kernel) struct Outputs {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Every way in which something leaves by standard output, those of each subcommand among them.
    private func ways() async throws -> [String] {
      let names = try await bench.subcommands()
      return [
        "--help", "--version", "help", "doctor", "log $WORK/events", "tree $WORK/events", "tree --json $WORK/events",
      ]
        + ["log --no-failed -- /bin/true", "tree --no-failed -- /bin/true", "tree --top --no-failed -- /bin/true"]
        + ["bash", "zsh", "fish"].map { "--generate-completion-script \($0)" }
        + names.flatMap { ["help \($0)", "\($0) --help"] }
    }

    private func prepare() async throws {
      let outcome = try await bench.run("$PROGRAM log --json --no-failed -- /bin/true >$WORK/events")
      try #require(outcome.status == 0, "\(outcome)")
    }

    /// - Parameters:
    ///   - redirection: of standard output.
    ///   - limit: for the program, whose errors go through a pipe.
    private func expectComplaint(_ redirection: String, limit: String = ":", _ reason: String) async throws {
      try await prepare()
      for way in try await ways() {
        let outcome = try await bench.run(
          "(\(limit); $PROGRAM \(way) 2>&1 \(redirection)) | cat; exit ${PIPESTATUS[0]}")
        #expect(outcome.status == 1 && outcome.lines.count == 1, "\(way): \(outcome)")
        #expect(
          outcome.text.hasPrefix("execsnoop-top: cannot write to standard output: \(reason)"), "\(way): \(outcome)")
      }
    }

    @Test func `A full disk`() async throws { try await expectComplaint(">/dev/full", "No space left on device") }

    /// The first piece finds room, the rest does not.
    @Test func `A file system that fills`() async throws {
      let outcome = try await bench.run(
        """
        unshare -m bash -c 'mkdir $WORK/small; mount -t tmpfs -o size=4k none $WORK/small
        for shell in bash zsh fish; do
        $PROGRAM --generate-completion-script $shell >$WORK/small/out 2>$WORK/errors
        echo "$? $(stat -c %s $WORK/small/out) $(cat $WORK/errors)"; rm $WORK/small/out; done'
        """)
      let message = "1 4096 execsnoop-top: cannot write to standard output: No space left on device"
      #expect(outcome.lines == [message[...], message[...], message[...]], "\(outcome)")
    }

    /// The reason depends on what the descriptor's number has become.
    @Test func `A closed descriptor`() async throws { try await expectComplaint(">&-", "") }

    @Test func `A limit of file sizes`() async throws {
      try await expectComplaint(">$WORK/limited", limit: "ulimit -f 0", "File too large")
    }

    /// As any program in a pipe: no word, and the status of SIGPIPE; 0 where that is ignored.
    @Test func `Output without a reader`() async throws {
      try await prepare()
      for way in try await ways() {
        let outcome = try await bench.run("$PROGRAM \(way) | exec true; exit ${PIPESTATUS[0]}")
        #expect([0, 141].contains(outcome.status) && outcome.errors.isEmpty, "\(way): \(outcome)")
        let ignored = try await bench.run("trap '' PIPE; $PROGRAM \(way) | exec true; exit ${PIPESTATUS[0]}")
        #expect(ignored.status == 0 && ignored.errors.isEmpty, "\(way): \(ignored)")
      }
    }

    /// The exit status shows that a message could not be written, unless standard error was closed.
    @Test func `Messages that cannot be written`() async throws {
      try await prepare()
      let cut = "head -c -5 $WORK/events >$WORK/cut; $PROGRAM log $WORK/cut >/dev/null"
      let said = try await bench.run(cut)
      #expect(said.status == 0 && said.errorText.contains("ends within line"), "\(said)")
      #expect(try await bench.run("\(cut) 2>/dev/full").status == 1)
      #expect(try await bench.run("\(cut) 2>&-").status == 0)
    }

    /// The command of a trace gets the signal for files that grow too large, though this program does without.
    @Test func `The command keeps its signals`() async throws {
      let script = "sh -c 'ulimit -f 0; exec head -c 4096 /dev/zero >$WORK/grown'"
      let plain = try await bench.run(script)
      let traced = try await bench.run("$PROGRAM log --no-failed -- \(script) | cat; exit ${PIPESTATUS[0]}")
      #expect(plain.status > 128 && traced.status == plain.status, "\(plain) \(traced)")
    }
  }

  /// `tree` starts on a new line.
  @Suite(Needs.kernel, Needs.tmux) struct FreshLines {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func rows(_ script: String) async throws -> [String] {
      try await bench.run(script).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `In a file`() async throws {
      for mode in [">", ">>", "1<>"] {
        let open = "rm -f $WORK/out; $PROGRAM tree --no-failed"
        let unfinished = try await rows("\(open) -- printf 'no end' \(mode)$WORK/out; cat $WORK/out")
        #expect(unfinished[0] == "no end" && unfinished[1].hasSuffix("COMMAND"), "\(unfinished)")
        let whole = try await rows("\(open) -- echo whole \(mode)$WORK/out; cat $WORK/out")
        #expect(whole[0] == "whole" && whole[1].hasSuffix("COMMAND"), "\(whole)")
        let nothing = try await rows("\(open) -- true \(mode)$WORK/out; cat $WORK/out")
        #expect(nothing[0].hasSuffix("COMMAND"), "\(nothing)")
      }
      let object = try await rows("$PROGRAM tree --json --no-failed -- printf 'no end' >$WORK/out; cat $WORK/out")
      #expect(object[0] == "no end" && object[1].hasPrefix("{"), "\(object)")
    }

    @Test func `In a pipe`() async throws {
      let unfinished = try await rows("$PROGRAM tree --no-failed -- printf 'no end' | cat")
      #expect(unfinished[0] == "no end" && unfinished[1].hasSuffix("COMMAND"), "\(unfinished)")
      // Lines of objects have nothing between them.
      let object = try await rows("$PROGRAM tree --json --no-failed -- true | cat")
      #expect(object[0].hasPrefix("{"), "\(object)")
      // With a recording no other program writes there.
      _ = try await rows("$PROGRAM log --json --no-failed -- true >$WORK/events")
      let recorded = try await rows("$PROGRAM tree $WORK/events | cat")
      #expect(recorded[0].hasSuffix("COMMAND"), "\(recorded)")
    }

    @Test func `On a terminal`() async throws {
      let window = try await Window(bench, columns: 100)
      for (script, last) in [("printf \"\\033[31;44mno end\"", "no end"), ("echo whole", "whole")] {
        try await window.enter("clear; $PROGRAM tree --no-failed -- sh -c '\(script)'; echo ended-$?")
        try await window.waitForEnd(0)
        let rows = try await window.rows()
        let head = try #require(rows.firstIndex { $0.hasSuffix("COMMAND") && $0.contains("PID") })
        #expect(rows[head - 1] == last, "\(rows)")
        let painted = try await window.tmux(["capture-pane", "-p", "-e"]).split(
          separator: "\n", omittingEmptySubsequences: false)
        #expect(!painted[head].contains("31") && !painted[head].contains("44m"), "\(painted[head])")
      }
    }

    @Test func `Blank names are quoted`() async throws {
      let name = try await bench.tool("n")
      let tree = try await bench.run("$PROGRAM tree --no-failed -- bash -c '(exec -a \"\" $WORK/\(name) x); :'")
      #expect(tree.lines.last?.hasSuffix("─ \(bench.folder)/\(name) x") == true, "\(tree)")
      for (arguments, words) in [
        ("tree -- ''", "cannot start '': "), ("log -- ' '", "cannot start ' ': "), ("log ''", "cannot open '': "),
        ("tree ''", "cannot open '': "), ("--uid ''", "--uid '': "), ("--cgroup ' '", "--cgroup ' ': "),
        ("tree --top ''", "'' is not a group of --top"),
      ] {
        let outcome = try await bench.run("$PROGRAM \(arguments) >/dev/null")
        #expect(
          outcome.status != 0 && outcome.errorText.hasPrefix("execsnoop-top: \(words)"), "\(arguments): \(outcome)")
      }
    }
  }
}
