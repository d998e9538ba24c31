import Testing

@testable import TUI

/// Keys by settings.
@Suite
struct KeyMapTests {
  private func map(_ wishes: [(CommandID, [Key])]) -> (map: KeyMap, faults: [String]) {
    var faults: [SettingsFault] = []
    let wishes = wishes.enumerated().map { KeyMap.Wish(id: $1.0, keys: $1.1, line: $0 + 1) }
    let map = KeyMap(wishes, faults: &faults)
    return (map, faults.map { "\($0.line ?? 0) \($0.message)" })
  }

  @Test func `Every key of the table can be written`() {
    for command in Commands.all {
      for key in command.keys {
        #expect(Key(settingName: key.name().string) == key)
        #expect(Key(settingName: key.name(arrows: false).string) == key)
      }
      #expect(CommandID(settingName: command.id.settingName) == command.id)
    }
    for number in 1...12 { #expect(Key(settingName: "F\(number)") == .f(number)) }
  }

  @Test(
    arguments: [
      ("ctrl-u", .ctrl("u")), ("C-U", .ctrl("u")), ("^u", .ctrl("u")), ("^", .character("^")), ("\u{2191}", .up),
      ("SPACE", .character(" ")), (" ", .character(" ")), ("PageUp", .pageUp), ("é", .character("é")),
      ("\u{5e9}", .character("\u{5e9}")),
      ("^\\", .ctrl("\\")), ("f12", .f(12)),
      ("", nil), ("qq", nil), ("^S", nil), ("^Q", nil), ("^H", nil), ("^I", nil), ("^J", nil), ("^M", nil), ("^[", nil),
      ("^ab", nil), ("F0", nil), ("F64", nil), ("F01", nil), ("\u{1b}", nil), ("\t", nil), ("ctrl-", nil),
    ] as [(String, Key?)])
  func `Names`(_ name: String, _ key: Key?) { #expect(Key(settingName: name) == key) }

  @Test func `A key leaves the command that had it`() {
    let (map, faults) = map([(.search, [.character("x"), .character("n")])])
    #expect(map.keys(of: .search) == [.character("x"), .character("n")])
    #expect(map.command(on: .character("n"))?.id == .search && map.command(on: .character("/")) == nil)
    #expect(faults == ["1 search-next has no key left: n is now search"])
    #expect(Commands.all.count { map.keys(of: $0.id) != $0.keys } == 2)
  }

  @Test func `Two can swap`() {
    let (map, faults) = map([(.searchNext, [.character("N")]), (.searchPrevious, [.character("n")])])
    #expect(
      map.command(on: .character("N"))?.id == .searchNext && map.command(on: .character("n"))?.id == .searchPrevious)
    #expect(faults.isEmpty)
  }

  @Test func `Conflicts are named and the first wins`() {
    let (map, faults) = map([(.zoom, [.f(20), .f(21)]), (.follow, [.f(20), .f(22)])])
    #expect(map.command(on: .f(20))?.id == .zoom && map.keys(of: .follow) == [.f(22)])
    #expect(faults == ["2 F20 is given to both zoom and follow: zoom keeps it"])
  }

  @Test func `Control c always quits`() {
    let (map, faults) = map([(.zoom, [.ctrl("c"), .character("O")]), (.quit, [.character("x")])])
    #expect(map.command(on: .ctrl("c"))?.id == .quit && map.command(on: .character("x"))?.id == .quit)
    #expect(map.keys(of: .zoom) == [.character("O")] && map.command(on: .character("q")) == nil)
    #expect(faults == ["1 ^C always quits: it cannot be zoom"])
    #expect(self.map([(.quit, [])]).map.keys(of: .quit) == [.ctrl("c")])
  }

  @Test func `Who wants no key gets none`() {
    let (map, faults) = map([(.follow, [])])
    #expect(map.keys(of: .follow).isEmpty && map.command(on: .character("F")) == nil && faults.isEmpty)
  }

  @Test func `The view obeys them`() {
    var settings = Settings()
    settings.keys = map([(.freeze, [.character("p")]), (.help, [])]).map
    var state = SettingsScreens.view(settings)
    state.press(.character("p"))
    #expect(state.isFrozen)
    state.press(.character(" "))
    #expect(state.isFrozen && state.screen.hasSuffix("Space is not bound"))
  }
}
