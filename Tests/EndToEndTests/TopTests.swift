import Testing

extension EndToEnd {
  @Suite(Needs.kernel, Needs.tmux) struct Top {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `From the table to the tree`() async throws {
      let short = try await bench.tool("s")
      let window = try await Window(bench)
      try await window.enter("$PROGRAM --filter 'comm=\(short)'; echo ended-$?")
      try await window.waitFor(" LIVE ")
      _ = try await bench.run("for i in {1..7}; do $WORK/\(short) $i; done")
      try await window.type("t")
      try await window.waitFor("the group") { Self.row(of: short, in: $0)?.first == "7" }

      // The table continues to count.
      _ = try await bench.run("for i in {1..5}; do $WORK/\(short) $i; done")
      try await window.waitFor("the group with more") { rows in
        Self.row(of: short, in: rows)?.first == "12" && rows.contains { $0.contains(" 1 Top  1 group by command ") }
      }

      try await window.press("Right")
      try await window.waitFor("the executable") { rows in
        rows.contains { $0.hasPrefix("▌") && $0.contains("/\(short)") } && rows.contains { $0.contains("EXECUTABLE") }
      }
      try await window.press("Enter")
      try await window.waitFor("the tree of these") { rows in
        rows.contains { $0.contains(" 1 Tree ") } && rows[0].contains("\\(comm=\(short)) exe=")
          && rows.contains { $0.contains(" ○ ") && $0.contains("/\(short) ") && !$0.contains(" exec ") }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Siblings in another sort order`() async throws {
      let name = try await bench.tool("o")
      let window = try await Window(bench)
      try await window.enter("$PROGRAM -- sh -c '$WORK/\(name) b; sleep 3; :'; echo ended-$?")
      // The shell's own row has both as its arguments.
      func first(in rows: [String]) -> Int? {
        rows.firstIndex { $0.contains("─ ") && $0.contains("\(name) b") && $0.contains(" ○ ") }
      }
      func last(in rows: [String]) -> Int? { rows.firstIndex { $0.contains("─ sleep 3") } }
      try await window.waitFor("the order of start") { rows in
        guard let first = first(in: rows), let last = last(in: rows) else { return false }
        return first < last
      }
      try await window.type("r")
      try await window.waitFor("the newest on top") { rows in
        guard let first = first(in: rows), let last = last(in: rows) else { return false }
        return last < first && rows.contains { $0.contains(" 1 Tree ") && $0.contains("newest first") }
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// The words of the selected row, if it is that of a command.
    private static func row(of name: String, in rows: [String]) -> [Substring]? {
      let row = rows.first { $0.hasPrefix("▌") && $0.contains(" \(name)") }
      return row?.dropFirst().split(separator: " ")
    }
  }
}
