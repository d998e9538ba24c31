/// The name of a built-in theme. The user may define others.
package enum ThemeName {
  package static let `default` = "default"

  /// In the order in which the settings screen goes through them.
  package static let all: [(name: String, theme: Theme, summary: StaticString)] = [
    ("default", .default, "dark or light, as the background is; legible on both if it is unknown"),
    ("dark", .dark, "for dark backgrounds, 256 colours or more"),
    ("light", .light, "for light backgrounds, 256 colours or more"),
    ("16", .sixteen, "for dark backgrounds, bright ANSI colours"),
    ("mono", .mono, "no colours"),
  ]

  /// The theme with this name on a terminal: `default` is that of the terminal's background, if that is known.
  package static func theme(_ name: String, on traits: TerminalTraits) -> Theme? {
    guard name == `default`, traits.colors >= 8 else { return theme(name) }
    if traits.colors < 256 { return .fewColors(traits.colors, on: traits.background) }
    guard let background = traits.background else { return .default }
    return background == .dark ? .dark : .light
  }

  package static func theme(_ name: String) -> Theme? { all.first { $0.name == name }?.theme }
}

/// A theme that the user defined: a built-in theme with other styles for some roles.
package struct OwnTheme: Hashable, Sendable {
  /// The name of the built-in theme that defines the other roles.
  package var base = ThemeName.default
  package var looks: [Role: LookWish] = [:]

  package init() {}

  /// The theme on a terminal.
  package func theme(on traits: TerminalTraits) -> Theme {
    let base = ThemeName.theme(base, on: traits) ?? .default
    return Theme { role in looks[role].map { $0.look(over: base[role]) } ?? base[role] }
  }
}

/// A look as it is written in the settings file: `red bold`, `#ff8787`, `white on 52 underline`, `plain`.
package struct LookWish: Hashable, Sendable {
  package var foreground: Color?
  package var background: Color?
  /// Nil keeps the emphasis of the role, so that setting only a colour never removes what distinguishes roles without
  /// colours.
  package var emphasis: Emphasis?

  /// The expected words, for error messages.
  package static let expectation =
    "colours (red, bright-red, #rrggbb or 0 to 255; after `on` for the background) and bold, dim, underline, reverse "
    + "or plain"

  /// Nil if a word is unknown, or if a colour is given twice.
  package init?(settingText text: String) {
    var isBackground = false
    let words = text.split(separator: " ").map { $0.lowercased() }
    if words.isEmpty { return nil }
    for word in words {
      if word == "on", !isBackground {
        isBackground = true
      } else if word == "plain" {
        emphasis = emphasis ?? []
      } else if let known = Self.emphases.first(where: { $0.name == word })?.emphasis {
        emphasis = (emphasis ?? []).union(known)
      } else if let color = Color(settingText: word) {
        guard isBackground ? background == nil : foreground == nil else { return nil }
        if isBackground { background = color } else { foreground = color }
      } else {
        return nil
      }
    }
    if isBackground, background == nil { return nil }
  }

  private static let emphases: [(name: String, emphasis: Emphasis)] = [
    ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
  ]

  func look(over base: Theme.Look) -> Theme.Look {
    Theme.Look(foreground, emphasis ?? base.emphasis, on: background)
  }
}

extension Settings {
  /// Whether the theme depends on the terminal's background.
  package var asksBackground: Bool { (ownThemes[theme]?.base ?? theme) == ThemeName.default }

  /// The names of all themes: the built-in ones, then the user's.
  package var themeNames: [String] { ThemeName.all.map(\.name) + ownThemes.keys.sorted() }

  /// The theme with this name, in colours that the terminal can show: none with NO_COLOR or on a terminal without
  /// colours.
  package func theme(for traits: TerminalTraits) -> Theme {
    let theme = ownThemes[theme]?.theme(on: traits) ?? ThemeName.theme(theme, on: traits) ?? .default
    return theme.shown(in: traits.refusesColor ? 0 : traits.colors)
  }

  /// The signs that the panes draw with.
  package func glyphs(for traits: TerminalTraits) -> Glyphs {
    switch glyphs {
    case .auto: traits.isUTF8 ? .utf8 : .ascii
    // In a locale without UTF-8, ncurses would write question marks.
    case .utf8: traits.isUTF8 ? .utf8 : .ascii
    case .ascii: .ascii
    }
  }
}
