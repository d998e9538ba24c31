import Testing

extension EndToEnd {
  /// What users of execsnoop, htop and other programs type: each wrong command line has one line that says what to type.
  @Suite struct WrongLines {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static let lines: [(typed: String, answer: String)] = [
      // A command without --
      (
        "make -j4",
        "no subcommand and no file is named make: write -- before a command to trace, as in execsnoop-top -- make -j4"
      ),
      ("git", "no subcommand and no file is named git: write -- before a command to trace, as in execsnoop-top -- git"),
      (
        "log make -j4",
        "Unknown option '-j4': write -- before a command to trace, as in execsnoop-top log -- make -j4"
      ),
      (
        "tree ls -R '/a b'",
        "Unknown option '-R': write -- before a command to trace, as in execsnoop-top tree -- ls -R '/a b'"
      ),
      ("top", "no subcommand and no file is named top: use tree --top, or t in the view"),
      ("recrod", "no subcommand and no file is named recrod: did you mean record?"),
      ("help foo", "no subcommand is named foo: see execsnoop-top --help"),
      ("help lgo", "no subcommand is named lgo: did you mean log?"),
      // Options of other programs
      ("-l conf", "Unknown option '-l': use --filter args:TEXT"),
      ("-U", "Unknown option '-U': use --json, or the view: both show the user"),
      ("-t", "Unknown option '-t': use log -t"),
      ("-T", "Unknown option '-T': use log -T"),
      ("-F", "Unknown option '-F': use --filter EXPR"),
      ("-f", "Unknown option '-f': children are always followed"),
      ("-C", "Unknown option '-C': use --color=never, or set NO_COLOR"),
      ("-a", "Unknown option '-a': everything is traced unless an option says otherwise"),
      ("-v", "Unknown option '-v': use -V for the version"),
      (
        "-d 5",
        "Unknown option '-d': the view needs no delay: it shows changes at once; to end after a time use --duration TIME"
      ),
      ("-s cpu", "Unknown option '-s': use tree --top --sort COLUMN, or s in the view"),
      ("-e exec", "Unknown option '-e': use --filter EXPR, such as ev=exec"),
      ("-S", "Unknown option '-S': use tree --top --sort COLUMN, or s in the view"),
      ("-o file", "Unknown option '-o': use log -o FILE, tree -o FILE or record FILE"),
      ("--csv", "Unknown option '--csv': write a table with execsnoop-top export FILE -o run.csv"),
      ("--perfetto", "Unknown option '--perfetto': write a trace with execsnoop-top export FILE -o run.pftrace"),
      (
        "--output file",
        "--output captures what traced processes write, so it cannot be used with FILE: to print to a file, use -o FILE; see execsnoop-top --help"
      ),
      ("--no-color", "Unknown option '--no-color': use --color=never, or set NO_COLOR"),
      ("--depth 3", "Unknown option '--depth': use --filter 'depth<3'"),
      ("--theme dark", "Unknown option '--theme': the theme is a setting: S in the view"),
      ("--since 1m", "Unknown option '--since': use export --from TIME, or : in the view"),
      ("--json", "Unknown option '--json': use log --json for events, or tree --json for processes"),
      ("--all", "Unknown option '--all': everything is traced unless an option says otherwise"),
      ("--tree", "Unknown option '--tree': the view is a tree; tree prints one"),
      ("--speed 2", "Unknown option '--speed': use replay --play SPEED"),
      ("tree --csv", "Unknown option '--csv': write a table with execsnoop-top export FILE -o run.csv"),
      // The nearest option, within two edits; else the help of the subcommand
      ("--fitler git", "Unknown option '--fitler': did you mean --filter?"),
      ("log --jsn", "Unknown option '--jsn': did you mean --json?"),
      ("--xyzzy", "Unknown option '--xyzzy'; see execsnoop-top --help"),
      ("log --xyzzy", "Unknown option '--xyzzy'; see execsnoop-top help log"),
      ("tree -Q", "Unknown option '-Q'; see execsnoop-top help tree"),
      // Values
      ("-p 999999999", "--pid 999999999: there is no such process; see execsnoop-top --help"),
      ("log -u nobody-here", "--uid nobody-here: no such user; see execsnoop-top help log"),
      ("log -n ''", "--name is empty: remove it to see everything; see execsnoop-top help log"),
      ("log -x --no-failed", "cannot use both -x and --no-failed: remove one; see execsnoop-top help log"),
      ("log --json -T", "--time is for text: --json has all times and exits; see execsnoop-top help log"),
      ("log --json --exits", "--exits is for text: --json has all times and exits; see execsnoop-top help log"),
      ("log --duration 1m some-file", "cannot use both FILE and --duration: remove one; see execsnoop-top help log"),
      ("tree --duration soon", "expected a time such as 30s, 5m or 1h30m"),
      ("tree --color=red", "one of 'auto', 'always' or 'never'"),
      (
        "--filter 'exitt>0'", "column 1: unknown field exitt: did you mean exit? Or put it in quotes to search for text"
      ),
      ("--filter 'foo = bar'", "column 1: unknown field foo: put it in quotes to search for text, or use one of"),
    ]

