import Testing

@testable import TUI

/// Texts that name keys that were changed.
/// Whatever names a key names the one that the command has by now.
@Suite
struct RemappedKeysTests {
  private func view(_ keys: (CommandID, [Key])...) -> AppState {
    var settings = Settings()
    var faults: [SettingsFault] = []
    settings.keys = KeyMap(keys.map { KeyMap.Wish(id: $0.0, keys: $0.1, line: 1) }, faults: &faults)
    return SettingsScreens.view(settings, columns: 120, rows: 40)
  }

  private func help(_ state: AppState) -> String {
    HelpText.lines(glyphs: state.glyphs, width: 120, keys: state.settings.keys).map { line in
      line.runs.map(\.text.string).joined()
    }.joined(separator: "\n")
  }

  @Test func `The search that was not asked for`() {
    var state = view((.search, [.f(7)]))
    state.press(.character("n"))
    #expect(state.message?.text == "no search yet (F7 starts one)")
    var plain = view()
    plain.press(.character("n"))
    #expect(plain.message?.text == "no search yet (/ starts one)")
  }

  @Test func `What scrolls sideways`() {
    #expect(help(view()).contains("continues; H and L scroll sideways"))
    #expect(help(view((.scrollLeft, [.f(7)]))).contains("continues; F7 and L scroll sideways"))
    #expect(!help(view((.scrollLeft, []))).contains("scroll sideways\n"))
  }

  @Test func `What leaves the settings`() {
    var plain = view()
    plain.press(.character("S"))
    #expect(plain.screen.contains("q S Apply") && help(plain).contains("until the program ends; also F2"))
    var state = view((.settings, [.f(7)]), (.quit, [.f(8)]))
    state.press(.f(7))
    #expect(state.screen.contains("F8 F7 Apply") && !state.screen.contains("q S"))
    #expect(!help(state).contains("also F2"))
  }
}
