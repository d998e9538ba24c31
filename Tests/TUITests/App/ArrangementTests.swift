import Testing

@testable import TUI

/// Arrangements of the panes.
@Suite
struct ArrangementTests {
  private func layout(_ arrangement: Int, focus: Pane = .tree) -> Layout {
    var panes = PaneChoice()
    panes.arrangement = arrangement
    return Layout(size: Size(columns: 120, rows: 30), focus: focus, isZoomed: false, panes: panes)
  }

  @Test func `Each leaves out what it says`() {
    #expect(Set(layout(1).boxes.keys) == [.tree, .detail, .log])
    #expect(Set(layout(2).boxes.keys) == [.tree, .log])
    #expect(Set(layout(3).boxes.keys) == [.tree, .detail])
  }

  @Test func `What is left out comes with the focus`() {
    #expect(layout(2, focus: .detail)[.detail] != nil)
    #expect(layout(3, focus: .log)[.log] != nil)
  }
}
