/// How roles look: a foreground colour on the terminal's own background, and emphasis. Never colour alone: where two
/// roles have to be told apart, their emphasis or the signs beside them differ too.
package struct Theme: Hashable, Sendable {
  private let looks: [Look]

  package init(_ look: (Role) -> Look) { looks = Role.allCases.map(look) }

  package subscript(_ role: Role) -> Look { looks[Int(role.rawValue)] }

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
  /// For dark and light backgrounds alike: the eight ANSI colours, which the terminal's own palette defines.
  package static let `default` = Theme { role in
    switch role {
    case .text, .commandArguments, .keyBarLabel, .prompt: Look()
    case .dim, .label, .commandDirectory, .fading, .faded, .border, .treeGuide, .scrollBar: Look(nil, .dim)
    case .title: Look(nil, .bold)
    case .focusedTitle: Look(.cyan, [.bold, .reverse])
    case .commandName: Look(.cyan, .bold)
    case .running: Look(.green)
    // Its sign and its lack of colour tell it from what runs.
    case .exited: Look()
    case .failed: Look(.red)
    case .new: Look(.green, .bold)
    case .setuid: Look(.magenta, .bold)
    case .deleted: Look(.magenta)
    case .selection: Look(nil, .reverse)
    case .otherSelection: Look(nil, .underline)
    case .match: Look(.yellow, [.bold, .underline])
    case .live: Look(.green, [.bold, .reverse])
    case .frozen: Look(.cyan, [.bold, .reverse])
    case .replay: Look(.magenta, [.bold, .reverse])
    case .sparkline: Look(.green)
    case .keyBarKey: Look(nil, [.bold, .reverse])
    case .warning: Look(.yellow, .bold)
    case .error: Look(.red, [.bold, .reverse])
    case .marked: Look(.yellow, [.bold, .reverse])
    }
  }

  /// The same emphasis without any colour.
  package static let mono = Theme { Look(nil, Theme.default[$0].emphasis) }
}
