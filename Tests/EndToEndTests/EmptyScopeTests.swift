import Testing

extension EndToEnd {
  /// An empty value, such as an unset variable, never traces everything.
  @Suite struct EmptyScope {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: [
      "log --cgroup \"$UNSET\"", "log --cgroup=\"$UNSET\"", "log --filter \"$UNSET\"", "log --filter ' '",
      "tree --filter \"$UNSET\"", "--filter \"$UNSET\" -- true", "replay --filter \"$UNSET\" file",
      "log --pid \"$UNSET\"", "log --uid \"$UNSET\"", "log --uid ' '", "log -- $UNSET", "tree -- $UNSET", "-- $UNSET",
      "log --pid 1 -- $UNSET", "log --pid -1", "log --pid 2147483647", "log --pid 2147483648", "log --pid 1.0",
      "log --uid 4294967296", "log --cgroup ..", "log --cgroup $'\\xff'", "log --filter $'\\xff'",
    ])
    func `An empty value is refused`(_ arguments: String) async throws {
      let outcome = try await bench.run("$PROGRAM \(arguments)")
      #expect(outcome.status == 2, "\(outcome)")
      #expect(outcome.errorLines.count == 1 && outcome.errorText.hasPrefix("execsnoop-top: "), "\(outcome)")
      #expect(outcome.output.isEmpty)
    }

    @Test(Needs.kernel) func `Bytes of a command are kept`() async throws {
      let outcome = try await bench.run(
        "$PROGRAM log -- sh -c 'printf %s \"$1\" >$WORK/bytes' sh $'\\xff\\x80 -- \\xfe' >/dev/null; od -An -tx1 $WORK/bytes"
      )
      #expect(outcome.text.contains("ff 80 20 2d 2d 20 fe"), "\(outcome)")
      // Behind a first -- another one is the command's.
      let dashes = try await bench.run("$PROGRAM log --no-failed -- echo --")
      #expect(dashes.status == 0 && dashes.lines.contains("--"), "\(dashes)")
    }
  }
}
