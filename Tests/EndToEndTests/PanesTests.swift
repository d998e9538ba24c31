import Testing

extension EndToEnd {
  /// The panes in a person's hands: layouts, borders, marks, links, on the bundled recording.
  @Suite(Needs.tmux) struct Panes {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
      recording = "\(root)/share/demo.ndjson"
    }

    private func start(columns: Int = 120, rows: Int = 40) async throws -> Window {
      let window = try await Window(bench, columns: columns, rows: rows)
      try await window.enter("clear; $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the view") { $0[0].contains("REPLAY ") }
      return window
    }

    private static func hasDetail(_ rows: [String]) -> Bool { rows.contains { $0.contains(" 2 Detail ") } }
    private static func hasLog(_ rows: [String]) -> Bool { rows.contains { $0.contains(" 3 Log ") } }

    /// The row on which the log's title stands, and the column of the detail's.
    private static func borders(_ rows: [String]) -> (log: Int?, detail: Int?) {
      let detail = rows.lazy.compactMap { row in
        row.firstRange(of: " 2 Detail ").map { row.distance(from: row.startIndex, to: $0.lowerBound) }
      }.first
      return (rows.firstIndex { $0.contains(" 3 Log ") }, detail)
    }

    @Test("layouts and borders by keys, and saved", arguments: [(80, 24), (120, 40)])
    func layouts(columns: Int, rows: Int) async throws {
      let window = try await start(columns: columns, rows: rows)
      let first = Self.borders(try await window.waitFor("all panes") { Self.hasDetail($0) && Self.hasLog($0) })
      try await window.type("|")
      try await window.waitFor("no detail") { !Self.hasDetail($0) && Self.hasLog($0) }
      try await window.type("|")
      try await window.waitFor("no log") { Self.hasDetail($0) && !Self.hasLog($0) }
      try await window.type("|")
      try await window.waitFor("all panes") { Self.borders($0) == first }
      // Two keys for the tree, two for the log.
      try await window.type("<<3>>")
      let moved = try await window.waitFor("both borders moved") { rows in
        let now = Self.borders(rows)
        return now.detail ?? 999 < first.detail ?? 0 && now.log ?? 999 < first.log ?? 0
      }
      try await window.type("Sw")
      try await window.waitFor("settings saved in ")
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter("clear; $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the borders of before") { Self.borders($0) == Self.borders(moved) }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test("marks", arguments: [(80, 24), (120, 40)])
    func marks(columns: Int, rows: Int) async throws {
      let window = try await start(columns: columns, rows: rows)
      try await window.type("gjmjjjjm")
      let marked = try await window.waitFor("two marks") { rows in
        rows.contains { $0.hasPrefix("◆") } && rows.contains { $0.hasPrefix("◈") }
      }
      try await window.type("'")
      try await window.waitFor("mark 1 of 2")
      try await window.waitFor("the other one selected") { rows in
        let (now, before) = (rows.firstIndex { $0.hasPrefix("◈") }, marked.firstIndex { $0.hasPrefix("◆") })
        return now != nil && now == before
      }
      try await window.type("\"")
      try await window.waitFor("only these") { $0[0].contains("\\pid=") && $0[0].contains(" 2/") }
      try await window.type("\"M")
      try await window.waitFor("2 unmarked")
      try await window.waitFor("no mark") { rows in !rows.contains { $0.hasPrefix("◆") || $0.hasPrefix("◈") } }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test("search and parents in the detail", arguments: [(80, 24), (120, 40)])
    func detail(columns: Int, rows: Int) async throws {
      let window = try await start(columns: columns, rows: rows)
      try await window.type(":8452")
      try await window.press("Enter")
      try await window.type("2/sh")
      try await window.waitFor("the count") {
        $0[rows - 1].hasPrefix("Search the detail: sh") && $0[rows - 1].contains(" 1/")
      }
      try await window.press("Enter")
      try await window.type("N")
      try await window.waitFor(", went on from the bottom")
      try await window.press("Escape")
      try await window.waitFor("search marks cleared")
      try await window.press("Right")
      let chosen = try await window.waitFor("the chosen parent") {
        $0.contains { $0.contains("│▌") && $0.contains("8451 ") }
      }
      #expect(chosen[rows - 1].contains("Enter Go") || columns < 120)
      try await window.press("Enter")
      try await window.waitFor("the parent in the tree") { $0.contains { $0.hasPrefix("▌ 8451 ") } }
      // Its own parents can be clicked.
      try await window.press("Right")
      let screen = try await window.waitFor("its parent") { $0.contains { $0.contains("│▌") && $0.contains("8432 ") } }
      let row = try #require(screen.firstIndex { $0.contains("│▌") })
      try await window.type("\u{1b}[<0;\(columns - 10);\(row + 1)M")
      try await window.waitFor("the clicked one in the tree") { $0.contains { $0.hasPrefix("▌ 8432 ") } }
      try await window.press("q")
      try await window.waitForEnd(0)
    }
  }
}
