import Events
import Testing
import Tree

@testable import TUI

/// The columns of the top table, and what it says of commands that recur.
@Suite
struct TopColumnsTests {
  @Test func `Columns give way, that of the order and the name never`() {
    for width in 0..<240 {
      for (sorted, hasPeriods) in TopColumn.allCases.flatMap({ [($0, false), ($0, true)] }) {
        let columns = TopColumns(width: width, sorted: sorted, hasPeriods: hasPeriods)
        let shown = columns.numbers.map(\.column)
        if width >= 19, sorted != .name { #expect(shown.contains(sorted)) }
        #expect(columns.name + columns.nameWidth == max(width, columns.name))
        #expect(width < 9 || columns.nameWidth >= 8)
        #expect(zip(columns.numbers, columns.numbers.dropFirst()).allSatisfy { $0.start + $0.width < $1.start })
        if let starter = columns.starter { #expect(starter + TopColumns.starterWidth < columns.name) }
        if let spread = columns.spread { #expect(shown.count >= 11 && spread + 9 < columns.name) }
      }
    }
    let small = TopColumns(width: 80, sorted: .execs).numbers.map(\.column)
    #expect(small == [.execs, .nonzero, .p50, .p99, .max, .cpu, .failed, .running])
    let recurring = TopColumns(width: 80, sorted: .execs, hasPeriods: true).numbers.map(\.column)
    #expect(recurring == [.execs, .nonzero, .p50, .p99, .max, .cpu, .period, .failed])
  }

  /// A daemon that starts `git status` every second.
  private func recurring() -> Story {
    var story = Story()
    let daemon = story.fork(500, from: story.id(1, at: 1), comm: "python3")
    story.exec(daemon, story.id(1, at: 1), story.image(["python3", "/opt/prompt-daemon.py"]))
    for beat in 0..<6 as Range<Int32> {
      story.passSeconds(1)
      let child = story.fork(600 + beat, from: daemon, comm: "python3")
      story.exec(child, daemon, story.image(["git", "status"]))
      story.pass(20 * Story.millisecond)
      story.exit(child, daemon, comm: "git", ExitStatus(code: beat == 3 ? 1 : 0))
    }
    return story
  }

  @Test func `A command that recurs has its period, its starter and a sentence`() throws {
    var state = AppState.showing(recurring(), columns: 200, rows: 40)
    state.press(.character("t"))
    let rows = state.screen.split(separator: "\n").map(String.init)
    let head = try #require(rows.first { $0.contains("EXECS") && $0.contains("COMMAND") })
    #expect(head.contains("NONZERO") && head.contains("PERIOD") && head.contains("STARTER"))
    let row = try #require(rows.first { $0.contains(" git ") && $0.contains("python3 prompt-dae") })
    #expect(row.contains(" 1.0s "))
    let detail = state.detailLines.map { $0.runs.map(\.text.string).joined() }
    let start = try #require(detail.firstIndex(of: "Recurs"))
    let sentence = detail[(start + 1)...].prefix { !$0.isEmpty }.joined()
    #expect(
      sentence.hasPrefix(
        "git status: every 1.0s ± <1µs, 6 times, by python3 prompt-daemon.py (500); an hour of this is "),
      "\(sentence)")
    #expect(sentence.hasSuffix(" of CPU time and 1m10s of run time"), "\(sentence)")
    // Without a rhythm there are no such columns.
    var plain = AppState.showing(.build(), columns: 200, rows: 40)
    plain.press(.character("t"))
    #expect(!plain.screen.contains("PERIOD") && !plain.screen.contains("STARTER"))
    #expect(plain.screen.contains("DURATIONS") && plain.screen.contains("durations to 100µs 1ms 10ms"))
  }

  @Test func `Lines have all columns, in the order of the view`() throws {
    var tree = ProcessTree()
    let story = recurring()
    for event in story.events { _ = tree.apply(event) }
    let lines = TopListing(of: TopTable(of: tree, by: .comm, now: story.now), glyphs: .utf8).lines
      .map { $0.runs.map(\.text.string).joined() }
    #expect(
      lines[0].split(separator: " ").joined(separator: " ")
        == "EXECS NONZERO P50 P99 MAX CPU PERIOD FAILED RUNNING EXECS/s TIME MEM PROCESSES DURATIONS STARTER COMMAND")
    let git = try #require(lines.first { $0.hasSuffix(" git") })
    #expect(git.hasPrefix("    6        1  20.0ms"), "\(git)")
    #expect(git.contains("  python3 prompt-daemon.py  git"))
  }
}
