import Testing

@testable import TUI

@Suite struct ThemeTests {
  /// Pairs that stand side by side on the screen and must be told apart without colour.
  static let pairs: [(Role, Role)] = [
    (.selection, .text), (.otherSelection, .text), (.selection, .otherSelection), (.title, .focusedTitle),
    (.match, .text),
    (.error, .text), (.warning, .text), (.keyBarKey, .keyBarLabel), (.commandName, .commandArguments),
    (.fading, .text), (.fading, .exited), (.exited, .commandName), (.marked, .text), (.setuid, .text),
  ]

  @Test(arguments: pairs)
  func rolesDifferWithoutColour(pair: (Role, Role)) {
    #expect(Theme.mono[pair.0] != Theme.mono[pair.1])
  }

  @Test func monoHasNoColour() {
    for role in Role.allCases {
      #expect(Theme.mono[role].foreground == nil)
      #expect(Theme.mono[role].emphasis == Theme.default[role].emphasis)
    }
  }

  @Test func textIsTheTerminalsOwn() { #expect(Theme.default[.text] == Theme.Look()) }

  @Test func noColourVanishesOnALightOrADarkBackground() {
    for role in Role.allCases {
      #expect(Theme.default[role].foreground != .black)
      #expect(Theme.default[role].foreground != .white)
    }
  }
}
