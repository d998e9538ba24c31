@testable import TUI

extension Theme.Look {
  /// The look in words: `red on 17 bold`, with `own` for the terminal's own colour.
  var words: String {
    let emphasis = Style(.text, emphasis).name.dropFirst("text".count)
    return "\(Self.name(foreground))\(background.map { " on \(Self.name($0))" } ?? "")\(emphasis)"
  }

  private static func name(_ color: Color?) -> String {
    switch color {
    case nil: "own"
    case .indexed(let index): index < 8 ? Color.names[Int(index)] : "\(index)"
    case .rgb(let red, let green, let blue): "\(red),\(green),\(blue)"
    }
  }
}
