internal import Events

extension Key {
  /// The key as the help, the key bar and the manual write it.
  ///
  /// - Parameter arrows: whether the arrow keys may be shown as arrows; else they are words.
  package func name(arrows: Bool = true) -> DisplayText {
    switch self {
    case .character(" "): "Space"
    case .character(let character): DisplayText(typed: String(character))
    case .ctrl(let letter): "^" + DisplayText(typed: letter.uppercased())
    case .f(let number): "F\(number)"
    case .up: arrows ? "↑" : "Up"
    case .down: arrows ? "↓" : "Down"
    case .left: arrows ? "←" : "Left"
    case .right: arrows ? "→" : "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .insert: "Ins"
    case .delete: "Del"
    case .backspace: "Backspace"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .enter: "Enter"
    case .escape: "Esc"
    }
  }
}

extension Key {
  /// Reads a key's name as the help writes it: `q`, `Space`, `^U`, `F4`, `PgUp`, `S-Tab`. Arrows may be words or arrows,
  /// Control may be `Ctrl-U` too; names of more than one character may be in any case.
  ///
  /// Nil for text that is not a key, and for keys that never arrive or that the terminal reserves: `^S` `^Q` (they
  /// stop and start the screen), `^H` `^I` `^J` `^M` `^[` (they are Backspace, Tab, Enter and Esc).
  package init?(settingName name: String) {
    if let character = name.first, name.count == 1 {
      switch character {
      case "\u{2191}": self = .up
      case "\u{2193}": self = .down
      case "\u{2190}": self = .left
      case "\u{2192}": self = .right
      default:
        let isPrintable = character.unicodeScalars.allSatisfy { GlyphClass.of($0) != .unprintable }
        guard isPrintable else { return nil }
        self = .character(character)
      }
      return
    }
    let lower = name.lowercased()
    if let key = Self.named[lower] {
      self = key
      return
    }
    for prefix in ["^", "ctrl-", "c-"] where lower.hasPrefix(prefix) {
      let rest = lower.dropFirst(prefix.count)
      guard let letter = rest.first, rest.count == 1, Self.controls.contains(letter) else { return nil }
      self = .ctrl(letter)
      return
    }
    guard lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...63).contains(number),
      lower == "f\(number)"
    else { return nil }
    self = .f(number)
  }

  private static let named: [String: Key] = [
    "space": .character(" "), "up": .up, "down": .down, "left": .left, "right": .right, "home": .home, "end": .end,
    "pgup": .pageUp, "pageup": .pageUp, "pgdn": .pageDown, "pagedown": .pageDown, "ins": .insert, "insert": .insert,
    "del": .delete, "delete": .delete, "backspace": .backspace, "tab": .tab, "s-tab": .backTab, "enter": .enter,
    "esc": .escape, "escape": .escape,
  ]

  /// All control keys that can arrive, without those that the terminal reserves.
  private static let controls = Set("abcdefgklnoprtuvwxyz@\\]^_")
}
