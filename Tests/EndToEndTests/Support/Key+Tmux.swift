import TUI

extension Key {
  /// Its name for `tmux send-keys`.
  var tmuxName: String {
    switch self {
    case .character(" "): "Space"
    case .character(";"): "\\;"
    case .character(let character): String(character)
    case .ctrl(let letter): "C-\(letter)"
    case .f(let number): "F\(number)"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PPage"
    case .pageDown: "NPage"
    case .insert: "IC"
    case .delete: "DC"
    case .backspace: "BSpace"
    case .tab: "Tab"
    case .backTab: "BTab"
    case .enter: "Enter"
    case .escape: "Escape"
    }
  }
}

extension Window {
  func press(_ keys: [Key]) async throws {
    if !keys.isEmpty { try await tmux(["send-keys"] + keys.map(\.tmuxName)) }
  }
}
