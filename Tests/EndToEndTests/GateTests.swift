import Glibc
import Testing

extension EndToEnd {
  /// `tree --fail-on`, `--budget` and `--markdown`.
  @Suite(Needs.kernel, Needs.tmux) struct Gates {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `A match ends with 4 and is all that is printed`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM tree --fail-on 'exit=7' -o tree -- sh -c 'echo out; true; (exit 7); /bin/true; exit 0'; echo $?
        tail -n +2 tree | sed 's/^.\\{26\\}//'; echo
        $PROGRAM tree --fail-on 'has:sig' -- sh -c 'sh -c "kill -9 \\$\\$"; exit 3' | grep -c SIGKILL
        $PROGRAM tree --fail-on 'has:sig' -- sh -c 'kill -9 $$' >/dev/null; echo $?
        """)
      #expect(
        outcome.lines == [
          "out", "4", "sh -c 'echo out; true; (exit 7); /bin/true; exit 0'",
          "└─ (forked) sh -c 'echo out; true; (exit 7); /bin/true; exit 0'", "1", "4",
        ], "\(outcome)")
      #expect(outcome.errorLines.contains("execsnoop-top: 1 process matches --fail-on exit=7"), "\(outcome)")
    }

    /// Then the check is nothing but the command.
    @Test func `Without a match nothing is printed, and the status is that of the command`() async throws {
      let outcome = try await bench.run(
        """
        for status in 0 3 139; do $PROGRAM tree --fail-on 'comm=nobody' -- sh -c "exit $status"; echo $?; done
        $PROGRAM tree --json --fail-on 'comm=nobody' -- true; echo $?
        $PROGRAM tree --budget 'dur<1h,execs<1000' -o $WORK/tree -- sh -c 'exit 5'; echo $?
        """)
      #expect(outcome.lines == ["0", "3", "139", "0", "5"], "\(outcome)")
      #expect(outcome.errorLines.allSatisfy { $0.contains("slow way") }, "\(outcome)")
    }

    @Test func `Each limit that is exceeded is named`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM tree --budget 'dur<50ms,execs<=3,nonzero=0,processes<100,mem<1K' -o $WORK/tree -- \
          sh -c 'for i in 1 2 3; do /bin/true $i; done; sleep 0.1; (exit 3); exit 0'; echo $?; wc -l <$WORK/tree
        $PROGRAM tree --budget 'dur>1s' -- touch $WORK/started; echo $?
        $PROGRAM tree --budget '' -- touch $WORK/started; echo $?
        $PROGRAM tree --fail-on 'foo=1' -- touch $WORK/started; echo $?
        $PROGRAM tree --fail-on '' -- touch $WORK/started; echo $?
        $PROGRAM tree --fail-on 'exit>0' --top -- touch $WORK/started; echo $?
        $PROGRAM tree --fail-on 'exit>0' --filter comm=x -- touch $WORK/started; echo $?
        $PROGRAM tree --markdown - --json -- touch $WORK/started; echo $?
        ls $WORK/started
        """)
      #expect(outcome.lines == ["4", "7", "2", "2", "2", "2", "2", "2", "2"], "\(outcome)")
      let said = outcome.errorLines.filter { !$0.contains("slow way") }
      let over = said.filter { $0.hasPrefix("execsnoop-top: over budget: ") }
      #expect(over.count == 4 && said.count == 12, "\(outcome)")
      #expect(over.contains("execsnoop-top: over budget: execs is 5, the limit is <=3"), "\(outcome)")
      #expect(over.contains("execsnoop-top: over budget: nonzero is 1, the limit is =0"), "\(outcome)")
      #expect(over.contains { $0.contains("dur is ") && $0.hasSuffix("the limit is <50ms") }, "\(outcome)")
      #expect(said.contains { $0.contains("--budget, dur with > is no upper limit") }, "\(outcome)")
    }

    @Test func `Recordings of all forms are judged alike`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM record run.db -- sh -c '/bin/true first; (exit 7); exit 0' 2>/dev/null
        $PROGRAM log --json -o run.ndjson -- sh -c '/bin/true first; (exit 7); exit 0'
        gzip -k run.ndjson; zstd -q run.ndjson
        for file in run.db run.ndjson run.ndjson.gz run.ndjson.zst; do
          $PROGRAM tree --fail-on exit=7 $file >found; echo $? $(grep -c forked found)
          $PROGRAM tree --fail-on exit=8 $file; echo $?
          $PROGRAM tree --budget execs=0 $file >/dev/null; echo $?
        done
        $PROGRAM tree --fail-on exit=7 - <run.ndjson >/dev/null; echo $?
        head -n -1 run.ndjson >cut; tail -n 1 run.ndjson | head -c 30 >>cut
        $PROGRAM tree --fail-on exit=8 cut; echo $?
        $PROGRAM tree --fail-on exit=7 cut >/dev/null; echo $?
        $PROGRAM tree --fail-on exit=7 gone.db; echo $?
        """)
      #expect(
        outcome.lines == Array(repeating: ["4 1", "0", "4"], count: 4).flatMap { $0 } + ["4", "1", "4", "1"],
        "\(outcome)")
      #expect(
        outcome.errorLines.contains(
          "execsnoop-top: cannot tell whether the run passes: the recording is cut short or damaged"), "\(outcome)")
    }

    @Test func `A summary is appended to a file`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK; echo -n 'before' >summary; ln -s summary link
        $PROGRAM tree --markdown summary -o tree -- sh -c 'echo out; echo $TOKEN; (exit 7); exit 3'; echo $?
        head -n 5 summary; grep -c '^#' summary; grep -c 'exit 7' summary
        $PROGRAM tree --markdown new --budget 'execs=0' -o tree2 -- true; echo $?; stat -c %a new; grep 'Over budget' new
        $PROGRAM tree --markdown link -- touch started; echo $?
        $PROGRAM tree --markdown none/x -- touch started; echo $?; ls started
        $PROGRAM tree --markdown - -- sh -c 'exit 3' | grep -v '^$' | head -n 1
        $PROGRAM tree --markdown masked -- sh -c ': --password=hunter2; true' >/dev/null; grep -c hunter2 masked
        $PROGRAM tree --no-mask --markdown clear -- sh -c ': --password=hunter2; true' >/dev/null; grep -c hunter2 clear
        $PROGRAM tree --markdown /dev/full -o tree3 -- true; echo $?
        """)
      #expect(
        outcome.lines == [
          "out", "3", "before", "### execsnoop-top: failed", "| | |", "3", "5", "4", "600", "#### Over budget", "1",
          "1",
          "### execsnoop-top: failed", "0", "2", "1",
        ], "\(outcome)")
      #expect(outcome.errorText.contains("link is a symbolic link: name the file itself"), "\(outcome)")
      #expect(outcome.errorText.contains("cannot write to /dev/full: No space left on device"), "\(outcome)")
    }

    /// A check that was interrupted has not passed.
    @Test func `Signals keep their status`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK; mkfifo ready
        for signal in INT TERM HUP; do
          env --default-signal $PROGRAM tree --fail-on 'comm=sleep' -o tree-$signal -- sh -c 'echo x >ready; exec sleep 1000' &
          tracer=$!; read line <ready
          kill -$signal $tracer; wait $tracer; echo $?
        done
        """)
      #expect(outcome.lines == ["130", "143", "129"], "\(outcome)")

      let window = try await Window(bench)
      try await window.enter(
        "$PROGRAM tree --fail-on has:sig -- sh -c 'echo began-$((1 + 1)); exec sleep 1000'; echo ended-$?")
      try await window.waitFor("began-2")
      try await window.press("C-c")
      try await window.waitForEnd(130)
      let ended = try await window.rows()
      #expect(ended.contains { $0.contains("✗ SIGINT ") && $0.contains("→ sleep 1000") }, "\(ended)")
    }
  }

  /// `why`.
  @Suite(Needs.kernel) struct Causes {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The lines of the chain without pid and time, and the first word of each fact.
    private func chain(_ lines: [Substring]) -> [String] {
      lines.drop { !$0.contains("STATUS") }.dropFirst().prefix { !$0.hasPrefix("cause") && !$0.isEmpty }.map {
        String($0.dropFirst(15))
      }
    }

    @Test func `Down to the step of a build that failed`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK; mkdir sub
        printf 'all: good\\n\\t@echo building; $(MAKE) --no-print-directory -C sub\\ngood:\\n\\t@/bin/true\\n' >Makefile
        printf 'all:\\n\\t@sh -c "cat nosuch-1"\\n' >sub/Makefile
        $PROGRAM why -o said -- make; echo $?; cat said
        """)
      #expect(outcome.lines.prefix(2) == ["building", "2"], "\(outcome)")
      let chain = chain(outcome.lines)
      try #require(chain.count >= 3, "\(outcome)")
      #expect(chain.first == "✗ exit 2   make", "\(chain)")
      #expect(chain.last?.hasSuffix("└─ cat nosuch-1") == true && chain.last?.hasPrefix("✗ exit 1") == true, "\(chain)")
      let facts = outcome.lines.map(String.init)
      #expect(facts.contains { $0.hasPrefix("cause      cat (") && $0.contains(") exited 1 after ") }, "\(outcome)")
      #expect(facts.contains("where      \(bench.folder)/sub"), "\(outcome)")
      let again = try #require(facts.first { $0.hasPrefix("run again  ") }?.dropFirst(11), "\(outcome)")
      #expect(again.hasPrefix("cd -- \(bench.folder)/sub && env ") && again.hasSuffix("cat nosuch-1"), "\(outcome)")
      // It does what it did.
      let rerun = try await bench.run(String(again))
      #expect(rerun.status == 1 && rerun.errorText.contains("nosuch-1: No such file"), "\(rerun)")
    }

    @Test func `A killed child, a missing program, and a passing command`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM why -o killed -- sh -c 'sh -c "kill -9 \\$\\$"; exit $?'; echo $?; grep -c 'was killed by SIGKILL' killed
        $PROGRAM why -o missing -- sh -c '(exec ./nosuch-2); exit 1'; echo $?; grep -c 'ENOENT ./nosuch-2' missing
        $PROGRAM why -- sh -c 'false; true'; echo $?
        $PROGRAM why --json -- true; echo $?
        $PROGRAM why --json -- sh -c '(exit 4)' | tail -n 1 | grep -c '"cause":true,"again":"cd -- '
        """)
      #expect(outcome.lines.count == 8, "\(outcome)")
      #expect(outcome.lines.prefix(4) == ["137", "1", "1", "1"], "\(outcome)")
      #expect(outcome.lines.dropFirst(4).first?.hasSuffix(" exited 0: it has not failed") == true, "\(outcome)")
      #expect(outcome.lines.suffix(3) == ["0", "0", "1"], "\(outcome)")
    }

    @Test func `Recordings are explained without root, and secrets masked`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM record --env run.db -- env PASSWORD=hunter2 sh -c 'sh -c "cat nosuch-3; exit 1"' 2>/dev/null
        $PROGRAM log --json -o run.ndjson -- sh -c 'cat nosuch-3' 2>/dev/null
        chmod 644 run.*
        for file in run.db run.ndjson; do SUDO_UID=65534 SUDO_GID=65534 $PROGRAM why $file >said; echo $? $(grep -c 'cause.*cat (' said); done
        $PROGRAM why run.db | grep -c hunter2
        $PROGRAM why --filter comm=cat run.ndjson | grep -c COMMAND
        $PROGRAM why --filter comm=nobody run.ndjson; echo $?
        $PROGRAM log --json -o good.ndjson -- true; $PROGRAM why good.ndjson; echo $?
        $PROGRAM why; echo $?; $PROGRAM why run.db -- true; echo $?
        """)
      #expect(
        outcome.lines == [
          "1 1", "1 1", "0", "1", "no process failed", "0", "no process failed", "0", "2", "2",
        ], "\(outcome)")
    }
  }
}
