import Foundation
import TestSupport
import Testing

extension EndToEnd {
  /// The panes in a person's hands: layouts, borders, marks, links, on the bundled recording.
  @Suite(Needs.tmux) struct Panes {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    private func start(columns: Int = 120, rows: Int = 40) async throws -> Window {
      let window = try await Window(bench, columns: columns, rows: rows)
      try await window.enter("clear; $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the view") { $0[0].contains("REPLAY ") }
      return window
    }

    private static func hasDetail(_ rows: [String]) -> Bool { rows.contains { $0.contains(" 2 Detail ") } }
    private static func hasLog(_ rows: [String]) -> Bool { rows.contains { $0.contains(" 3 Log ") } }

    /// The row of the log's title, and the column of the detail's title.
    private static func borders(_ rows: [String]) -> (log: Int?, detail: Int?) {
      let detail = rows.lazy.compactMap { row in
        row.firstRange(of: " 2 Detail ").map { row.distance(from: row.startIndex, to: $0.lowerBound) }
      }.first
      return (rows.firstIndex { $0.contains(" 3 Log ") }, detail)
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func `Layouts and borders are changed by keys and saved`(columns: Int, rows: Int) async throws {
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

    @Test(arguments: [(80, 24), (120, 40)])
    func `Borders are moved by the mouse and saved`(columns: Int, rows: Int) async throws {
      let window = try await start(columns: columns, rows: rows)
      let before = try await window.waitFor("all panes") { Self.hasDetail($0) && Self.hasLog($0) }
      let first = Self.borders(before)
      let (log, detail) = (try #require(first.log), try #require(first.detail))
      // The title of the detail starts two columns after the border, and the log's title is on the border.
      let line = detail - 2
      func report(_ button: Int, _ row: Int, _ column: Int, _ end: String = "M") -> String {
        "\u{1b}[<\(button);\(column + 1);\(row + 1)\(end)"
      }
      let path = (1...4).map { report(32, 6, line - $0) }.joined()
      try await window.type(report(0, 6, line) + path + report(0, 6, line - 4, "m"))
      let moved = try await window.waitFor("the detail wider") { rows in
        Self.borders(rows).detail.map { abs($0 - (detail - 4)) <= 1 } ?? false
      }
      #expect(Self.borders(moved).log == log)
      try await window.type(report(0, log, 5) + report(32, log - 2, 5) + report(32, log - 3, 5))
      try await window.waitFor("the log higher") { Self.borders($0).log == log - 3 }
      try await window.type(report(0, log - 3, 5, "m") + report(32, log + 2, 5))
      // The drag selects nothing, and a movement after the release moves no border.
      try await window.type("1Sw")
      let saved = try await window.waitFor("settings saved in ")
      #expect(Self.borders(saved).log == log - 3)
      #expect(saved.firstIndex { $0.hasPrefix("▌") } == before.firstIndex { $0.hasPrefix("▌") })
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter("clear; $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the borders of before") { Self.borders($0) == Self.borders(saved) }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `The zoom is saved`() async throws {
      let window = try await start()
      try await window.waitFor("all panes") { Self.hasDetail($0) && Self.hasLog($0) }
      try await window.type("3z")
      try await window.waitFor("the log alone") { Self.hasLog($0) && !Self.hasDetail($0) }
      try await window.type("Sw")
      try await window.waitFor("settings saved in ")
      try await window.press("q")
      try await window.waitForEnd(0)
      #expect(bench.text(".config/execsnoop-top/config.toml") == "[layout]\nzoom = \"log\"\n")
      try await window.enter("clear; $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the log alone") { Self.hasLog($0) && !Self.hasDetail($0) }
      try await window.press("z")
      try await window.waitFor("all panes") { Self.hasDetail($0) && Self.hasLog($0) }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func `Marks`(columns: Int, rows: Int) async throws {
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

    /// An assembler of the recorded build, its compiler and their make.
    private func lineage() throws -> (child: Int, parent: Int, grandparent: Int) {
      struct Line: Decodable {
        var ev: String
        var pid: Int?
        var ppid: Int?
        var argv: [String]?
      }
      let lines = try String(contentsOfFile: recording, encoding: .utf8).split(separator: "\n")
      let execs = try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }.filter { $0.ev == "exec" }
      let child = try #require(execs.first { $0.argv?.starts(with: ["/bin/sh", "../bin/as"]) ?? false })
      let parent = try #require(execs.first { $0.pid == child.ppid })
      return (try #require(child.pid), try #require(parent.pid), try #require(parent.ppid))
    }

    @Test(arguments: [(80, 24), (120, 40)])
    func `Search and parents in the detail`(columns: Int, rows: Int) async throws {
      let (child, parent, grandparent) = try lineage()
      func isSelected(_ pid: Int) -> (String) -> Bool {
        { $0.hasPrefix("▌") && $0.dropFirst().drop { $0 == " " }.hasPrefix("\(pid) ") }
      }
      let window = try await start(columns: columns, rows: rows)
      try await window.type(":\(child)")
      try await window.press("Enter")
      try await window.type("2/sh")
      try await window.waitFor("the count") {
        $0[rows - 1].hasPrefix("Search detail: sh") && $0[rows - 1].contains(" 1/")
      }
      try await window.press("Enter")
      try await window.type("N")
      try await window.waitFor(", wrapped to the bottom")
      try await window.press("Escape")
      try await window.waitFor("search cleared")
      try await window.press("Right")
      let chosen = try await window.waitFor("the chosen parent") {
        $0.contains { $0.contains("│▌") && $0.contains("\(parent) ") }
      }
      #expect(chosen[rows - 1].contains("Enter Go") || columns < 120)
      try await window.press("Enter")
      try await window.waitFor("the parent in the tree") { $0.contains(where: isSelected(parent)) }
      // Its own parents can be clicked.
      try await window.press("Right")
      let screen = try await window.waitFor("its parent") {
        $0.contains { $0.contains("│▌") && $0.contains("\(grandparent) ") }
      }
      let row = try #require(screen.firstIndex { $0.contains("│▌") })
      try await window.type("\u{1b}[<0;\(columns - 10);\(row + 1)M")
      try await window.waitFor("the clicked one in the tree") { $0.contains(where: isSelected(grandparent)) }
      try await window.press("q")
      try await window.waitForEnd(0)
    }
  }
}
