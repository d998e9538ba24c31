import TUI

/// Lines with styles, as bytes for a terminal that scrolls, or for a file.
struct StyledLines {
  /// Whole lines.
  private(set) var bytes: [UInt8] = []
  private let theme: Theme?

  /// - Parameter isColored: whether to write sequences for colour and emphasis (SGR of ECMA-48). Only the eight colours
  ///   of every colour terminal are used, because terminfo is not read here.
  init(isColored: Bool) { theme = isColored ? Theme.default.shown(in: 8) : nil }

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
