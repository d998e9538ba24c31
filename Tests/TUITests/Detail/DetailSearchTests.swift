import Testing

@testable import TUI

/// Search in the detail.
@Suite
struct DetailSearchTests {
  private func state(_ columns: Int = 120, _ rows: Int = 24) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.select(pid: 10_262)
    state.press(.character("2"))
    return state
  }

  /// The texts that stand out, from top to bottom; the one that is stood on between brackets.
  private func marked(_ state: AppState) -> [String] {
    let frame = state.render()
    guard let box = state.layout[.detail] else { return [] }
    var found: [String] = []
    for row in box.top..<box.top + box.rows {
      var last: Style?
      for cell in frame.row(row).dropFirst(box.column).prefix(box.columns) {
        defer { last = cell.style }
        guard cell.style.role == .match, let glyph = cell.glyph else { continue }
        if last != cell.style { found.append(cell.style.emphasis.contains(.reverse) ? "!" : "") }
        found[found.count - 1].unicodeScalars.append(glyph.base)
      }
    }
    return found
  }

  @Test func `Matches stand out and are counted`() {
    var state = state(120, 100)
    state.press(.character("/"))
    state.type("home")
    let found = marked(state)
    #expect(found.first == "!home" || found.first == "!HOME")
    #expect(found.count > 2 && Set(found.map { $0.lowercased() }) == ["home", "!home"])
    #expect(state.screen.split(separator: "\n").last?.hasSuffix(" 1/\(found.count)") == true)
    state.press(.enter, .character("n"))
    #expect(marked(state).firstIndex { $0.hasPrefix("!") } == 1)
    #expect(state.screen.hasSuffix("match 2 of \(found.count)"))
    state.press(.character("N"), .character("N"))
    #expect(state.screen.hasSuffix("match \(found.count) of \(found.count), wrapped to the bottom"))
    state.press(.character("n"))
    #expect(state.screen.hasSuffix("match 1 of \(found.count), wrapped to the top"))
  }

  @Test func `A capital makes it exact`() {
    var state = state(120, 100)
    state.press(.character("/"))
    state.type("HOME")
    #expect(Set(marked(state)) == ["!HOME"])
  }

  @Test func `It scrolls to what it finds`() throws {
    var state = state()
    let box = try #require(state.layout[.detail])
    state.press(.character("/"))
    state.type("path=")
    let line = try #require(
      state.detail.content?.lines.firstIndex { line in
        line.runs.map(\.text.string).joined().contains("PATH=")
      })
    #expect(line >= box.rows && (state.detail.top..<state.detail.top + box.rows).contains(line))
    #expect(marked(state).contains("!PATH="))
    // Esc restores the place, and what was searched for before.
    state.press(.escape)
    #expect(state.detail.top == 0 && state.detail.search == nil)
    state.press(.character("/"))
    state.type("no such text")
    #expect(state.screen.contains("not found") && state.detail.top == 0)
  }

  /// What the pane's width cut in two is one text.
  @Test func `Wrapped text is found`() throws {
    var state = state(80, 40)
    state.press(.character("/"))
    state.type("/home/ana/project")
    let matches = try #require(state.detail.search?.matches)
    let whole = marked(state).joined().replacing("!", with: "")
    #expect(!matches.isEmpty && whole.hasPrefix("/home/ana/project"))
    state.press(.escape, .character("/"))
    state.type("usr/local/bin:/usr/bin:/bin")
    let match = try #require(state.detail.search?.matches.first)
    #expect(match.end.line > match.start.line)
  }

  @Test func `It goes on in the next process`() {
    var state = state(120, 100)
    state.press(.character("/"))
    state.type("started")
    state.press(.enter, .character("1"), .up, .up)
    #expect(marked(state) == ["started"], "marks stay, and none is stood on")
    state.press(.character("2"), .character("n"))
    #expect(marked(state) == ["!started"])
    state.press(.escape)
    #expect(marked(state).isEmpty)
    // The last text again.
    state.press(.character("/"), .enter)
    #expect(marked(state) == ["!started"])
  }

  @Test func `Search in the tree is its own`() {
    var state = state(120, 100)
    state.press(.character("/"))
    state.type("status")
    state.press(.enter, .character("1"), .character("n"))
    #expect(state.message?.isError == true && state.typedSearch.filter == nil)
  }

  @Test(arguments: [(80, 24), (120, 40), (40, 10), (20, 5)])
  func `Prompt and matches look as recorded`(columns: Int, rows: Int) {
    var state = state(columns, rows)
    state.press(.character("/"))
    state.type("ma")
    expectGolden(state.render(), "detail-search-\(columns)x\(rows)")
  }
}
