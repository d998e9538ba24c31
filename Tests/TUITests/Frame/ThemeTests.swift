import Foundation
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
  func `Roles differ without colour`(pair: (Role, Role)) {
    #expect(Theme.mono[pair.0] != Theme.mono[pair.1])
  }

  @Test func `Mono has no colour`() {
    for role in Role.allCases {
      #expect(Theme.mono[role].foreground == nil)
      #expect(Theme.mono[role].emphasis == Theme.default[role].emphasis)
    }
  }

  @Test func `Text is the terminals own`() { #expect(Theme.default[.text] == Theme.Look()) }

  @Test(arguments: [Int(1) << 24, 256])
  func `No colour vanishes on a light or a dark background`(colors: Int) throws {
    let theme = Theme.default.shown(in: colors)
    let colored = Role.allCases.compactMap { theme[$0].foreground }
    #expect(colored.count > 10 && Role.allCases.allSatisfy { theme[$0].background == nil })
    for color in colored {
      let luminance = luminance(color)
      #expect((luminance + 0.05) / 0.05 > 3.8 && 1.05 / (luminance + 0.05) > 3.8, "\(color)")
    }
  }

  /// With few colours the hue is what a role says something by: it is the same, in the terminal's own shade of it.
  @Test func `Few colours keep the hue`() {
    let hues: [(Role, Color)] = [
      (.commandName, .cyan), (.frozen, .cyan), (.running, .green), (.failed, .red), (.setuid, .magenta),
      (.match, .yellow),
    ]
    for (role, hue) in hues { #expect(Theme.default.shown(in: 8)[role].foreground == hue, "\(role)") }
  }

  /// The relative luminance of WCAG 2: 0 is black, 1 is white.
  private func luminance(_ color: Color) -> Double {
    let (red, green, blue) =
      switch color {
      case .indexed(let index): Color.components(of: index)
      case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
      }
    func linear(_ value: Int) -> Double {
      let value = Double(value) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
