import Testing

@testable import TUI

/// Keys in the settings.
@Suite
struct SettingKeysTests {
  /// The settings, with the cursor on a command's keys.
  private func view(at id: CommandID, rows: Int = 24) -> AppState {
    var state = SettingsScreens.view(columns: 120, rows: rows)
    state.press(.character("S"))
    go(to: id, in: &state)
    return state
  }

  private func go(to id: CommandID, in state: inout AppState) {
    state.press(.home)
    while state.settingsScreen?.cursor != .keys(id), state.settingsScreen?.cursor != .keys(.quit) { state.press(.down) }
  }

  private func keys(_ id: CommandID, _ state: AppState) -> [Key] { state.settings.keys.keys(of: id) }

  @Test func `Every command has a row that comes into view`() {
    for command in Commands.all {
      let state = view(at: command.id)
      #expect(state.settingsScreen?.cursor == .keys(command.id))
      let row = state.screen.split(separator: "\n").first { $0.hasPrefix("▌") }
      #expect(row?.contains(" \(command.id.settingName) ") == true, "\(command.id)")
      #expect(row?.contains(command.keys[0].name().string) == true, "\(command.id)")
    }
  }

  @Test func `Enter asks and the next key is the commands`() {
    var state = view(at: .freeze)
    state.press(.enter)
    #expect(state.screen.hasSuffix("press the new key for freeze (Esc cancels)"))
    #expect(state.screen.contains("▌  freeze            press a key    freeze the screen"))
    state.press(.f(5))
    #expect(keys(.freeze, state) == [.f(5)])
    #expect(state.screen.contains("▌  freeze            F5             default Space: freeze the screen"))
    #expect(state.screen.hasSuffix("freeze: F5"))
    // It holds at once, and what it had is nobody's.
    #expect(state.press(.character("w")) == [.save(state.settings)])
    state.press(.character(" "))
    #expect(!state.isFrozen && state.screen.hasSuffix("Space is not bound (? for help)"))
    state.press(.f(5))
    #expect(state.isFrozen)
  }

  @Test func `A key that others have, or that cannot be had, is refused and asked for again`() {
    for (key, reason) in [
      (Key.character("z"), "z is bound to zoom: press another key, or Esc"),
      (.up, "↑ is bound to up: press another key, or Esc"),
      (.ctrl("c"), "^C always quits: press another key, or Esc"),
      (.ctrl("s"), "^S is reserved by the terminal: press another key, or Esc"),
      (.ctrl("q"), "^Q is reserved by the terminal: press another key, or Esc"),
      (.ctrl("h"), "^H is reserved by the terminal: press another key, or Esc"),
      (.ctrl("j"), "^J is reserved by the terminal: press another key, or Esc"),
      (.character(" "), "Space is already bound to it: press another key, or Esc"),
    ] {
      var state = view(at: .freeze)
      state.press(.enter, key)
      #expect(state.screen.hasSuffix(reason), "\(key)")
      #expect(state.settings == Settings() && state.settingsScreen?.asking != nil, "\(key)")
      state.press(.character("Z"))
      #expect(keys(.freeze, state) == [.character("Z")] && state.settingsScreen?.asking == nil, "\(key)")
    }
  }

  @Test func `Esc keeps the key and then the settings`() {
    var state = view(at: .freeze)
    state.press(.enter, .escape)
    #expect(state.settings == Settings() && state.settingsScreen?.cursor == .keys(.freeze))
    state.press(.enter, .character("x"), .escape)
    #expect(state.settings == Settings() && state.settingsScreen == nil, "all is put back")
  }

  /// While a key is asked for, what keys do on this screen they do not.
  @Test func `Keys of this screen can be asked for`() {
    for key in [Key.backspace, .delete, .ctrl("a")] {
      var state = view(at: .zoom)
      state.press(.enter, key)
      #expect(keys(.zoom, state) == [key] && state.settingsScreen != nil)
    }
    var state = view(at: .write)
    state.press(.character("-"))
    #expect(keys(.write, state) == [])
    go(to: .zoom, in: &state)
    #expect(state.press(.enter, .character("w")) == [])
    #expect(keys(.zoom, state) == [.character("w")])
  }

