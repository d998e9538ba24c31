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
      #expect(Theme.mono[role].emphasis == (Self.quiet.contains(role) ? .dim : Theme.default[role].emphasis))
    }
  }

  @Test func `Text is the terminals own`() { #expect(Theme.default[.text] == Theme.Look()) }

  /// Roles that need not be read word by word.
  private static let quiet: Set<Role> = [
    .dim, .label, .commandDirectory, .fading, .faded, .border, .treeGuide,
  ]

  /// The contrast of WCAG 2, at least 4.5 for text and 3 for what is dim, of every role on black and on white.
  @Test(arguments: [(Int(1) << 24, 4.5), (256, 3.9)])
  func `No colour vanishes where the background is unknown`(colors: Int, least: Double) throws {
    let theme = Theme.default.shown(in: colors)
    #expect(Role.allCases.count { theme[$0].foreground != nil } > 20)
    for role in Role.allCases {
      #expect(theme[role].background == nil)
      guard let color = theme[role].foreground else { continue }
      for background in [0.0, 1.0] {
        let contrast = contrast(color, background)
        #expect(contrast >= (Self.quiet.contains(role) ? 3 : least), "\(role) \(contrast) on \(background)")
        #expect(!theme[role].emphasis.contains(.dim))
      }
    }
  }

  @Test(arguments: [Int(1) << 24, 256])
  func `Where it is known, the default is made for it`(colors: Int) {
    for (background, luminance) in [(TerminalTraits.Background.dark, 0.0), (.light, 1.0)] {
      let traits = TerminalTraits(colors: colors, background: background)
      let theme = Settings().theme(for: traits)
      #expect(theme == (background == .dark ? Theme.dark : .light).shown(in: colors))
      for role in Role.allCases {
        guard let color = theme[role].foreground else { continue }
        let contrast = contrast(color, luminance)
        #expect(contrast >= (Self.quiet.contains(role) ? 3 : 4.5), "\(role) \(contrast) on \(background)")
      }
    }
    var settings = Settings()
    settings.theme = "mono"
    #expect(settings.theme(for: TerminalTraits(colors: colors, background: .light)) == .mono)
  }

  /// With few colours the hue is what a role says something by: it is the same, in the terminal's own shade of it.
  @Test func `Few colours keep the hue on black`() {
    let hues: [(Role, Color)] = [
      (.commandName, .cyan), (.frozen, .cyan), (.running, .green), (.failed, .red), (.setuid, .magenta),
      (.match, .yellow),
    ]
    let theme = Settings().theme(for: TerminalTraits(colors: 8, background: .dark))
    for (role, hue) in hues { #expect(theme[role].foreground == hue, "\(role)") }
    #expect(Settings().theme(for: TerminalTraits(colors: 16, background: .dark)) == Theme.sixteen.shown(in: 16))
  }

  /// The terminal's own shades, as xterm has them: at least 3 of WCAG 2, on black, on white, and on both where the
  /// background is unknown. What has no such colour differs by emphasis.
  @Test(arguments: [8, 16, 88])
  func `Few colours are legible`(colors: Int) {
    let backgrounds: [(TerminalTraits.Background?, [Double])] = [(.dark, [0]), (.light, [1]), (nil, [0, 1])]
    for (background, luminances) in backgrounds {
      let theme = Settings().theme(for: TerminalTraits(colors: colors, background: background))
      for role in Role.allCases where background != .dark || !Self.quiet.contains(role) {
        guard let color = theme[role].foreground else { continue }
        for luminance in luminances {
          let contrast = contrast(color, luminance)
          #expect(contrast >= 3, "\(role) \(contrast) on \(luminance) of \(colors)")
        }
      }
      #expect(theme[.failed].foreground == (background == .dark && colors >= 16 ? .indexed(9) : .red))
      for pair in Self.pairs { #expect(theme[pair.0] != theme[pair.1], "\(pair) \(colors)") }
    }
  }

  /// The contrast of WCAG 2 between a colour and a background of this luminance: 1 to 21.
  private func contrast(_ color: Color, _ background: Double) -> Double {
    let luminance = luminance(color)
    return (max(luminance, background) + 0.05) / (min(luminance, background) + 0.05)
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
