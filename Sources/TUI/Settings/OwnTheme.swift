/// The name of one of the program's own themes. Others are the person's.
package enum ThemeName {
  package static let `default` = "default"

  /// In the order in which the settings screen goes through them.
  package static let all: [(name: String, theme: Theme, summary: StaticString)] = [
    ("default", .default, "for dark and light backgrounds"),
    ("dark", .dark, "for dark backgrounds, 256 colours or more"),
    ("light", .light, "for light backgrounds, 256 colours or more"),
    ("16", .sixteen, "for dark backgrounds, the bright ANSI colours"),
    ("mono", .mono, "no colours"),
  ]

  package static func theme(_ name: String) -> Theme? { all.first { $0.name == name }?.theme }
}

/// A theme that the person made: one of the program's own with other looks for some roles.
package struct OwnTheme: Hashable, Sendable {
  /// The name of the program's theme that has all other roles.
  package var base = ThemeName.default
  package var looks: [Role: LookWish] = [:]

  package init() {}

  package var theme: Theme {
    let base = ThemeName.theme(base) ?? .default
    return Theme { role in looks[role].map { $0.look(over: base[role]) } ?? base[role] }
  }
}

/// A look as it is written in the settings file: `red bold`, `#ff8787`, `white on 52 underline`, `plain`.
package struct LookWish: Hashable, Sendable {
  package var foreground: Color?
  package var background: Color?
  /// Nil keeps what the role has, so that a colour alone never takes away what tells roles apart without colours.
  package var emphasis: Emphasis?

  /// What to do about a word that is none of a look's.
  package static let expectation =
    "colours (red, bright-red, #rrggbb or 0 to 255; after `on` for the background) and bold, dim, underline, reverse "
    + "or plain"

  /// Nil where a word is not one of a look's, or where a colour is given twice.
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
  /// The names of all themes there are: the program's, then the person's.
  package var themeNames: [String] { ThemeName.all.map(\.name) + ownThemes.keys.sorted() }

  /// The theme by its name, in what the terminal can show. NO_COLOR and a terminal without colours get none.
  package func theme(for traits: TerminalTraits) -> Theme {
    let theme = ownThemes[theme]?.theme ?? ThemeName.theme(theme) ?? .default
    return theme.shown(in: traits.refusesColor ? 0 : traits.colors)
  }

  /// The signs that the panes draw with.
  package func glyphs(for traits: TerminalTraits) -> Glyphs {
    switch glyphs {
    case .auto: traits.isUTF8 ? .utf8 : .ascii
    // In a locale without UTF-8 the terminal's library could write nothing but question marks.
    case .utf8: traits.isUTF8 ? .utf8 : .ascii
    case .ascii: .ascii
    }
  }
}
