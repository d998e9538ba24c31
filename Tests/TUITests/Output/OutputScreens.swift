import Testing

@testable import TUI

/// The output pane and the end of the command look as recorded.
@Suite
struct OutputScreens {
  @Test(arguments: [(80, 24), (120, 40), (200, 50), (40, 10), (20, 5)])
  func `Sizes`(columns: Int, rows: Int) {
    var state = OutputScene.view(columns: columns, rows: rows)
    state.press(.character("o"))
    expectGolden(state.render(), "output-\(columns)x\(rows)")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 50), (40, 10), (20, 5)])
  func `The end of the command`(columns: Int, rows: Int) {
    let state = OutputScene.view(columns: columns, rows: rows, end: .exited(2))
    expectGolden(state.render(), "output-end-\(columns)x\(rows)")
  }

  @Test func `Zoomed, with a selection and matches`() {
    var state = OutputScene.view(end: .killed(9))
    state.press(.character("o"), .character("z"), .character("/"))
    state.type("error")
    state.press(.enter)
    expectGolden(state.render(), "output-search-80x24")
  }

  @Test func `Ascii`() {
    var state = OutputScene.view(glyphs: .ascii, end: .exited(0))
    state.press(.character("o"))
    expectGolden(state.render(), "output-80x24-ascii")
  }
}
