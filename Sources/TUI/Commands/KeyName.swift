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