    @Test(arguments: lines)
    func `One line says what to type`(typed: String, answer: String) async throws {
      let outcome = try await bench.run("cd $WORK; $PROGRAM \(typed)")
      #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 1, "\(typed): \(outcome)")
      let isWhole = answer.contains("Unknown option") || answer.contains("; see ") || answer.contains("no subcommand")
      #expect(
        isWhole ? outcome.errorText == "execsnoop-top: \(answer)\n" : outcome.errorText.contains(answer),
        "\(typed): \(outcome)")
    }

    @Test func `The version has its short form`() async throws {
      let long = try await bench.run("$PROGRAM --version")
      for arguments in ["-V", "log -V"] {
        let short = try await bench.run("$PROGRAM \(arguments)")
        #expect(short.status == 0 && short.output == long.output, "\(short)")
      }
    }

    @Test func `Colours are asked for`() async throws {
      let recording =
        #"echo '{"ev":"exec","seq":1,"boot":1,"pid":7,"start":1,"ppid":0,"pstart":0,"comm":"a","exe":"/a","argv":["a"],"uid":0,"euid":0,"gid":0,"ret":0}' >$WORK/r; "#
      let never = try await bench.run(recording + "$PROGRAM tree $WORK/r")
      let always = try await bench.run(recording + "$PROGRAM tree --color=always $WORK/r")
      #expect(never.status == 0 && !never.output.contains(0x1b), "\(never)")
      #expect(always.status == 0 && always.output.contains(0x1b), "\(always)")
    }
  }

  /// The short options of other programs, where they are options of this one too.
  @Suite(Needs.kernel) struct ShortOptions {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `Lines have times and exits`() async throws {
      let outcome = try await bench.run("$PROGRAM log -q -t -T --exits -- sh -c 'sleep 0.3; exit 3'")
      #expect(outcome.status == 3 && outcome.errorLines.isEmpty, "\(outcome)")
      #expect(outcome.lines.first == "TIME         TIME(s)  COMM             PID     PPID    RET ARGS")
      let exit = outcome.lines.compactMap {
        $0.wholeMatch(of: /\d\d:\d\d:\d\d\.\d{3} (\d+\.\d{3}) +sh +\d+ +\d+ +- exit 3 after (\d+\.\d{3}) s/)
      }.first
      let ran = exit.flatMap { Double($0.2) } ?? 0
      #expect(ran >= 0.3 && exit.flatMap { Double($0.1) } ?? 0 >= ran - 0.1, "\(outcome)")
    }

    @Test func `A recording has the same lines`() async throws {
      let outcome = try await bench.run(
        #"""
        head='"pid":7,"start":900000000,"ppid":1,"pstart":1,"comm":"a","uid":0,"euid":0,"gid":0'
        echo '{"ev":"exec","seq":1,"ts":"2026-03-01T05:28:57.250Z","boot":1000000000,'$head',"exe":"/a","argv":["a"],"ret":0}' >$WORK/r
        echo '{"ev":"exit","seq":2,"boot":3500000000,'$head',"sig":9}' >>$WORK/r
        TZ=UTC $PROGRAM log -t -T --exits $WORK/r
        """#)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.lines.count == 3, "\(outcome)")
      #expect(outcome.lines.dropFirst().first?.hasPrefix("05:28:57.250 0.000    a") == true, "\(outcome)")
      #expect(outcome.lines.last?.hasPrefix("05:28:59.750 2.500    a") == true, "\(outcome)")
    }

    @Test func `A name, a user and a duration select`() async throws {
      let name = try await bench.tool("n")
      let outcome = try await bench.run(
        """
        (while :; do $WORK/\(name) one; /bin/true; sleep 0.1; done) & noise=$!
        $PROGRAM log -q -x -u root -n \(name) --duration 1s
        status=$?
        kill $noise
        exit $status
        """)
      #expect(outcome.status == 0 && outcome.lines.count > 2, "\(outcome)")
      #expect(outcome.lines.dropFirst().allSatisfy { $0.hasPrefix(name) }, "\(outcome)")
    }

    @Test func `A duration ends the tree and a recording, and the command goes on`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM tree -q --duration 500ms -o $WORK/tree -- sh -c 'echo $$ >$WORK/pid; exec sleep 1000'
        echo $?
        kill -0 $(cat $WORK/pid) && echo runs
        kill $(cat $WORK/pid)
        $PROGRAM record -q --duration 500ms $WORK/r.db
        echo $?
        $PROGRAM log $WORK/r.db >/dev/null && echo read
        """)
      #expect(outcome.lines == ["0", "runs", "0", "read"], "\(outcome)")
      #expect(bench.text("tree")?.contains("sleep 1000") == true)
    }
  }
}
