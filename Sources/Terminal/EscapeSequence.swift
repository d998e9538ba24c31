internal import TUI

/// A complete escape sequence that ncurses returned byte by byte, because terminfo has no name for it: a key with a
/// modifier, a key in the other cursor mode, a report. It becomes one input, not many single keys.
struct EscapeSequence {
  /// The number of its codes, including ESC.
  let length: Int
  /// The key, without modifiers, or the mouse event; nil if it is unknown.
  let input: Input?

  /// Nil if `codes` does not start with a complete control sequence (`ESC [ parameters final`), single shift (`ESC O
  /// final`) or control string: ECMA-48, sections 5.4, 8.3.143 and 5.6.
  init?(_ codes: ArraySlice<Int32>) {
    guard codes.first == 0x1b, let second = codes.dropFirst().first else { return nil }
    let rest = codes.dropFirst(2)
    switch second {
    case Int32(UInt8(ascii: "O")):
      guard let final = rest.first, (0x40...0x7e).contains(final) else { return nil }
      length = 3
      input = Self.key(final: final, parameters: []).map(Input.key)
    case Int32(UInt8(ascii: "[")):
      let parameters = rest.prefix { (0x20...0x3f).contains($0) }
      guard let final = rest.dropFirst(parameters.count).first, (0x40...0x7e).contains(final) else { return nil }
      length = 3 + parameters.count
      if parameters.first == Int32(UInt8(ascii: "<")) {
        input = MouseReport.event(final: final, parameters: parameters.dropFirst()).map(Input.mouse)
      } else {
        input = Self.key(final: final, parameters: parameters).map(Input.key)
      }
    default:
      guard let length = Self.lengthOfString(rest, openedBy: second) else { return nil }
      self.length = 2 + length
      input = nil
    }
  }

  /// The maximum length of a terminal's answer, in codes.
  private static let longestString = 4096

  /// The length of the rest of a control string: an answer of the terminal, for example to a query of an earlier
  /// program. Nil if its end is not here: then it is Alt and a letter.
  private static func lengthOfString(_ rest: ArraySlice<Int32>, openedBy opener: Int32) -> Int? {
    guard "]P_^X".utf8.contains(where: { Int32($0) == opener }) else { return nil }
    let text = rest.prefix(longestString).prefix { $0 >= 0x20 && $0 < 0x100 || (0x08...0x0d).contains($0) }
    let end = rest.dropFirst(text.count)
    if end.first == 0x07, opener == Int32(UInt8(ascii: "]")) { return text.count + 1 }
    return end.starts(with: [0x1b, Int32(UInt8(ascii: "\\"))]) ? text.count + 2 : nil
  }

  private static func key(final: Int32, parameters: ArraySlice<Int32>) -> Key? {
    switch UInt8(truncatingIfNeeded: final) {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return .right
    case UInt8(ascii: "D"): return .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "Z"): return .backTab
    case UInt8(ascii: "~"):
      let digits = parameters.prefix { (0x30...0x39).contains($0) }.map { UInt8(truncatingIfNeeded: $0) }
      switch Int(String(decoding: digits, as: UTF8.self)) {
      case 1, 7: return .home
      case 2: return .insert
      case 3: return .delete
      case 4, 8: return .end
      case 5: return .pageUp
      case 6: return .pageDown
      default: return nil
      }
    default: return nil
    }
  }
}

/// Mouse reports of a terminal in mode 1006: `CSI < button ; column ; row M`, or `m` for a release.
enum MouseReport {
  /// The event of a report; nil for another button, for a movement without a button, and for all other sequences.
  ///
  /// - Parameter parameters: the codes after `<`.
  static func event(final: Int32, parameters: ArraySlice<Int32>) -> MouseEvent? {
    let isRelease = final == Int32(UInt8(ascii: "m"))
    guard isRelease || final == Int32(UInt8(ascii: "M")) else { return nil }
    let fields = parameters.split(separator: Int32(UInt8(ascii: ";")), omittingEmptySubsequences: false)
    let numbers = fields.compactMap(parseNumber)
    guard fields.count == 3, numbers.count == 3 else { return nil }
    let kind: MouseEvent.Kind
    // Without the bits of Shift, Alt and Control.
    switch numbers[0] & ~0b1_1100 {
    // Some terminals set the bit of motion for a release.
    case 0, 32: kind = isRelease ? .release : numbers[0] & 32 == 0 ? .press : .drag
    case 64 where !isRelease: kind = .wheelUp
    case 65 where !isRelease: kind = .wheelDown
    default: return nil
    }
    return MouseEvent(kind, at: Point(row: numbers[2] - 1, column: numbers[1] - 1))
  }

  /// Whether codes are the start of an incomplete report. If a user types Esc, `[` and `<`, they arrive in several
  /// reads.
  static func isUnfinished(_ codes: ArraySlice<Int32>) -> Bool {
    guard codes.count >= 3, codes.count < 24, codes.starts(with: "\u{1b}[<".utf8.map(Int32.init)) else { return false }
    return codes.dropFirst(3).allSatisfy { (0x30...0x3b).contains($0) }
  }

  private static func parseNumber(_ digits: ArraySlice<Int32>) -> Int? {
    guard (1...6).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
