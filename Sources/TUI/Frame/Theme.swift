/// How roles look: a foreground colour on the terminal's own background, and emphasis. Never colour alone: where two
/// roles have to be told apart, their emphasis or the signs beside them differ too.
package struct Theme: Hashable, Sendable {
  private let looks: [Look]

  package init(_ look: (Role) -> Look) { looks = Role.allCases.map(look) }

  package subscript(_ role: Role) -> Look { looks[Int(role.rawValue)] }

  /// Whether it has any colour. A theme without one shows no colours of commands either.
  package var hasColors: Bool { looks.contains { $0.foreground != nil || $0.background != nil } }

  package struct Look: Hashable, Sendable {
    /// Nil is the terminal's own.
    package var foreground: Color?
    /// Nil is the terminal's own.
    package var background: Color?
    package var emphasis: Emphasis

    package init(_ foreground: Color? = nil, _ emphasis: Emphasis = [], on background: Color? = nil) {
      self.foreground = foreground
      self.background = background
      self.emphasis = emphasis
    }
  }
}

extension Theme {
  /// For backgrounds that are not known: colours of a middle lightness, whose contrast to black is about that to white.
  /// Where the background is known, `dark` or `light` is used in its place; among 8 or 16 colours, `fewColors`.
  package static let `default` = Theme { role in
    switch role {
    case .text, .commandArguments, .keyBarLabel, .prompt: Look()
    // Some terminals do not show dim text on white.
    case .dim, .label, .commandDirectory, .fading, .faded, .border, .treeGuide: Look(.middleGrey)
    case .title: Look(nil, .bold)
    case .focusedTitle: Look(.middleCyan, [.bold, .reverse])
    case .commandName: Look(.middleBlue, .bold)
    case .running: Look(.middleGreen)
    // The sign and the missing colour distinguish it from running processes.
    case .exited: Look()
    case .failed: Look(.middleRed)
    case .new: Look(.middleGreen, .bold)
    case .setuid: Look(.middleMagenta, .bold)
    case .deleted: Look(.middleMagenta)
    case .selection: Look(nil, .reverse)
    case .otherSelection: Look(nil, .underline)
    case .match: Look(.middleYellow, [.bold, .underline])
    case .live: Look(.middleGreen, [.bold, .reverse])
    case .frozen: Look(.middleCyan, [.bold, .reverse])
    case .replay: Look(.middleMagenta, [.bold, .reverse])
    case .sparkline: Look(.middleGreen)
    case .keyBarKey: Look(nil, [.bold, .reverse])
    case .warning: Look(.middleYellow, .bold)
    case .error: Look(.middleRed, [.bold, .reverse])
    case .marked: Look(.middleYellow, [.bold, .reverse])
    case .critical: Look(.middleYellow, [.bold, .underline])
    }
  }

  /// The same emphasis without any colour.
  package static let mono = Theme { role in
    Look(nil, Theme.default[role].foreground == .middleGrey ? .dim : Theme.default[role].emphasis)
  }
}

/// Legible on a dark and on a light background: a contrast of at least 4.5 to black and to white (WCAG 2).
extension Color {
  fileprivate static let middleBlue = Color.rgb(0x00, 0x7e, 0xb0)
  fileprivate static let middleCyan = Color.rgb(0x00, 0x84, 0x84)
  fileprivate static let middleGreen = Color.rgb(0x00, 0x88, 0x00)
  fileprivate static let middleRed = Color.rgb(0xee, 0x00, 0x00)
  fileprivate static let middleMagenta = Color.rgb(0xd0, 0x00, 0xd0)
  fileprivate static let middleYellow = Color.rgb(0xb1, 0x60, 0x00)
  fileprivate static let middleGrey = Color.rgb(0x76, 0x76, 0x76)
}
