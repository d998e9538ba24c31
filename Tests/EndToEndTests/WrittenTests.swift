import Testing

extension EndToEnd {
  /// `--output`: what processes write to their standard output and error.
  @Suite(Needs.kernel) struct WrittenOutput {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `Lines, recordings and trees have what a failed step printed`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        step='echo one; echo two; (echo "a.c:1: error: no x" >&2; exit 3) 2>&1 | cat'
        $PROGRAM log --json --output -o lines -- sh -c "$step; exit 2" | cat; echo
        python3 -c '
        import json
        for line in map(json.loads, open("lines")):
            if line["ev"] == "output": print(line["stream"], repr(line["text"]))'
        $PROGRAM log --json lines | cmp - lines && echo same
        $PROGRAM record --output run.db -- sh -c "$step; exit 2" 2>/dev/null | cat >/dev/null
        $PROGRAM tree run.db | sed -n 's/^ *| //p'
        $PROGRAM tree --output -- sh -c "$step; exit 2" 2>/dev/null | sed -n 's/^ *| //p'
        $PROGRAM tree -- sh -c "$step; exit 2" 2>/dev/null | grep -c '^ *| '
        """)
      let error = "a.c:1: error: no x"
      let printed: [String] = ["one", "two", error]
      let lines: [String] = [
        "stdout 'one\\n'", "stdout 'two\\n'", "stdout '\(error)\\n'", "stdout '\(error)\\n'", "same",
      ]
      let trees: [String] = ["one", "two", error, "one", "two", error, "0"]
      #expect(outcome.lines.map { String($0) } == printed + lines + trees, "\(outcome)")
    }

    /// What a pipeline does with the lines must not become lines again.
    @Test func `The readers of the lines are not captured`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        (timeout 5 $PROGRAM log --json --output --filter 'comm=sh,tee,cat' | tee copy | cat >all) &
        until grep -q exist copy 2>/dev/null; do :; done
        sh -c 'echo marker-$((40+2)); /bin/true' | cat >/dev/null
        until grep -q marker-42 all; do :; done
        wait
        grep -c '"ev":"output".*\\\\"ev' all
        """)
      #expect(outcome.lines.last == "0", "\(outcome)")
    }

    @Test func `Where it means nothing it is refused, with what to do`() async throws {
      let outcome = try await bench.run(
        """
        cd $WORK
        $PROGRAM log --json --output lines; echo $?
        $PROGRAM log --output -- true; echo $?
        """)
      #expect(outcome.lines == ["2", "2"], "\(outcome)")
      #expect(outcome.errorLines.contains { $0.contains("to print to a file, use -o FILE") }, "\(outcome)")
      #expect(outcome.errorLines.contains { $0.contains("--output needs --json") }, "\(outcome)")
    }
  }
}
