import Testing

extension EndToEnd {
  /// A session with the view, from the start to the shell's next prompt.
  @Suite(Needs.kernel, Needs.tmux) struct Journey {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `From start to end`() async throws {
      let short = try await bench.tool("s")
      let window = try await Window(bench)
      try await window.enter(
        "stty -g >$WORK/before; $PROGRAM; echo ended-$?; stty -g >$WORK/after; echo all-$((1 + 1))")
      try await window.waitFor(" LIVE ")

      // A very short process is in the tree and in the log.
      _ = try await bench.run("$WORK/\(short) first 'two words'")
      try await window.type("\\comm=\(short)")
      try await window.press("Enter")
      try await window.waitFor("the process in tree and log") { rows in
        rows.contains { $0.contains(" ○ ") && $0.contains("/\(short) first") && !$0.contains(" exit ") }
          && rows.contains { $0.contains("● exec \(short)") && $0.contains("/\(short) first 'two words'") }
          && rows[0].contains("\\comm=\(short)")
      }

      // A frozen screen does not change while processes start and exit, and the new events are counted.
      try await window.type("/\(short)")
      try await window.press("Enter")
      try await window.type(" ")
      let frozen = try await window.waitFor(" FROZEN ")
      _ = try await bench.run("for i in {1..20}; do $WORK/\(short) later $i; done")
      let later = try await window.waitFor("the count of what is new") { Self.new(in: $0) >= 20 }
      #expect(Array(later.dropFirst()) == Array(frozen.dropFirst()))

      // Its arguments, one a line.
      try await window.press("2")
      try await window.type("/Arguments")
      try await window.press("Enter")
      try await window.waitFor("the arguments") { rows in
        rows.contains { $0.hasSuffix("│  1 first") } && rows.contains { $0.hasSuffix("│  2 'two words'") }
      }
      let inspected = try await window.rows()
      #expect(!inspected.contains { $0.contains("later") })

      try await window.type(" ")
      try await window.waitFor("what came meanwhile") { rows in
        rows[0].hasPrefix(" LIVE ") && rows.contains { $0.contains("● exec \(short)") && $0.hasSuffix("later 20") }
      }

      try await resizing(window, short)

      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.waitFor("all-2")
      #expect(bench.text("before") == bench.text("after"))
      #expect(bench.text("before")?.isEmpty == false)
      #expect(try await window.fact("alternate_on") == "0")
      #expect(try await window.fact("cursor_flag") == "1")
      try await window.enter("echo usable-$((40 + 2))")
      try await window.waitFor("the shell's answer") { $0.contains("usable-42") }
    }

    /// Small screens keep the important parts, and a large one is complete again.
    private func resizing(_ window: Window, _ name: String) async throws {
      try await window.press("1")
      for (columns, rows) in [(80, 24), (40, 10)] {
        try await window.resize(columns: columns, rows: rows)
        try await window.waitFor("a screen of \(columns) by \(rows)") { screen in
          screen.count == rows && screen[0].hasPrefix(" LIVE ") && screen.contains { $0.contains("\(name)") }
            && screen.allSatisfy { $0.count <= columns }
        }
      }
      // The smallest has no room for the name of a process that is this deep; its pid and its status are there.
      let row = try await window.rows().first { $0.hasPrefix("▌") }
      let pid = try #require(row?.split { !$0.isNumber }.first)
      try await window.resize(columns: 20, rows: 5)
      try await window.waitFor("a screen of 20 by 5") { screen in
        screen.count == 5 && screen[0].hasPrefix(" LIVE") && screen.allSatisfy { $0.count <= 20 }
          && screen.contains { $0.hasPrefix("▌") && $0.contains("\(pid) ○") }
      }
      try await window.resize(columns: 120, rows: 40)
      try await window.waitFor("the large screen") { screen in
        screen.count == 40 && screen[0].hasPrefix(" LIVE ") && screen.contains { $0.contains(" 2 Detail ") }
          && screen.contains { $0.contains("● exec \(name)") } && screen[39].contains("q Quit")
      }
    }

    /// The number in `+N new`, or in `+N` where the word has no room; -1 without one.
    private static func new(in rows: [String]) -> Int {
      let digits = rows[0].split(separator: "+", maxSplits: 1).dropFirst().first?.prefix { $0.isNumber || $0 == "," }
      return digits.flatMap { Int($0.filter(\.isNumber)) } ?? -1
    }

    @Test func `Suspended and continued`() async throws {
      let window = try await Window(bench)
      try await window.enter("stty -g >$WORK/before")
      try await window.enter("$PROGRAM -- sleep 1000; echo went-$?")
      try await window.waitFor("the command") { rows in
        rows[0].hasPrefix(" LIVE ") && rows.contains { $0.contains("● exec sleep") }
      }
      try await window.press("C-z")
      try await window.waitFor("the shell") { $0.contains { $0.contains("Stopped") } }
      #expect(try await window.fact("alternate_on") == "0")
      try await window.enter("stty -g >$WORK/stopped; echo usable-$((40 + 2))")
      try await window.waitFor("the shell's answer") { $0.contains("usable-42") }
      #expect(bench.text("before") == bench.text("stopped"))

      try await window.enter("fg; echo ended-$?; stty -g >$WORK/after; echo all-$((1 + 1))")
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") && $0[39].contains("q Quit") }
      #expect(try await window.fact("alternate_on") == "1")
      try await window.press("?")
      try await window.waitFor("? Close")
      try await window.press("?")
      try await window.waitFor("q Quit")
      try await window.press("q")
      // The command still runs; Ctrl-C ends it and the program.
      try await window.waitFor("is still running: waiting for it to exit (Ctrl-C interrupts it)")
      try await window.press("C-c")
      try await window.waitForEnd(130)
      try await window.waitFor("all-2")
      #expect(bench.text("before") == bench.text("after"))
    }
  }
}
