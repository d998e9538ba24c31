import Events
import Testing

@testable import TUI
@testable import Tree

/// Changing settings.
@Suite
struct SettingsTests {
  private func view(_ settings: Settings = Settings(), traits: TerminalTraits = TerminalTraits()) -> AppState {
    SettingsScreens.view(settings, columns: 120, rows: 40, traits: traits)
  }

  @Test func `The theme shows at once and esc puts it back`() {
    var state = view()
    state.press(.character("S"))
    #expect(state.press(.right) == [.restyle(Theme.dark.shown(in: 256))])
    #expect(state.settings.theme == "dark" && state.theme == Theme.dark.shown(in: 256))
    #expect(state.press(.enter) == [.restyle(Theme.light.shown(in: 256))])
    #expect(state.press(.left, .left) == [.restyle(Theme.dark.shown(in: 256)), .restyle(Theme.default.shown(in: 256))])
    #expect(state.press(.left) == [.restyle(Theme.mono)], "around the end")
    #expect(state.press(.escape) == [.restyle(Theme.default.shown(in: 256))])
    #expect(state.settings == Settings() && state.settingsScreen == nil)
    #expect(state.screen.hasSuffix("changes undone"))
  }

  @Test func `Saving is an effect`() {
    var state = view()
    state.press(.f(2), .right)
    let effects = state.press(.character("w"))
    #expect(effects == [.save(state.settings)] && state.settings.theme == "dark" && state.settingsScreen == nil)
  }

  @Test func `Leaving keeps them without saving`() {
    for key in [Key.character("S"), .character("q"), .f(10)] {
      var state = view()
      state.press(.character("S"), .right)
      #expect(state.press(key) == [])
      #expect(state.settings.theme == "dark" && state.settingsScreen == nil)
      #expect(state.screen.hasSuffix("changes hold until the program ends (S, then w saves them)"))
    }
  }

  @Test func `Without a place nothing is saved`() {
    var state = AppState.showing(.build())
    state.press(.character("S"))
    #expect(state.screen.contains("no file to save to"))
    #expect(state.press(.character("w")) == [])
    #expect(state.screen.contains("settings not saved: no home directory"))
  }

  @Test func `Columns go on and off move and grow`() {
    var state = view()
    state.press(.character("S"), .down, .down, .down, .down)
    #expect(state.settingsScreen?.cursor == .column(.user))
    state.press(.character("-"))
    #expect(state.settings.columns.shown == [.pid, .user, .ppid, .time, .status])
    state.press(.character("<"), .character("<"))
    #expect(state.settings.columns.shown == [.user, .pid, .ppid, .time, .status])
    state.press(.character("+"), .character(">"))
    #expect(state.settings.columns.shown == [.pid, .ppid, .user, .time, .status])
    state.press(.right, .right, .left)
    #expect(state.settings.columns.width(of: .user) == 9)
    state.press(.character(" "))
    #expect(state.settings.columns.shown == [.pid, .ppid, .time, .status])
    #expect(state.settingsScreen?.cursor == .column(.user), "the cursor stays on its column")
    state.press(.enter)
    #expect(state.settings.columns.shown == [.pid, .ppid, .time, .status, .user])
    state.press(.home, .character("+"))
    #expect(state.screen.hasSuffix("only columns can be moved"))
  }

  /// Every row changes something up and down, and never leaves its range.
  @Test func `Every row can be changed`() {
    for row in SettingsRow.all(Settings()) {
      if case .keys = row { continue }
      var settings = Settings()
      for _ in 0..<300 { row.step(1, toggles: false, in: &settings) }
      for _ in 0..<600 { row.step(-1, toggles: false, in: &settings) }
      row.step(1, toggles: true, in: &settings)
      #expect(settings != Settings(), "\(row)")
      #expect(PaneChoice.treeRange.contains(settings.panes.tree) && PaneChoice.logRange.contains(settings.panes.log))
      #expect(Settings.logLinesRange.contains(settings.logLines))
      for column in TreeColumn.allCases where column.hasOwnWidth {
        #expect(TreeColumn.widthRange.contains(settings.columns.width(of: column)))
      }
    }
  }

