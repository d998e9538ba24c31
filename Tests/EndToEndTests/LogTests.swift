import Testing

extension EndToEnd {
  /// `log` in pipes and under Ctrl-C, and what it records.
  @Suite(Needs.kernel, Needs.tmux) struct Lines {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The wall clock is set by an hour while a trace runs: only for this program, by a library that is loaded
    /// before the C library's. Earlier lines have the old time, and later lines the new one.
    @Test func `A changed clock is followed`() async throws {
      let outcome = try await bench.run(
        #"""
        cat >$WORK/step.c <<'C'
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdlib.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t clock, struct timespec *time)
        {
          int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
          int result = real(clock, time);
          if (clock == CLOCK_REALTIME && !access(getenv("STEP"), F_OK))
            time->tv_sec += 3600;
          return result;
        }
        C
        cc -shared -fPIC -o $WORK/step.so $WORK/step.c -ldl || exit 9
        export STEP=$WORK/step
        LD_PRELOAD=$WORK/step.so $PROGRAM log --json --no-failed -- env -u LD_PRELOAD bash -c '
          /bin/true before
          until grep -q "\"before\"" $WORK/out; do sleep 0.05; done
          touch $STEP
          /bin/true after' >$WORK/out
        seconds() {
          time=$(sed -n "s/.*\"ev\":\"exec\".*\"ts\":\"\([^\"]*\)\".*\"argv\":\[\"\/bin\/true\",\"$1\"\].*/\1/p" $WORK/out)
          date -d "$time" +%s
        }
        echo $(($(date +%s) - $(seconds before))) $(($(seconds after) - $(date +%s)))
        """#)
      let ages = outcome.lines.first?.split(separator: " ").compactMap { Int($0) } ?? []
      #expect(outcome.status == 0 && ages.count == 2, "\(outcome)")
      // Less than a minute passed.
      #expect(ages.count == 2 && (0..<60).contains(ages[0]) && (3540...3600).contains(ages[1]), "\(outcome)")
    }

    @Test func `A closed pipe ends it quietly`() async throws {
      let name = try await bench.tool("p")
      let outcome = try await bench.run(
        """
        while :; do $WORK/\(name); done & noise=$!
        $PROGRAM log | head -n 1
        status=${PIPESTATUS[0]}
        kill $noise
        exit $status
        """)
      #expect(outcome.lines == ["COMM             PID     PPID    RET ARGS"])
      // There may be a notice about this kernel, but no error about the pipe.
      #expect(outcome.errorLines.allSatisfy { $0.contains("failed execs") }, "\(outcome)")
      #expect([0, 141].contains(outcome.status), "\(outcome)")
    }

    @Test func `Ctrl-C ends it`() async throws {
      let name = try await bench.tool("c")
      let window = try await Window(bench)
      try await window.enter(
        "stty -g >$WORK/before; $PROGRAM log --filter \(name); echo ended-$?; stty -g >$WORK/after; echo all-$((1 + 1))"
      )
      try await window.waitFor("the header") { $0.contains("COMM             PID     PPID    RET ARGS") }
      _ = try await bench.run("$WORK/\(name) seen")
      try await window.waitFor("the line") { $0.contains { $0.hasPrefix(name) && $0.hasSuffix("/\(name) seen") } }
      try await window.press("C-c")
      try await window.waitForEnd(130)
      try await window.waitFor("all-2")
      #expect(bench.text("before") == bench.text("after"))
    }

    @Test func `Failed execs have their errno`() async throws {
      let outcome = try await bench.run("$PROGRAM log -- sh -c 'env $WORK/$MARK-missing x; env $WORK x; :'")
      let failed = outcome.lines.filter { $0.hasPrefix("env ") }
      let missing = "\(bench.folder)/\(bench.mark)-missing"
      #expect(failed.contains { $0.hasSuffix(" -2 \(missing) x (ENOENT \(missing))") }, "\(outcome)")
      #expect(failed.contains { $0.hasSuffix("-13 \(bench.folder) x (EACCES \(bench.folder))") }, "\(outcome)")
      let without = try await bench.run("$PROGRAM log --no-failed -- sh -c 'env $WORK/$MARK-missing x; :'")
      #expect(without.status == 0 && !without.lines.contains { $0.contains(" -2 ") }, "\(without)")
    }

    /// A recording that is looked at later is the same tree, without root.
    @Test func `A recording shows the same tree`() async throws {
      let name = try await bench.tool("r")
      let script =
        "bash -c '$WORK/\(name) one; bash -c \"$WORK/\(name) two; exit 3\"; $WORK/$MARK-missing; kill -SEGV $$'"
      let recorded = try await bench.run("cp $PROGRAM $WORK/program; $PROGRAM log --json -- \(script) >$WORK/events")
      #expect(
        recorded.status == 139
          && recorded.errorLines.allSatisfy {
            !$0.hasPrefix("execsnoop-top") || $0.contains("failed execs") || $0.contains("are one stream")
          },
        "\(recorded)")

      let window = try await Window(bench)
      try await window.enter(
        "setpriv --reuid 65534 --regid 65534 --clear-groups $WORK/program replay $WORK/events; echo ended-$?")
      try await window.waitFor("the tree") { rows in
        // Without the detail beside it.
        let tree = rows.map { $0.prefix(73) }
        guard rows[0].hasPrefix(" REPLAY "),
          let top = tree.firstIndex(where: { $0.contains("✗ SIGSEGV") && $0.contains("bash -c") }),
          let one = tree.firstIndex(where: { $0.contains(" ○ ") && $0.contains("\(name) one") }),
          let shell = tree.firstIndex(where: { $0.contains("✗ exit 3") && $0.contains("bash -c") }),
          let two = tree.firstIndex(where: { $0.contains(" ○ ") && $0.contains("\(name) two") })
        else { return false }
        return top < one && one < shell && shell < two
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// The lines of a recording are those that `log` would have printed.
    @Test func `A recording gives the same lines`() async throws {
      let name = try await bench.tool("r")
      _ = try await bench.run(
        "$PROGRAM log --json -- bash -c '$WORK/\(name) $\"a b\" \"\"; $WORK/\(name) $(seq 500); :' >$WORK/events")
      let outcome = try await bench.run("$PROGRAM log $WORK/events")
      #expect(outcome.status == 0)
      let rows = outcome.lines.filter { $0.hasPrefix(name) }
      #expect(rows.count == 2, "\(outcome)")
      #expect(rows.first?.hasSuffix("/\(name) 'a b' ''") == true)
      #expect(rows.last?.hasSuffix(" 499 500") == true)
      let again = try await bench.run("$PROGRAM log - <$WORK/events")
      #expect(again.output == outcome.output)
    }
  }

  /// Files that are no recording, or a part of one.
  @Suite(Needs.tmux) struct Recordings {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static let line =
      #"{"ev":"exec","seq":1,"ts":"2026-01-02T03:04:05.000000006Z","boot":50,"pid":7,"start":40,"ppid":1,"pstart":1,"comm":"seven","exe":"/bin/seven","argv":["seven","of","nine"],"uid":0,"euid":0,"gid":0,"ret":0}"#

    @Test(arguments: ["missing", "garbage", "truncated", "folder", "binary"])
    func `A wrong recording is refused in one line`(_ name: String) async throws {
      let prepared = """
        cd $WORK; mkdir -p folder; echo 'no recording' >garbage; head -c 65536 $PROGRAM >binary
        printf '%s' '\(Self.line)' | head -c 100 >truncated
        """
      for command in ["log", "replay", "tree", "export --format csv"] {
        let outcome = try await bench.run("\(prepared); $PROGRAM \(command) \(name)")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errorLines.count == 1 && outcome.errorText.hasPrefix("execsnoop-top: "), "\(outcome)")
      }
    }

    @Test func `An empty recording is an empty view`() async throws {
      let window = try await Window(bench)
      try await window.enter(": >$WORK/empty; $PROGRAM replay $WORK/empty; echo ended-$?")
      try await window.waitFor("an empty view") { rows in
        rows[0].hasPrefix(" REPLAY ") && rows[0].contains("0 processes")
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Lines of one recording`() async throws {
      let outcome = try await bench.run("echo '\(Self.line)' >$WORK/one; $PROGRAM log $WORK/one")
      #expect(outcome.status == 0)
      #expect(
        outcome.lines == [
          "COMM             PID     PPID    RET ARGS", "seven            7       1         0 seven of nine",
        ])
    }

    /// A regular expression that ran into a limit found nothing there, which is not that there is nothing.
    @Test(arguments: ["log", "log --json", "tree", "tree --json", "tree --top"])
    func `A regex that gave up is reported`(_ command: String) async throws {
      let long = #"sed "s/of/$(head -c 130000 /dev/zero | tr '\0' a)!/""#
      _ = try await bench.run("echo '\(Self.line)' | \(long) >$WORK/long")
      let outcome = try await bench.run("$PROGRAM \(command) --filter 'args~^seven.(a|a)*!.nine$' $WORK/long")
      #expect(outcome.status == 0 && !outcome.text.contains("nine"), "\(outcome)")
      #expect(outcome.errorLines.count == 1, "\(outcome)")
      #expect(outcome.errorText.hasPrefix("execsnoop-top: --filter, regex at column 6 gave up on a text: "))
      let short = try await bench.run(
        "echo '\(Self.line)' >$WORK/one; $PROGRAM \(command) --filter 'args~^seven.(o|f)*.nine$' $WORK/one")
      #expect(short.status == 0 && short.errorLines.isEmpty && short.text.contains("seven"), "\(short)")
    }
  }
}