  @Test func `More keys and fewer`() {
    var state = view(at: .freeze)
    state.press(.character("+"))
    #expect(state.screen.hasSuffix("press another key for freeze (Esc cancels)"))
    state.press(.character("x"), .character(">"), .f(5))
    #expect(keys(.freeze, state) == [.character(" "), .character("x"), .f(5)])
    state.press(.character("-"), .character("<"))
    #expect(keys(.freeze, state) == [.character(" ")])
    state.press(.character("-"))
    #expect(keys(.freeze, state) == [] && state.screen.contains("freeze            (no key)"))
    state.press(.character("-"))
    #expect(keys(.freeze, state) == [])
    // What has to stay, stays.
    go(to: .quit, in: &state)
    state.press(.character("-"))
    #expect(state.screen.hasSuffix("^C always quits"))
    go(to: .settings, in: &state)
    state.press(.character("-"), .character("-"))
    #expect(keys(.settings, state) == [.character("S")])
    #expect(state.screen.hasSuffix("settings needs a key, or it could not be opened again"))
  }

  @Test func `Backspace gives a command its own keys again`() {
    for key in [Key.backspace, .delete] {
      var state = view(at: .freeze)
      state.press(.enter, .character("x"), key)
      #expect(state.settings == Settings())
      #expect(state.screen.hasSuffix("freeze: Space"))
    }
  }

  @Test func `What another command took is not taken back`() {
    var state = view(at: .search)
    state.press(.enter, .character("x"))
    go(to: .zoom, in: &state)
    state.press(.enter, .character("/"))
    go(to: .search, in: &state)
    state.press(.delete)
    #expect(keys(.search, state) == [.f(3)] && keys(.zoom, state) == [.character("/")])
    #expect(state.screen.hasSuffix("search: F3; / is now zoom"))
  }

  @Test func `Quit keeps its key that always quits`() {
    var state = view(at: .quit)
    state.press(.enter, .character("x"))
    #expect(keys(.quit, state) == [.character("x"), .ctrl("c")])
  }

  @Test func `Arrows move whatever command they have`() {
    var state = view(at: .up)
    state.press(.enter, .character("x"))
    go(to: .down, in: &state)
    state.press(.enter, .character("X"))
    state.press(.up)
    #expect(state.settingsScreen?.cursor == .keys(.up))
    state.press(.down)
    #expect(state.settingsScreen?.cursor == .keys(.down))
    state.press(.character("x"))
    #expect(state.settingsScreen?.cursor == .keys(.up))
  }

  @Test func `The wheel does not move away from the question`() {
    var state = view(at: .freeze)
    let wheel = Input.mouse(MouseEvent(.wheelDown, at: Point(row: 5, column: 5)))
    _ = state.reduce(.input(wheel))
    #expect(state.settingsScreen?.cursor != .keys(.freeze))
    state.press(.up, .enter)
    _ = state.reduce(.input(wheel))
    #expect(state.settingsScreen?.cursor == .keys(.freeze))
  }

  @Test func `Each setting can be given its own value again`() {
    for row in SettingsRow.all(Settings()) {
      if case .keys = row { continue }
      var settings = Settings()
      for _ in 0..<2 { row.step(1, toggles: true, in: &settings) }
      row.step(1, toggles: false, in: &settings)
      row.reset(in: &settings)
      var own = Settings()
      // A hidden column comes back as the last one.
      settings.columns = ColumnChoice(shown: settings.columns.shown.sorted { $0.rawValue < $1.rawValue })
      own.columns = ColumnChoice(shown: own.columns.shown.sorted { $0.rawValue < $1.rawValue })
      #expect(settings == own, "\(row)")
    }
    var state = SettingsScreens.view()
    state.press(.character("S"), .right)
    #expect(state.press(.delete) == [.restyle(Theme.default.shown(in: 256))] && state.settings == Settings())
  }

  @Test func `Anything asked of the keys leaves each key with one command`() {
    var seed = UInt64.random(in: 0 ... .max)
    let first = seed
    func next(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    var map = KeyMap.standard
    let keys = Commands.all.flatMap(\.keys) + "xZ@%".map { Key.character($0) } + [.f(5), .f(7), .ctrl("s"), .delete]
    for _ in 0..<500 {
      let id = CommandID.allCases[next(CommandID.allCases.count)]
      switch next(4) {
      case 0: _ = try? map.reset(id)
      case 1: try? map.unbindLast(of: id)
      default: try? map.bind(keys[next(keys.count)], to: id, keepsOthers: next(2) == 0)
      }
      let isTold = CommandID.allCases.allSatisfy { id in map.keys(of: id).allSatisfy { map.command(on: $0)?.id == id } }
      let all = CommandID.allCases.flatMap { map.keys(of: $0) }
      #expect(isTold && Set(all).count == all.count, "seed \(first)")
      #expect(map.command(on: .ctrl("c"))?.id == .quit, "seed \(first)")
      #expect(!map.keys(of: .settings).isEmpty, "seed \(first)")
    }
  }
}
