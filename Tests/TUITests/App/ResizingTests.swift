import Testing

@testable import TUI

/// Layouts and sizes of panes by keys.
@Suite
struct ResizingTests {
  private func state(_ columns: Int = 120, _ rows: Int = 30) -> AppState {
    AppState.showing(.build(), columns: columns, rows: rows)
  }

  @Test func `A key steps through the layouts`() {
    var state = state()
    let all = Set(state.layout.boxes.keys)
    state.press(.character("|"))
    #expect(Set(state.layout.boxes.keys) == [.tree, .log] && state.screen.hasSuffix("no detail"))
    state.press(.character("|"))
    #expect(Set(state.layout.boxes.keys) == [.tree, .detail] && state.screen.hasSuffix("no log"))
    state.press(.character("|"))
    #expect(Set(state.layout.boxes.keys) == all && state.screen.hasSuffix("all panes"))
  }

  @Test func `The pane that goes gives the focus away`() {
    var state = state()
    state.press(.character("2"), .character("|"))
    #expect(state.focus == .tree && state.layout[.detail] == nil)
    state.press(.character("3"), .character("|"))
    #expect(state.focus == .tree && state.layout[.log] == nil && state.layout[.detail] != nil)
    // And comes back where it is asked for.
    state.press(.character("3"))
    #expect(state.layout[.log] != nil)
  }

  @Test func `It leaves the zoom`() {
    var state = state()
    state.press(.character("z"), .character("|"))
    #expect(!state.isZoomed && Set(state.layout.boxes.keys) == [.tree, .log])
  }

  /// What looks the same is passed over.
  @Test func `A narrow screen has two layouts and a low one has one`() {
    var narrow = state(40, 10)
    narrow.press(.character("|"))
    #expect(Set(narrow.layout.boxes.keys) == [.tree] && narrow.screen.hasSuffix("no log"))
    narrow.press(.character("|"))
    #expect(Set(narrow.layout.boxes.keys) == [.tree, .log] && narrow.screen.hasSuffix("all panes"))
    var low = state(20, 5)
    low.press(.character("|"))
    #expect(low.settings.panes == PaneChoice() && low.message?.isError == true)
  }

  @Test(arguments: [(1, Pane.tree), (2, .detail), (3, .log)])
  func `The pane with the focus grows and shrinks`(key: Int, pane: Pane) throws {
    var state = state()
    state.press(.character(Character("\(key)")))
    func area() -> Int { state.layout[pane].map { $0.columns * $0.rows } ?? 0 }
    let before = area()
    state.press(.character(">"))
    #expect(area() > before)
    state.press(.character("<"))
    #expect(area() == before)
    state.press(.character("<"))
    #expect(area() < before)
  }

  @Test func `Without the detail the tree takes from the log`() throws {
    for (columns, keys) in [(120, "||"), (60, "")] {
      var state = state(columns, 24)
      if !keys.isEmpty { state.press(.character("|")) }
      let before = try #require(state.layout[.tree]).rows
      state.press(.character(">"))
      #expect(state.layout[.tree]?.rows == before + 1)
      // The detail stands in the tree's place, and has the same border.
      state.press(.character("2"), .character(">"))
      #expect(state.settings.panes.log < 36 && state.settings.panes.tree == 62)
    }
  }

  /// At every size each press changes something or says that it cannot, and nothing ever goes out of its bounds.
  @Test func `No press is in vain`() {
    for (columns, rows) in [(200, 50), (120, 40), (80, 24), (72, 12), (60, 16), (40, 10), (20, 8), (20, 5), (5, 2)] {
      for focus in Pane.allCases {
        for key in [Key.character("<"), .character(">")] {
          var state = state(columns, rows)
          state.press(.character(Character("\(focus.number)")))
          var presses = 0
          while true {
            let boxes = state.layout.boxes
            state.press(key)
            presses += 1
            LayoutTests().check(state.layout, columns, rows)
            for box in state.layout.boxes.values { #expect(box.rows >= 1) }
            if state.layout.boxes == boxes {
              #expect(state.message?.isError == true)
              break
            }
            #expect(state.message == nil)
          }
          #expect(presses < 60)
        }
      }
    }
  }

  /// A border that was moved on a large screen is not stuck on a small one.
  @Test func `The first press back moves the border`() {
    var state = state(80, 24)
    state.settings.panes.tree = 80
    let before = state.layout[.tree]?.columns ?? 0
    state.press(.character("<"))
    #expect(state.layout[.tree]?.columns ?? 0 < before)
  }

  @Test func `A zoomed pane has no border to move`() {
    var state = state()
    state.press(.character("z"), .character(">"))
    var zoomed = PaneChoice()
    zoomed.zoom = .tree
    #expect(state.settings.panes == zoomed && state.message?.isError == true)
  }

  /// They are settings: the screen of settings shows them, and saves them.
  @Test func `They are saved with the settings`() {
    var state = SettingsScreens.view(columns: 120, rows: 40)
    state.press(.character("|"), .character("|"), .character("<"), .character("|"), .character("3"), .character(">"))
    let panes = state.settings.panes
    #expect(panes.arrangement == 1 && panes.tree == 60 && panes.log == 38)
    let effects = state.press(.character("S"), .character("w"))
    #expect(effects == [.save(state.settings)] && state.settings.panes == panes)
  }
}