  @Test func `Keys that do nothing say so`() {
    var state = view()
    state.press(.character("S"), .character("x"))
    #expect(state.screen.hasSuffix("x does nothing in the settings (Esc closes them)"))
    #expect(state.press(.ctrl("z")) == [.suspend] && state.press(.ctrl("l")) == [.redraw])
    #expect(state.settingsScreen != nil)
  }

  @Test func `Panes take their part`() {
    var settings = Settings()
    settings.panes.tree = 40
    settings.panes.log = 60
    let state = SettingsScreens.view(settings, columns: 200, rows: 39)
    #expect(state.layout[.tree]?.columns == 79 && state.layout[.detail]?.columns == 120)
    #expect(state.layout[.log].map { $0.rows + 2 } == 22)
    for columns in 72...300 {
      for percent in PaneChoice.treeRange {
        settings.panes.tree = percent
        let layout = Layout(
          size: Size(columns: columns, rows: 40), focus: .tree, isZoomed: false, panes: settings.panes)
        #expect((layout[.tree]?.columns ?? 0) >= 44 && (layout[.detail]?.columns ?? 0) >= 26)
      }
    }
  }

  @Test func `The mouse is left to the terminal`() {
    var settings = Settings()
    settings.mouse = false
    #expect(!view(settings).mouse.isUsed && view().mouse.isUsed)
    // An option that leaves it holds until the setting is changed.
    var state = AppState.showing(.build())
    state.mouse.isUsed = false
    state.start(Settings(), traits: TerminalTraits(), place: nil)
    #expect(!state.mouse.isUsed)
    state.press(.character("S"))
    while state.settingsScreen?.cursor != .mouse { state.press(.down) }
    state.press(.enter)
    #expect(!state.mouse.isUsed)
    state.press(.enter)
    #expect(state.mouse.isUsed)
    // To undo that is to leave it again.
    state.press(.escape)
    #expect(!state.mouse.isUsed)
  }

  @Test func `It begins with following where that is wanted`() {
    var settings = Settings()
    #expect(!view(settings).tree.isFollowing)
    settings.follow = true
    let state = view(settings)
    #expect(state.tree.isFollowing && state.tree.selection == state.shown.newest)
  }

  @Test func `So many exited children have rows`() {
    var story = Story.build()
    let make = story.id(980, at: 3001)
    for pid in Int32(30_000)..<30_040 {
      let child = story.fork(pid, from: make, comm: "bash")
      story.exit(child, make, comm: "bash", ExitStatus(code: 0))
    }
    func rows(_ count: Int) -> Int {
      var settings = Settings()
      settings.foldExited = count
      var state = AppState.showing(story, columns: 120, rows: 40)
      state.start(settings, traits: TerminalTraits(), place: nil)
      return state.shown.outline.rowCount
    }
    let all = rows(0)
    #expect(
      all > 40 && rows(ViewData.exitedChildLimit) < all
        && rows(5) == rows(ViewData.exitedChildLimit) - ViewData.exitedChildLimit + 5)
  }

  @Test func `Faults are shown in one line`() {
    #expect(SettingsFault.summary([]) == nil)
    let one = SettingsFault(line: 3, "theme: expected \u{1b}[31m")
    #expect(SettingsFault.summary([one])?.string == "config.toml:3: theme: expected \\x1b[31m")
    let two = [one, SettingsFault(line: nil, "is not a regular file")]
    #expect(
      SettingsFault.summary(two)?.string
        == "config.toml:3: theme: expected \\x1b[31m (and 1 more: run execsnoop-top doctor)")
    var state = AppState.showing(.build())
    _ = state.reduce(.message("a note", isError: false))
    state.start(Settings(), traits: TerminalTraits(), place: nil, faults: [one])
    #expect(state.screen.hasSuffix("\n a note"))
    _ = state.reduce(.messageExpired)
    #expect(state.screen.hasSuffix("\n config.toml:3: theme: expected \\x1b[31m"))
  }
}
