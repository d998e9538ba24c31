extension Theme {
  /// For dark backgrounds, in the bright ANSI colours where they are easier to read: terminals with 16 colours.
  package static let sixteen = Theme { role in
    var look = Theme.default[role]
    switch role {
    case .dim, .label, .commandDirectory, .fading, .faded, .border, .treeGuide:
      look = Look(.indexed(8))
    case .commandName, .focusedTitle, .frozen: look.foreground = .indexed(14)
    case .running, .sparkline, .new, .live: look.foreground = .indexed(10)
    case .failed, .error: look.foreground = .indexed(9)
    case .setuid, .deleted, .replay: look.foreground = .indexed(13)
    case .match, .warning, .marked, .critical: look.foreground = .indexed(11)
    default: break
    }
    return look
  }

  /// For dark backgrounds: muted, distinct colours, for terminals with 256 or more.
  package static let dark = Theme { role in
    var look = Theme.default[role]
    switch role {
    case .exited: look = Look(.rgb(0xbc, 0xbc, 0xbc))
    case .dim, .label, .commandDirectory: look = Look(.rgb(0x8a, 0x8a, 0x8a))
    case .fading: look = Look(.rgb(0x76, 0x76, 0x76))
    case .faded: look = Look(.rgb(0x62, 0x62, 0x62))
    case .border, .treeGuide: look = Look(.rgb(0x6c, 0x6c, 0x6c))
    case .commandName: look.foreground = .rgb(0x87, 0xd7, 0xff)
    case .focusedTitle, .frozen: look.foreground = .rgb(0x5f, 0xd7, 0xd7)
    case .running, .sparkline: look.foreground = .rgb(0x87, 0xd7, 0x87)
    case .new, .live: look.foreground = .rgb(0xaf, 0xff, 0x87)
    case .failed, .error: look.foreground = .rgb(0xff, 0x87, 0x87)
    case .setuid, .deleted, .replay: look.foreground = .rgb(0xd7, 0x87, 0xff)
    case .match, .warning, .marked, .critical: look.foreground = .rgb(0xff, 0xd7, 0x5f)
    default: break
    }
    return look
  }

  /// For light backgrounds: dark colours, none of which fades on white as yellow and cyan do.
  package static let light = Theme { role in
    var look = Theme.default[role]
    switch role {
    case .exited: look = Look(.rgb(0x44, 0x44, 0x44))
    case .dim, .label, .commandDirectory: look = Look(.rgb(0x5f, 0x5f, 0x5f))
    case .fading: look = Look(.rgb(0x76, 0x76, 0x76))
    case .faded: look = Look(.rgb(0x87, 0x87, 0x87))
    case .border, .treeGuide: look = Look(.rgb(0x87, 0x87, 0x87))
    case .commandName, .focusedTitle, .frozen: look.foreground = .rgb(0x00, 0x57, 0xaf)
    case .running, .new, .live, .sparkline: look.foreground = .rgb(0x00, 0x5f, 0x00)
    case .failed, .error: look.foreground = .rgb(0xaf, 0x00, 0x00)
    case .setuid, .deleted, .replay: look.foreground = .rgb(0x87, 0x00, 0x87)
    case .match, .warning, .marked, .critical: look.foreground = .rgb(0x87, 0x5f, 0x00)
    default: break
    }
    return look
  }

  /// The default on terminals with fewer than 256 colours, whose shades are the terminal's own. A role keeps the colours
  /// that are legible on the background, as xterm shows them; the others have emphasis in place of one.
  /// - Parameter background: nil where it is unknown: what is legible on black and on white.
  package static func fewColors(_ colors: Int, on background: TerminalTraits.Background?) -> Theme {
    if background == .dark { return (colors < 16 ? .default : sixteen).shown(in: colors) }
    return Theme { role in
      switch role {
      case .failed, .error, .setuid, .deleted, .replay: return Theme.default.shown(in: 8)[role]
      case .commandName, .focusedTitle, .frozen:
        // Black hides blue.
        return background == nil ? mono[role] : Look(.blue, mono[role].emphasis)
      default: return mono[role]
      }
    }
  }

  /// The same roles with the colours of a terminal that has this many; without any below 8.
  package func shown(in colors: Int) -> Theme {
    if colors < 8 { return Theme { Look(nil, self[$0].keepingApart(from: Theme.mono[$0]).emphasis) } }
    return Theme { role in
      var look = self[role]
      look.foreground = look.foreground?.nearest(of: colors)
      look.background = look.background?.nearest(of: colors)
      // A grey that falls to black or white vanishes on one of the two backgrounds: dim it is then.
      if colors < 16, let grey = self[role].foreground, look.foreground == .black || look.foreground == .white,
        grey != look.foreground, look.background == nil
      {
        look.foreground = nil
        look.emphasis.insert(.dim)
      }
      return look
    }
  }
}

extension Theme.Look {
  /// With the emphasis of another look added, where colour goes and only that is left.
  fileprivate func keepingApart(from other: Theme.Look) -> Theme.Look {
    Theme.Look(foreground, emphasis.union(other.emphasis), on: background)
  }
}
