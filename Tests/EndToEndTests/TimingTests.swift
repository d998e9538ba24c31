import Testing

extension EndToEnd {
  /// Why a command took as long as it did.
  @Suite(Needs.kernel) struct Timing {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Two jobs at a time: quick steps, a slow one, and a last one that needs all of them.
    private func makefile() async throws -> (quick: String, slow: String, last: String) {
      let quick = try await bench.tool("q", copying: "/bin/sleep")
      let slow = try await bench.tool("s", copying: "/bin/sleep")
      let last = try await bench.tool("l", copying: "/bin/sleep")
      let written = try await bench.run(
        """
        printf 'all: a b slow c d\\n\\t%s 0.2\\na b c d:\\n\\t%s 0.1\\nslow:\\n\\t%s 1.5\\n' \
        $WORK/\(last) $WORK/\(quick) $WORK/\(slow) >$WORK/Makefile
        """)
      #expect(written.status == 0)
      return (quick, slow, last)
    }

    @Test func `The critical path of a make with one slow step`() async throws {
      let tools = try await makefile()
      let outcome = try await bench.run(
        "$PROGRAM tree --critical-path -o $WORK/path -- make -s -j2 -C $WORK && cat $WORK/path")
      #expect(outcome.status == 0, "\(outcome)")
      let lines = outcome.lines
      let rows = lines.map { $0.split(separator: " ").map(String.init) }
      try #require(
        rows.count == 6 && rows[0] == ["TIME", "SHARE", "CPU", "WAIT", "BESIDE", "PID", "COMMAND"], "\(outcome)")
      // The slow step got the slot of a quick one.
      #expect(rows[1].contains("make") && rows[2].contains { $0.hasSuffix(tools.quick) }, "\(lines)")
      #expect(lines[3].hasSuffix("/\(tools.slow) 1.5") && lines[4].hasSuffix("/\(tools.last) 0.2"), "\(lines)")
      var shares: [Double] = []
      for row in rows[1...4] { shares.append(try #require(Double(String(row[1].dropLast())))) }
      let sum: Double = shares.reduce(0, +)
      #expect(shares.max() == shares[2] && shares[2] > 50, "\(lines)")
      #expect(abs(sum - 100) < 0.5, "\(lines)")
      // It slept beside three quick ones.
      #expect(rows[3][0].hasSuffix("s") && rows[3][4] != "0.0", "\(lines)")
      #expect(lines[5].contains(" in all: no order of these steps finishes before "), "\(lines)")
    }

    @Test func `A recording has the same path and tells how many ran`() async throws {
      let tools = try await makefile()
      let recorded = try await bench.run("$PROGRAM record $WORK/run.db -- make -s -j2 -C $WORK")
      #expect(recorded.status == 0, "\(recorded)")
      let path = try await bench.run("$PROGRAM tree $WORK/run.db --critical-path --json")
      #expect(path.status == 0 && path.lines.count == 5, "\(path)")
      #expect(path.lines[0].hasPrefix(#"{"step":1,"depth":0,"pid":"#) && path.lines[0].contains(#""comm":"make""#))
      #expect(path.lines[2].contains(#"/\#(tools.slow)","1.5"]"#), "\(path)")
      func number(_ name: String, _ line: Substring) throws -> Int {
        let parts: [Substring] = line.split(separator: "\"\(name)\":")
        let rest = try #require(parts.dropFirst().first)
        return try #require(Int(rest.prefix { $0.isNumber }))
      }
      let own: [Int] = try path.lines.dropLast().map { try number("own", $0) }
      let last: Substring = path.lines[4]
      let whole: Int = try number("whole", last)
      let least: Int = try number("least", last)
      let saved: Int = try number("saved", last)
      let sum: Int = own.reduce(0, +)
      let slow: Int = own[2]
      #expect(sum == whole)
      #expect(own.max() == slow)
      #expect(slow >= 1_500_000_000)
      #expect(least + saved == whole)
      #expect(least >= slow)
      // A sleep waits.
      let waited: Int = try number("wait", path.lines[2])
      #expect(waited > slow * 9 / 10)

      let some = try await bench.run("$PROGRAM tree $WORK/run.db --critical-path --filter 'comm=\(tools.slow)'")
      #expect(some.lines.count == 3 && some.lines[1].contains("100.0%"), "\(some)")
      let none = try await bench.run("$PROGRAM tree $WORK/run.db --critical-path --filter comm=nothing")
      #expect(none.status == 1 && none.errorText.contains("no process matches the filter"), "\(none)")

      let concurrency = try await bench.run("$PROGRAM tree $WORK/run.db --concurrency")
      #expect(concurrency.lines.first?.hasPrefix("RUNNING ") == true, "\(concurrency)")
      #expect(concurrency.lines.last?.hasSuffix(" at a time, at most 2") == true, "\(concurrency)")
      let both = try await bench.run("$PROGRAM tree $WORK/run.db --concurrency --top")
      #expect(both.status == 2 && both.errorText.contains("cannot use both --top and --concurrency"), "\(both)")
    }
  }
}
