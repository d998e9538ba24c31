import Testing

@testable import TUI

/// The zoom as a setting.
@Suite
struct ZoomSettingTests {
  @Test func `It goes with the focus and is saved`() {
    var state = SettingsScreens.view()
    state.press(.character("3"), .character("z"))
    #expect(state.settings.panes.zoom == .log && Set(state.layout.boxes.keys) == [.log])
    state.press(.tab)
    #expect(state.settings.panes.zoom == .tree)
    #expect(state.press(.character("S"), .character("w")) == [.save(state.settings)])
    state.press(.character("z"))
    #expect(state.settings.panes.zoom == nil && state.layout.boxes.count == 3)
  }

  @Test(arguments: Pane.allCases)
  func `A view begins with it`(pane: Pane) {
    var settings = Settings()
    settings.panes.zoom = pane
    var state = SettingsScreens.view(settings)
    #expect(state.focus == pane && Set(state.layout.boxes.keys) == [pane])
    state.press(.escape)
    #expect(state.layout.boxes.count == 3 && state.focus == pane && state.settings.panes.zoom == nil)
  }

  @Test func `The settings screen tries it on and puts it back`() {
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
