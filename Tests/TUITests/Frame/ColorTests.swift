import Testing

@testable import TUI

/// Colours.
@Suite
struct ColorTests {
  @Test(
    arguments: [
      ("red", .red), ("bright-red", .indexed(9)), ("#0a0B0c", .rgb(10, 11, 12)), ("0", .indexed(0)),
      ("255", .indexed(255)),
      ("256", nil), ("-1", nil), ("01", nil), ("#12345", nil), ("#1234567", nil), ("#12345g", nil), ("pink", nil),
      ("bright-", nil), ("", nil),
    ] as [(String, Color?)])
  func `Names`(_ text: String, _ color: Color?) { #expect(Color(settingText: text) == color) }

  @Test func `A terminal gets what it has`() {
    let orange = Color.rgb(0xff, 0x87, 0x00)
    #expect(orange.nearest(of: 1 << 24) == orange)
    #expect(orange.nearest(of: 256) == .indexed(208))
    #expect(Color.rgb(0x87, 0, 0).nearest(of: 8) == .red)
    #expect(Color.rgb(0xff, 0x87, 0x87).nearest(of: 8) == .red)
    #expect(Color.rgb(0xff, 0x87, 0x87).nearest(of: 16) == .indexed(9))
    #expect(Color.rgb(0x6c, 0x6c, 0x6c).nearest(of: 16) == .indexed(8))
    #expect(Color.indexed(9).nearest(of: 8) == .red && Color.indexed(9).nearest(of: 16) == .indexed(9))
    for index in 16...255 {
      let (red, green, blue) = Color.components(of: UInt8(index))
      let same = Color.rgb(UInt8(red), UInt8(green), UInt8(blue)).nearest(of: 256)
      guard case .indexed(let found) = same else { Issue.record("\(same)"); continue }
      #expect(Color.components(of: found) == (red, green, blue), "the cube's own colours are exact")
    }
  }

  @Test func `Every theme fits every terminal`() {
    for (name, theme, _) in ThemeName.all {
      for colors in [0, 8, 16, 256] {
        let shown = theme.shown(in: colors)
        for role in Role.allCases {
          for color in [shown[role].foreground, shown[role].background].compactMap({ $0 }) {
            guard case .indexed(let index) = color else { Issue.record("\(name) \(role)"); continue }
            #expect(Int(index) < colors)
            if colors == 8 { #expect(index != 0 && index != 7, "\(name) \(role) would vanish on a background") }
          }
        }
      }
    }
  }

  @Test(arguments: ThemeTests.pairs)
  func `Roles differ without colour in every theme`(pair: (Role, Role)) {
    for (name, theme, _) in ThemeName.all {
      let shown = theme.shown(in: 0)
      #expect(shown[pair.0] != shown[pair.1], "\(name)")
    }
  }

  /// What a person writes about colours alone takes no emphasis away.
  @Test func `A look keeps its emphasis`() throws {
    let base = Theme.Look(.cyan, .bold)
    #expect(try #require(LookWish(settingText: "red")).look(over: base) == Theme.Look(.red, .bold))
    #expect(try #require(LookWish(settingText: "red plain")).look(over: base) == Theme.Look(.red))
    #expect(
      try #require(LookWish(settingText: "on blue dim underline")).look(over: base)
        == Theme.Look(nil, [.dim, .underline], on: .blue))
    for wrong in ["", "red blue", "on", "red on", "on red on blue", "blink", "red  on blue green"] {
      #expect(LookWish(settingText: wrong) == nil, "\(wrong)")
    }
  }

  @Test func `Without colour no theme has any`() {
    var settings = Settings()
    settings.theme = "dark"
    for traits in [TerminalTraits(refusesColor: true), TerminalTraits(colors: 0)] {
      let theme = settings.theme(for: traits)
      for role in Role.allCases {
        #expect(theme[role].foreground == nil && theme[role].background == nil)
        #expect(theme[role].emphasis.isSuperset(of: Theme.mono[role].emphasis))
      }
    }
  }
}
