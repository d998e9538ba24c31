import ProcessTree
import Testing

@testable import TUI

@Suite("The zoom as a setting")
struct ZoomSettingTests {
  @Test func itGoesWithTheFocusAndIsSaved() {
    var state = SettingsScreens.view()
    state.press(.character("3"), .character("z"))
    #expect(state.settings.panes.zoom == .log && Set(state.layout.boxes.keys) == [.log])
    state.press(.tab)
    #expect(state.settings.panes.zoom == .tree)
    #expect(state.press(.character("S"), .character("w")) == [.save(state.settings)])
    state.press(.character("z"))
    #expect(state.settings.panes.zoom == nil && state.layout.boxes.count == 3)
  }

  @Test("a view begins with it", arguments: Pane.allCases)
  func start(pane: Pane) {
    var settings = Settings()
    settings.panes.zoom = pane
    var state = SettingsScreens.view(settings)
    #expect(state.focus == pane && Set(state.layout.boxes.keys) == [pane])
    state.press(.escape)
    #expect(state.layout.boxes.count == 3 && state.focus == pane && state.settings.panes.zoom == nil)
  }

  @Test func theSettingsScreenTriesItOnAndPutsItBack() {
    var state = SettingsScreens.view()
    state.press(.character("S"))
    while state.settingsScreen?.cursor != .zoom { state.press(.down) }
    #expect(state.screen.contains("▌  zoom         none "))
    state.press(.right, .right, .right)
    #expect(state.settings.panes.zoom == .log && state.focus == .log)
    state.press(.escape)
    #expect(state.settings == Settings() && state.focus == .tree)
  }
}
