import Testing

@testable import Events
@testable import TUI

/// Screens look as recorded.
@Suite
struct GoldenScreens {
  @Test(arguments: [(80, 24), (120, 40), (40, 10), (20, 5), (200, 50)])
  func `At every size`(columns: Int, rows: Int) {
    let state = AppState.showing(.build(), columns: columns, rows: rows)
    expectGolden(state.render(), "build-\(columns)x\(rows)")
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func `In ASCII`(columns: Int, rows: Int) {
    let state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: .ascii)
    let frame = state.render()
    for row in 0..<rows { #expect(frame.text(row: row).allSatisfy { $0.isASCII }) }
    expectGolden(frame, "ascii-\(columns)x\(rows)")
  }

  @Test func `Before any event`() {
    expectGolden(AppState.showing(Story()).render(), "empty-80x24")
  }

  @Test func `Help`() {
    var state = AppState.showing(.build())
    state.press(.character("?"))
    expectGolden(state.render(), "help-80x24")
    var large = AppState.showing(.build(), columns: 120, rows: 120)
    large.press(.f(1))
    let frame = large.render()
    expectGolden(frame, "help-120x120")
    let rows = (0..<frame.size.rows).map { frame.text(row: $0) }
    for command in Commands.all {
      let keys = command.keys.map { $0.name().string }.joined(separator: " ")
      // A long one goes on in the next row.
      let start = command.summary.description.prefix(85)
      #expect(rows.contains { $0.contains("  \(keys) ") && $0.contains(start) }, "\(command.id)")
    }
  }

  @Test func `Filter prompt`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("cc -O2")
    state.press(.left, .left)
    expectGolden(state.render(), "filter-prompt-80x24")
    state.press(.enter)
    expectGolden(state.render(), "filtered-80x24")
  }

  @Test func `Empty prompts`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    expectGolden(state.render(), "filter-empty-80x24")
    state.press(.escape, .character("/"))
    expectGolden(state.render(), "search-empty-80x24")
  }

  @Test func `Faulty filter`() {
    var state = AppState.showing(.build())
    state.press(.f(4))
    state.type("cc pidd:1")
    expectGolden(state.render(), "filter-fault-80x24")
  }

  @Test func `Frozen`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character(" "))
    let frozen = story.events.count
    for pid in Int32(20_000)..<20_700 { _ = story.fork(pid, from: story.id(980, at: 3001), comm: "bash") }
    _ = state.reduce(.events(Array(story.events[frozen...]), now: story.now + 5 * Story.second))
    expectGolden(state.render(), "frozen-80x24")
  }

  @Test func `Search`() {
    var state = AppState.showing(.build())
    state.press(.character("/"))
    state.type("gpg")
    expectGolden(state.render(), "search-80x24")
  }

  @Test func `Folded`() {
    var state = AppState.showing(.build(), columns: 120, rows: 30)
    for _ in 0..<6 { state.press(.down) }
    state.press(.left)
    expectGolden(state.render(), "folded-120x30")
  }

  @Test func `Log focused`() {
    var state = AppState.showing(.build())
    state.press(.character("3"), .up, .up, .up)
    expectGolden(state.render(), "log-80x24")
    state.press(.character("z"))
    expectGolden(state.render(), "log-zoomed-80x24")
  }

  @Test func `Zoomed detail`() {
    var state = AppState.showing(.build(), columns: 100, rows: 60)
    state.select(pid: 10_262)
    state.press(.character("2"), .character("z"))
    expectGolden(state.render(), "detail-100x60")
  }

  @Test func `Zoomed detail of the ended`() {
    var state = AppState.showing(.build(), columns: 60, rows: 60)
    state.select(pid: 10_239)
    state.press(.character("2"), .character("z"))
    expectGolden(state.render(), "detail-ended-60x60")
  }

  @Test func `Hostile`() {
    var state = AppState.showing(.hostile(), columns: 120, rows: 40)
    state.select(pid: 2000)
    expectGolden(state.render(), "hostile-120x40")
    state.press(.character("2"), .character("z"))
    expectGolden(state.render(), "hostile-detail-120x40")
  }

  @Test(arguments: [(100, 24, Glyphs.utf8, ""), (100, 24, .ascii, "-ascii")])
  func `After losses`(columns: Int, rows: Int, glyphs: Glyphs, suffix: String) {
    var state = AppState.showing(.losses(), columns: columns, rows: rows, glyphs: glyphs)
    state.select(pid: 10_303)
    expectGolden(state.render(), "losses-\(columns)x\(rows)\(suffix)")
  }

  @Test func `Messages`() {
    var state = AppState.showing(.build())
    state.press(.character("X"))
    expectGolden(state.render(), "unbound-key-80x24")
  }
}
