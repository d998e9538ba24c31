import Glibc
import TUI

/// Lines with styles, as bytes for a terminal that scrolls, or for a file.
struct StyledLines {
  /// Whole lines.
  private(set) var bytes: [UInt8] = []
  private let theme: Theme?

  /// - Parameter isColored: whether to write sequences for colour and emphasis (SGR of ECMA-48). The terminal is not asked
  ///   for its background: colours are legible on all.
  init(isColored: Bool) {
    let traits = Self.traits
    theme = isColored ? ThemeName.theme(ThemeName.default, on: traits)?.shown(in: traits.colors) : nil
  }

  /// terminfo is not read here: 256 colours where the name of the terminal says so, else the 8 of every colour terminal.
  private static var traits: TerminalTraits {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    let hint = getenv("COLORTERM").map { String(cString: $0) } ?? ""
    let hasMany = name.contains("256color") || name.contains("direct") || !hint.isEmpty
    return TerminalTraits(colors: hasMany ? 256 : 8)
  }

  /// The number of bytes.
  var count: Int { bytes.count }

  /// Removes all lines, and keeps the memory for the next ones.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Appends a line and its newline.
  mutating func append(_ line: StyledText) {
    for run in line.runs {
      let codes = theme.map { Self.codes($0[run.style.role], run.style.emphasis) } ?? []
      if !codes.isEmpty { select(codes) }
      bytes += run.text.utf8
      if !codes.isEmpty { select([0]) }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func select(_ codes: [Int]) {
    bytes += Array("\u{1b}[\(codes.map(String.init).joined(separator: ";"))m".utf8)
  }

  private static func codes(_ look: Theme.Look, _ emphasis: Emphasis) -> [Int] {
    let emphasis = emphasis.union(look.emphasis)
    var codes: [Int] = []
    if emphasis.contains(.bold) { codes.append(1) }
    if emphasis.contains(.dim) { codes.append(2) }
    if emphasis.contains(.underline) { codes.append(4) }
    if emphasis.contains(.reverse) { codes.append(7) }
    if let color = look.foreground { codes += Self.codes(color) }
    return codes
  }

  /// The eight ANSI colours have codes of their own, which every colour terminal knows.
  private static func codes(_ color: Color) -> [Int] {
    switch color {
    case .indexed(let index) where index < 8: [30 + Int(index)]
    case .indexed(let index): [38, 5, Int(index)]
    case .rgb(let red, let green, let blue): [38, 2, Int(red), Int(green), Int(blue)]
    }
  }
}
