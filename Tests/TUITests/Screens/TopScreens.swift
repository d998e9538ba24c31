import Testing

@testable import TUI

/// The top table looks as recorded.
@Suite
struct TopScreens {
  @Test(arguments: [(80, 24), (120, 40), (200, 50), (40, 10), (20, 5)])
  func `Sizes`(columns: Int, rows: Int) {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.press(.character("t"), .down)
    expectGolden(state.render(), "top-\(columns)x\(rows)")
  }

  @Test(arguments: [(80, 24), (200, 50)])
  func `Ascii`(columns: Int, rows: Int) {
    var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: .ascii)
    state.press(.character("t"), .character("s"), .character("s"), .enter)
    let frame = state.render()
    for row in 0..<rows { #expect(frame.text(row: row).allSatisfy { $0.isASCII }) }
    expectGolden(frame, "top-\(columns)x\(rows)-ascii")
  }

  @Test func `Executables zoomed`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character("t"), .right, .character("z"), .character("r"))
    expectGolden(state.render(), "top-exe-120x40")
  }

  @Test func `Hostile names`() {
    var state = AppState.showing(.hostile(), columns: 120, rows: 40)
    state.press(.character("t"), .character("G"))
    expectGolden(state.render(), "top-hostile-120x40")
  }
}
