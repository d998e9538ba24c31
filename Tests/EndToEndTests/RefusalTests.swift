import Testing

extension EndToEnd {
  /// An error is one line with the right status, and the terminal stays unchanged.
  @Suite struct Refusals {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func expectOneLine(
      _ outcome: Outcome, status: Int32, _ words: String..., location: SourceLocation = #_sourceLocation
    ) {
      #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
      #expect(outcome.errorLines.count == 1, "\(outcome)", sourceLocation: location)
      #expect(outcome.errorText.hasPrefix("execsnoop-top: "), "\(outcome)", sourceLocation: location)
      for word in words { #expect(outcome.errorText.contains(word), "\(outcome)", sourceLocation: location) }
      #expect(!outcome.output.contains(0x1b), sourceLocation: location)
    }

    @Test(arguments: [
      "--no-such-option", "log --filter 'comm='", "log --filter '(a'", "--filter '\"open'",
      "log --env", "log --max-args 0", "log --max-args many", "log --ring-size 3", "replay", "log file -- true",
      "tree file -- true", "tree --sort cpu", "tree --reverse", "tree --top --sort nothing", "tree --keep 0",
      "log --memory 12Q", "--memory 4K", "replay --keep many file",
    ])
    func `Wrong usage`(_ arguments: String) async throws {
      expectOneLine(try await bench.run("$PROGRAM \(arguments)"), status: 2, "see execsnoop-top ")
    }

    @Test(arguments: [
      ("why true", "no file is named true: write -- before a command to trace, as in execsnoop-top why -- true"),
      ("-p nginx", "--pid nginx: expected a pid: pidof finds it by name, and --name TEXT selects by name"),
      ("log --pid 1,", "--pid 1,: expected a pid"),
      ("tree --top --csv --duration 2s", "Unknown option '--csv': write a table with execsnoop-top export"),
      ("log --zzz --duration 2s", "Unknown option '--zzz'"),
    ])
    func `Usage of other tools`(_ usage: (arguments: String, message: String)) async throws {
      expectOneLine(try await bench.run("$PROGRAM \(usage.arguments)"), status: 2, usage.message)
    }

    @Test func `A filter that matches nothing says so, and what it may have meant`() async throws {
      let lines = #"{"ev":"exec","boot":5,"pid":7,"start":3,"comm":"cc","argv":["cc"],"uid":0}"#
      for command in ["tree", "log", "tree --top"] {
        let outcome = try await bench.run(
          "echo '\(lines)' >$WORK/one; $PROGRAM \(command) --filter failed $WORK/one; "
            + "$PROGRAM \(command) -q --filter failed $WORK/one; $PROGRAM \(command) --filter cc $WORK/one")
        expectOneLine(outcome, status: 0, " matches the filter: \"failed\" is searched for in commands: is:failed")
      }
    }

    @Test(arguments: ["--top bad $WORK/events", "$WORK/events --top bad", "--top bad"])
    func `A wrong group of --top`(_ arguments: String) async throws {
      let outcome = try await bench.run("touch $WORK/events; cd $WORK; $PROGRAM tree \(arguments)")
      expectOneLine(
        outcome, status: 2, "bad is not a group of --top: use one of comm, exe, user, cgroup, container")
      // A file behind it is still a file.
      let read = try await bench.run(
        #"echo '{"ev":"lost","boot":1}' >$WORK/events; $PROGRAM tree --top $WORK/events"#)
      #expect(read.status == 0 && read.errorLines.isEmpty, "\(read)")
    }

    @Test func `Help and version`() async throws {
      let help = try await bench.run("$PROGRAM --help")
      #expect(help.status == 0 && help.errors.isEmpty && help.text.contains("USAGE: execsnoop-top"))
      // Lines of our own that do not fit are broken, and go on in the first column.
      let lines = help.lines.drop { $0 != "EXAMPLES:" }.prefix { !$0.hasPrefix("USAGE") }.filter { !$0.isEmpty }
      #expect(lines.count > 10 && lines.allSatisfy { $0.count <= 80 && ($0.hasPrefix("  ") || $0.hasSuffix(":")) })
      let version = try await bench.run("$PROGRAM --version")
      #expect(version.status == 0 && version.lines.count == 1 && version.text.first?.isNumber == true)
    }

    @Test(Needs.kernel) func `Commands that cannot be started`() async throws {
      expectOneLine(
        try await bench.run("$PROGRAM log -- no-such-command-here >/dev/null"), status: 127, "no-such-command-here")
      expectOneLine(
        try await bench.run("echo text >$WORK/plain; $PROGRAM log -- $WORK/plain >/dev/null"), status: 126, "plain")
      expectOneLine(try await bench.run("$PROGRAM log -- $WORK >/dev/null"), status: 126)
    }

    @Test(Needs.kernel) func `Without privileges`() async throws {
      // From a folder that anybody may read.
      let prepared = "cp $PROGRAM $WORK/program; as_nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'; "
      expectOneLine(try await bench.run(prepared + "$as_nobody $WORK/program log"), status: 1, "sudo")
      expectOneLine(try await bench.run(prepared + "$as_nobody $WORK/program log -- true"), status: 1, "sudo")
      // A uid of 0 alone is not enough.
      expectOneLine(
        try await bench.run("setpriv --bounding-set -all --inh-caps -all $PROGRAM log"), status: 1)

      let doctor = try await bench.run(prepared + "$as_nobody $WORK/program doctor")
      #expect(doctor.status == 1)
      #expect(doctor.lines.contains { $0.hasPrefix("FAIL privileges") && $0.contains("sudo") }, "\(doctor)")
    }

    @Test(Needs.kernel) func `Doctor finds no fault as root`() async throws {
      let doctor = try await bench.run("$PROGRAM doctor")
      #expect(doctor.status == 0, "\(doctor)")
      #expect(doctor.lines.count >= 5 && !doctor.lines.contains { $0.hasPrefix("FAIL") }, "\(doctor)")
      #expect(doctor.errors.isEmpty, "\(doctor)")
    }

    @Test(Needs.kernel) func `Without type information`() async throws {
      let hidden = "mkdir $WORK/empty; unshare -m sh -c 'mount --bind $WORK/empty /sys/kernel/btf && exec $PROGRAM"
      expectOneLine(try await bench.run("\(hidden) log'"), status: 1, "CONFIG_DEBUG_INFO_BTF")
      let doctor = try await bench.run("\(hidden) doctor'")
      #expect(doctor.status == 1)
      #expect(doctor.lines.contains { $0.hasPrefix("FAIL BTF") && $0.contains("CONFIG_DEBUG_INFO_BTF") }, "\(doctor)")
    }

    /// Where standard output is no terminal, the view is the log.
    @Test(Needs.kernel) func `Without a terminal`() async throws {
      let outcome = try await bench.run("$PROGRAM -- sh -c 'exit 6' | cat; exit ${PIPESTATUS[0]}")
      #expect(outcome.status == 6)
      #expect(outcome.lines.first?.hasPrefix("COMM ") == true)
      #expect(outcome.lines.dropFirst().contains { $0.hasPrefix("sh ") })
      #expect(!outcome.output.contains(0x1b))
    }
  }

  /// The same on a terminal, which is restored.
  @Suite(Needs.kernel, Needs.tmux) struct RefusalsOnATerminal {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(
      arguments: [
        ("</dev/null $PROGRAM", 1), ("env -u TERM $PROGRAM", 1), ("TERM= $PROGRAM", 1),
        ("TERM=no-such-type $PROGRAM", 1),
        ("TERM=dumb $PROGRAM", 1), ("$PROGRAM --no-such-option", 2), ("$PROGRAM --filter '(a'", 2),
        ("$PROGRAM -- no-such-command-here", 127), ("$PROGRAM -- $WORK", 126), ("$PROGRAM replay $WORK/missing", 1),
      ] as [(String, Int32)])
    func `One line says why`(_ command: String, _ status: Int32) async throws {
      let window = try await Window(bench)
      let start = bench.contents("bytes")?.count ?? 0
      try await window.enter(
        "stty -g >$WORK/before; \(command) 2>$WORK/errors; echo ended-$?; stty -g >$WORK/after; echo all-$((1 + 1))")
      try await window.waitForEnd(status)
      try await window.waitFor("all-2")
      let errorText = try #require(bench.text("errors"))
      #expect(errorText.split(separator: "\n").count == 1 && errorText.hasPrefix("execsnoop-top: "), "\(errorText)")
      #expect(bench.text("before") == bench.text("after"))
      try await eventually("the last of the bytes") { bench.text("bytes")?.contains("all-2") == true }
      let sent = String(decoding: bench.contents("bytes")?.dropFirst(start) ?? [], as: UTF8.self)
      #expect(!sent.contains("\u{1b}[?1049h"))
    }
  }
}
