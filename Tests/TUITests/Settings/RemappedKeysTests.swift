import Testing

@testable import TUI

/// Whatever names a key names the one that the command has by now.
@Suite("Texts that name keys that were changed")
struct RemappedKeysTests {
  private func view(_ keys: (CommandID, [Key])...) -> AppState {
    var settings = Settings()
    var faults: [SettingsFault] = []
    settings.keys = KeyMap(keys.map { KeyMap.Wish(id: $0.0, keys: $0.1, line: 1) }, faults: &faults)
    return SettingsScreens.view(settings, columns: 120, rows: 40)
  }

  private func help(_ state: AppState) -> String {
    HelpPane.lines(glyphs: state.glyphs, width: 120, keys: state.settings.keys).map { line in
      line.runs.map(\.text.string).joined()
    }.joined(separator: "\n")
  }

  @Test func theSearchThatWasNotAskedFor() {
    var state = view((.search, [.f(7)]))
    state.press(.character("n"))
    #expect(state.message?.text == "nothing to search for yet: F7 asks")
    var plain = view()
    plain.press(.character("n"))
    #expect(plain.message?.text == "nothing to search for yet: / asks")
  }

  @Test func whatScrollsSideways() {
    #expect(help(view()).contains("goes on; H and L scroll sideways"))
    #expect(help(view((.scrollLeft, [.f(7)]))).contains("goes on; F7 and L scroll sideways"))
    #expect(!help(view((.scrollLeft, []))).contains("scroll sideways\n"))
  }

  @Test func whatLeavesTheSettings() {
    var plain = view()
    plain.press(.character("S"))
    #expect(plain.screen.contains("q S Keep") && help(plain).contains("until the program ends; also F2"))
    var state = view((.settings, [.f(7)]), (.quit, [.f(8)]))
    state.press(.f(7))
    #expect(state.screen.contains("F8 F7 Keep") && !state.screen.contains("q S"))
    #expect(!help(state).contains("also F2"))
  }
}
