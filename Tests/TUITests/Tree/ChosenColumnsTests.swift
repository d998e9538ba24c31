import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// The tree's columns by settings.
@Suite
struct ChosenColumnsTests {
  private let all = ColumnChoice(shown: TreeColumn.allCases.reversed())

  @Test func `They give way in one order and stand in theirs`() {
    var before = Set(TreeColumn.allCases)
    for width in stride(from: 300, through: 0, by: -1) {
      let columns = TreeColumns(width: width, pidDigits: 7, choice: all)
      let present = Set(columns.places.map(\.column) + (columns.word == nil ? [] : [.status]))
      #expect(present.isSubset(of: before), "nothing comes back on a narrower pane")
      for column in before.subtracting(present) {
        // What went had to go before all that is left.
        let rank = TreeColumn.byNeed.firstIndex(of: column) ?? 0
        for left in present { #expect((TreeColumn.byNeed.firstIndex(of: left) ?? 0) < rank) }
      }
      #expect(present.contains(.pid))
      before = present
      let starts = columns.places.map(\.start)
      #expect(starts == starts.sorted())
      let order = columns.places.map(\.column)
      #expect(order == all.shown.filter { order.contains($0) })
      if width >= 20 { #expect(columns.commandWidth >= 9) }
    }
    #expect(before == [.pid])
  }

  /// Columns and the sign never touch, whatever is chosen.
  @Test func `Nothing overlaps`() {
    for width in [20, 60, 100, 200] {
      for start in 0..<11 {
        let shown = Array(TreeColumn.allCases[start...] + TreeColumn.allCases[..<start])
        let columns = TreeColumns(
          width: width, pidDigits: 5, choice: ColumnChoice(shown: shown, widths: [.user: 3, .tty: 20]))
        var spans = columns.places.map { $0.start..<$0.start + $0.width } + [columns.sign..<columns.sign + 1]
        if let word = columns.word { spans.append(word.start..<word.start + word.width) }
        spans.sort { $0.lowerBound < $1.lowerBound }
        for (a, b) in zip(spans, spans.dropFirst()) { #expect(a.upperBound < b.lowerBound) }
        #expect((spans.last?.upperBound ?? 0) < columns.command)
      }
    }
  }

  @Test func `The sign stays without the status`() {
    let columns = TreeColumns(width: 100, pidDigits: 5, choice: ColumnChoice(shown: []))
    #expect(columns.places.isEmpty && columns.word == nil && columns.sign == 1 && columns.command == 3)
  }

  private var build: AppState {
    var settings = Settings()
    settings.columns = ColumnChoice(shown: [.pid, .cpu, .mem, .execs, .kids])
    return SettingsScreens.view(settings, columns: 200, rows: 50)
  }

  @Test func `Figures are those of the tree`() throws {
    let state = build
    let rows = state.screen.split(separator: "\n").map(String.init).drop { !$0.contains("  PID ") }
    var compared = 0
    for row in state.shown.rows(0..<40) {
      let node = try #require(state.shown.tree[row.id])
      guard let line = rows.first(where: { $0.dropFirst().drop { $0 == " " }.hasPrefix("\(row.id.pid) ") }) else {
        continue
      }
      let cells = line.dropFirst().split(separator: " ")
      if let usage = node.end?.usage {
        #expect(cells[1] == DisplayText.duration(usage.cpuTime, .utf8).string)
        let memory = DisplayText.bytes(usage.peakMemory).string.split(separator: " ")
        #expect(cells[2...].starts(with: memory))
        #expect(cells[(2 + memory.count)...].starts(with: ["\(node.execCount)", "\(node.childCount)"]))
        compared += 1
      } else if !node.isPlaceholder {
        #expect(cells[1...].starts(with: ["–", "–", "\(node.execCount)", "\(node.childCount)"]))
        compared += 1
      }
    }
    #expect(compared > 10)
  }

  /// Where a command begins does not depend on what the columns say.
  @Test func `Nothing moves while values grow`() {
    var state = build
    let before = TreeColumns(width: 100, pidDigits: state.shown.pidDigits, choice: state.settings.columns)
    var story = Story.build()
    for pid in Int32(20_000)..<21_500 { _ = story.fork(pid, from: story.id(980, at: 3001), comm: "bash") }
    _ = state.reduce(.events(story.events, now: story.now + 500 * Story.second))
    #expect(TreeColumns(width: 100, pidDigits: state.shown.pidDigits, choice: state.settings.columns) == before)
  }
}
