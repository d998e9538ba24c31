import Testing

extension EndToEnd {
  /// The state that the program inherits from its parent: ignored and blocked signals, closed descriptors.
  @Suite(Needs.kernel) struct Inherited {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Two execs are seen: one before the signal, one after it.
    @Test(arguments: ["HUP", "INT", "TERM"])
    func `Ignored signals stay ignored`(_ signal: String) async throws {
      let name = try await bench.tool("i")
      let outcome = try await bench.run(
        """
        env --ignore-signal=\(signal) --default-signal=QUIT $PROGRAM log --no-failed --filter comm=\(name) \
          >$WORK/out 2>$WORK/err & p=$!
        until $WORK/\(name) before; grep -q before $WORK/out; do sleep 0.02; done
        kill -\(signal) $p
        until $WORK/\(name) after; grep -q after $WORK/out; do kill -0 $p || exit 1; sleep 0.02; done
        kill -USR2 $p; wait $p 2>$WORK/waited; echo $?
        """)
      #expect(outcome.lines == ["140"], "\(outcome) \(bench.text("err") ?? "")")
    }

    /// Jobs of a script (`&`) ignore SIGINT and SIGQUIT, so Ctrl-C does not end them. A SIGINT from a process does.
    @Test func `SIGINT ends a job of a script`() async throws {
      let outcome = try await bench.run(
        """
        $PROGRAM log --filter comm=never >$WORK/out & p=$!
        until grep -q COMM $WORK/out; do sleep 0.01; done
        grep -c 'SigIgn:.*[2367abef]$' /proc/$p/status
        kill -INT $p; wait $p; echo $?
        """)
      #expect(outcome.lines == ["1", "130"], "\(outcome)")
    }

    /// With an inherited signal mask the program can still be ended, and notices the exit of its command.
    @Test func `Blocked signals and ignored children`() async throws {
      let outcome = try await bench.run(
        """
        env --block-signal=TERM --block-signal=CHLD $PROGRAM log --filter comm=never >$WORK/out & p=$!
        until grep -q COMM $WORK/out; do sleep 0.01; done
        kill -TERM $p; wait $p; echo $?
        env --ignore-signal=CHLD $PROGRAM log --no-failed -- sh -c 'exit 7' >$WORK/out; echo $?
        env --ignore-signal=CHLD --block-signal=CHLD $PROGRAM tree -- sh -c 'exit 8' >$WORK/out; echo $?
        """)
      #expect(outcome.lines == ["143", "7", "8"], "\(outcome)")
    }

    /// The command finds signals and descriptors as it would without the program.
    @Test func `The command inherits the original signals`() async throws {
      let outcome = try await bench.run(
        """
        look="grep -E '^Sig(Blk|Ign|Cgt):' /proc/self/status; ls -l /proc/self/fd | grep -c ' [012] ->'"
        set -- env --ignore-signal=HUP --ignore-signal=PIPE --ignore-signal=CHLD --ignore-signal=USR1 \
          --block-signal=TERM --block-signal=USR2 --block-signal=INT
        "$@" sh -c "$look" >$WORK/without 2>&1
        "$@" $PROGRAM tree -- sh -c "($look) >$WORK/with 2>&1" >$WORK/tree
        "$@" $PROGRAM log -- sh -c "($look) >$WORK/in-log 2>&1" >$WORK/tree
        cmp $WORK/without $WORK/with && cmp $WORK/without $WORK/in-log && echo same
        sh -c 'ls -l /proc/self/fd >$WORK/open 2>&1' <&-
        $PROGRAM tree -- sh -c 'ls -l /proc/self/fd >$WORK/open-with 2>&1' <&- >$WORK/tree
        for file in open open-with; do grep -c ' 0 -> /$' $WORK/$file; done
        """)
      let (without, with) = (bench.text("without") ?? "", bench.text("with") ?? "")
      #expect(outcome.lines == ["same", "0", "0"], "\(outcome)\n\(without)\n\(with)")
    }

    @Test(arguments: ["log -", "tree -", "log --json -", "tree --json -"])
    func `A closed standard input`(_ command: String) async throws {
      let outcome = try await bench.run("timeout -s KILL 60 $PROGRAM \(command) <&-")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.errorLines == ["execsnoop-top: cannot read standard input: Bad file descriptor"])
    }

    /// Told before anything is traced, since the first line may come late.
    @Test(
      arguments: [
        "log", "log --json --filter comm=never", "tree", "tree -- true", "log /dev/null", "tree /dev/null",
      ])
    func `A closed standard output`(_ command: String) async throws {
      let outcome = try await bench.run("timeout -s KILL 60 $PROGRAM \(command) >&-")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.errorLines == ["execsnoop-top: cannot write to standard output: Bad file descriptor"])
    }

    /// All three of them, and nothing gets their numbers.
    @Test func `All closed`() async throws {
      let outcome = try await bench.run(
        """
        timeout -s KILL 60 $PROGRAM log -- true <&- >&- 2>&-; echo $?
        timeout -s KILL 60 $PROGRAM tree - <&- 2>&-; echo $?
        """)
      #expect(outcome.lines == ["1", "1"], "\(outcome)")
    }
  }
}
