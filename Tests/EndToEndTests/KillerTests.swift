import Glibc
import Testing

extension EndToEnd {
  /// What sent the signal that ended a process, from the kernel to each output.
  @Suite(Needs.kernel, Needs.tmux) struct Killers {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A shell, called as the mark, kills a sleep, and then itself.
    private var command: String {
      #"-- $WORK/\#(bench.mark)k -c 'sleep 1000 & kill -TERM $!; wait; sh -c "kill -ABRT \$\$"; exit 0'"#
    }

    @Test func `Lines, trees and recordings name the killer`() async throws {
      let shell = try await bench.tool("k", copying: "/bin/bash")
      let script = command
      let lines = try await bench.run("ulimit -c 0; $PROGRAM log --json -o $WORK/lines \(script); cat $WORK/lines")
      let killed = lines.lines.filter { $0.contains(#""sig":15,"#) }
      #expect(killed.count == 1 && killed[0].contains(#""killer":{"by":"process","pid":"#), "\(lines)")
      #expect(killed[0].contains(#""comm":"\#(shell)","uid":0,"user":"root"}"#))

      let tree = try await bench.run("ulimit -c 0; $PROGRAM tree --json --filter killer=\(shell) \(script)")
      #expect(tree.lines.filter { $0.contains(#""killer":{"by":"process""#) }.count == 1, "\(tree)")

      let recording = try await bench.run(
        """
        ulimit -c 0
        $PROGRAM record $WORK/run.db \(script) 2>/dev/null
        $PROGRAM log --json $WORK/run.db | grep -c '"killer"'
        $PROGRAM tree --json $WORK/run.db --filter 'has:killer sig=TERM' | grep -c '"killer"'
        $PROGRAM export $WORK/run.db --format csv -o $WORK/run.csv && grep -c 'by its parent \(shell) (' $WORK/run.csv
        $PROGRAM log --json $WORK/run.db >$WORK/run.ndjson && $PROGRAM tree --json $WORK/run.ndjson | grep -c '"killer"'
        sqlite3 $WORK/run.db "SELECT killer FROM runs WHERE signal = 'SIGTERM'"
        """)
      #expect(recording.lines.map(String.init) == ["2", "1", "1", "2", shell], "\(recording)")
    }
  }
}
