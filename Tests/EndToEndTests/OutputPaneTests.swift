import Glibc
import Testing

extension EndToEnd {
  /// The output of a traced command in the view, and after it.
  @Suite(Needs.kernel, Needs.tmux) struct OutputPane {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A command that prints in colours and to both streams, then waits, then prints on and fails.
    private func script() async throws {
      _ = try await bench.run(
        #"""
        cat >$WORK/job <<'END'
        printf '\033[31mred\033[0m plain\n'
        sleep 0.1
        printf 'a warning\n' >&2
        sleep 0.1
        printf '10 %%\r100 %% done\n\033]0;title\007\377\n'
        while [ ! -e $WORK/go ]; do sleep 0.01; done
        seq 2000
        echo the last one >&2
        exit 3
        END
        """#)
    }

    private func start(columns: Int = 120, rows: Int = 40) async throws -> Window {
      try await script()
      let window = try await Window(bench, columns: columns, rows: rows)
      try await window.enter("$PROGRAM --no-failed -- sh $WORK/job; echo ended-$?")
      try await window.waitFor("● exec sleep")
      return window
    }

    @Test func `It is shown live, and after the end`() async throws {
      let window = try await start()
      try await window.press("o")
      let rows = try await window.waitFor("the first lines") { $0.contains { $0.contains("100 % done") } }
      #expect(rows.contains { $0.contains("   red plain") })
      #expect(rows.contains { $0.contains(" ! a warning") })
      #expect(rows.contains { $0.contains(#"\x1b]0;title\x07\xff"#) })
      #expect(!rows.contains { $0.contains("10 %\\x0d") })
      let coloured = try await window.tmux(["capture-pane", "-p", "-e"])
      #expect(coloured.contains("\u{1b}[31mred"), "\(coloured)")
      _ = try await bench.run("touch $WORK/go")
      let after = try await window.waitFor("the end") { rows in
        rows.first?.contains("sh exited 3 · o output · q quit") == true && rows.contains { $0.contains("the last one") }
      }
      #expect(after.contains { $0.hasSuffix("2000") })
      try await window.press("Home")
      try await window.waitFor("red plain")
      try await window.press("/")
      try await window.type("1234")
      try await window.press("Enter")
      try await window.waitFor("the match") { $0.contains { $0.hasSuffix("   1234") } }
      try await window.press("q")
      try await window.waitForEnd(3)
      let bytes = bench.contents("bytes") ?? []
      let expected =
        "\u{1b}[31mred\u{1b}[0m plain\na warning\n10 %\r100 % done\n\u{1b}]0;title\u{7}".utf8 + [0xff, 0x0a]
        + (1...2000).map { "\($0)\n" }.joined().utf8 + "the last one\n".utf8
      // The terminal's driver writes a carriage return before each newline.
      let printed = expected.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
      #expect(bytes.firstRange(of: printed) != nil)
    }

    @Test(arguments: [(80, 24), (40, 10), (20, 5)])
    func `On small screens`(columns: Int, rows: Int) async throws {
      let window = try await Window(bench, columns: columns, rows: rows)
      try await window.enter("clear; $PROGRAM --no-failed -- sh -c 'echo one; echo two >&2; exit 2'; echo ended-$?")
      try await window.waitFor("sh exited 2")
      try await window.press("o")
      try await window.waitFor("both lines") { rows in
        rows.contains { $0.contains("! two") } && rows.contains { $0.hasSuffix(" one") }
      }
      try await window.press("q")
      try await window.waitForEnd(2)
    }

    @Test func `The bytes are written to a file`() async throws {
      let window = try await start()
      _ = try await bench.run("touch $WORK/go")
      try await window.waitFor("sh exited 3")
      try await window.press("o")
      try await window.waitFor("the last one")
      try await window.press("w")
      try await window.waitFor("Write to: ")
      try await window.press("C-u")
      try await window.type("\(bench.folder)/saved")
      try await window.press("Enter")
      try await window.waitFor("the output as it was printed")
      let expected =
        "\u{1b}[31mred\u{1b}[0m plain\na warning\n10 %\r100 % done\n\u{1b}]0;title\u{7}".utf8 + [0xff, 0x0a]
        + (1...2000).map { "\($0)\n" }.joined().utf8 + "the last one\n".utf8
      #expect(bench.contents("saved") == Array(expected))
      try await window.press("q")
      try await window.waitForEnd(3)
    }

    @Test func `Endless output costs bounded memory, and keys work`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM --no-failed -- timeout -s KILL 100 yes'; echo ended-$?")
      try await window.waitFor("● exec yes")
      try await window.press("o")
      try await window.waitFor(" lines forgotten")
      try await window.press("Up", "?")
      try await window.waitFor(" Help ")
      let status = try await bench.run("grep VmRSS /proc/$(cat $WORK/pid)/status")
      let kibibytes = status.text.split(separator: " ").compactMap { Int($0) }.first ?? .max
      #expect(kibibytes < 300_000, "\(status)")
      _ = try await bench.run("kill $(cat $WORK/pid)")
    }

    @Test func `The input of the command is empty, or that of the program`() async throws {
      let window = try await Window(bench)
      let command = "-- sh -c 'read x; echo got-$x-; sleep 0.01'"
      try await window.enter("$PROGRAM --no-failed \(command); echo ended-$?")
      try await window.waitFor("sh exited 0")
      try await window.press("q")
      try await window.waitFor("got--")
      try await window.waitForEnd(0)
      try await window.enter("clear; echo word | $PROGRAM --no-failed --stdin \(command); echo ended-$?")
      try await window.waitFor("sh exited 0")
      try await window.press("o")
      try await window.waitFor("the output") { $0.contains { $0.hasSuffix("   got-word-") } }
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter("clear; $PROGRAM --stdin \(command); echo ended-$?")
      try await window.waitFor("--stdin: standard input is the terminal")
      try await window.waitForEnd(2)
      try await window.enter("clear; $PROGRAM --stdin; echo ended-$?")
      try await window.waitFor("--stdin needs a command")
    }
  }
}
