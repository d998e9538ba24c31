import Testing

@testable import TUI

/// Screens of settings look as recorded.
@Suite
struct SettingsScreens {
  /// A view with these settings, as the program starts with them.
  static func view(
    _ settings: Settings = Settings(), columns: Int = 80, rows: Int = 24, traits: TerminalTraits = TerminalTraits()
  ) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.start(settings, traits: traits, place: "/home/anna/.config/execsnoop-top/config.toml")
    return state
  }

  /// A theme changes no cell's text and no cell's role: what it changes stands behind the frame, role by role.
  @Test(arguments: ["default", "dark", "light", "16", "mono"], [(80, 24), (120, 40)])
  func `In each theme`(name: String, size: (Int, Int)) {
    var settings = Settings()
    settings.theme = name
    let state = Self.view(settings, columns: size.0, rows: size.1)
    let frame = state.render()
    let roles = Set((0..<size.1).flatMap { frame.row($0).map(\.style.role) })
    expectGolden(text: frame.dump + legend(settings, roles), "theme-\(name)-\(size.0)x\(size.1)")
  }

  @Test(arguments: [(80, 24), (120, 40), (40, 10), (20, 5)])
  func `The settings`(columns: Int, rows: Int) {
    var state = Self.view(columns: columns, rows: rows)
    state.press(.character("S"))
    expectGolden(state.render(), "settings-\(columns)x\(rows)")
  }

  @Test func `The last line names all keys at 90 columns and the ways out before`() {
    for (columns, count) in [(90, SettingsKeys.all.count), (80, 6), (52, 4)] {
      var state = Self.view(columns: columns)
      state.press(.character("S"))
      let bar = state.render().text(row: 23)
      for key in SettingsKeys.all.prefix(count) { #expect(bar.contains("\(key.keys) \(key.label)"), "\(bar)") }
    }
    #expect(
      ["Apply + save", "Apply", "Undo"].allSatisfy { SettingsKeys.all.prefix(4).map { "\($0.label)" }.contains($0) })
  }

  @Test func `Screen in ASCII`() {
    var settings = Settings()
    settings.glyphs = .ascii
    var state = Self.view(settings)
    state.press(.f(2), .end)
    let frame = state.render()
    for row in 0..<24 { #expect(frame.text(row: row).allSatisfy { $0.isASCII }) }
    expectGolden(frame, "settings-ascii-80x24")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 50)])
  func `With all columns`(columns: Int, rows: Int) {
    var settings = Settings()
    settings.columns = ColumnChoice(
      shown: [.pid, .cpu, .mem, .time, .status, .execs, .kids, .tty, .container, .user, .ppid])
    expectGolden(Self.view(settings, columns: columns, rows: rows).render(), "columns-\(columns)x\(rows)")
  }

  @Test func `Other keys`() {
    var settings = Settings()
    var faults: [SettingsFault] = []
    settings.keys = KeyMap(
      [
        KeyMap.Wish(id: .freeze, keys: [.character("p")], line: 1), KeyMap.Wish(id: .help, keys: [.f(12)], line: 2),
        KeyMap.Wish(id: .zoom, keys: [], line: 3),
      ], faults: &faults)
    var state = Self.view(settings, columns: 120, rows: 40)
    expectGolden(state.render(), "keys-120x40")
    _ = state.reduce(.input(.resize(Size(columns: 120, rows: 120))))
    state.press(.f(12))
    let help = state.screen
    #expect(help.contains("  p                   freeze the screen"))
    #expect(help.contains("  (no key)            show only this pane"))
  }
}

/// The looks of the roles that are on the screen: what each theme makes of them, with many colours and with eight.
private func legend(_ settings: Settings, _ roles: Set<Role>) -> String {
  var lines = ""
  for colors in [256, 8] {
    let theme = settings.theme(for: TerminalTraits(colors: colors))
    lines += "\nin \(colors) colours\n"
    for role in Role.allCases where roles.contains(role) {
      lines += "\(role) \(theme[role].words)\n"
    }
  }
  return lines
}
