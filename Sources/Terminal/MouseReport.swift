internal import TUI

/// A mouse report of the terminal in mode 1006: `CSI < button ; column ; row M`, or `m` for a release.
enum MouseReport {
  /// Nil for another button, a movement without a button, and anything that is not a report.
  ///
  /// - Parameter parameters: the codes behind `<`.
  static func event(final: Int32, parameters: ArraySlice<Int32>) -> MouseEvent? {
    let isRelease = final == Int32(UInt8(ascii: "m"))
    guard isRelease || final == Int32(UInt8(ascii: "M")) else { return nil }
    let fields = parameters.split(separator: Int32(UInt8(ascii: ";")), omittingEmptySubsequences: false)
    let numbers = fields.compactMap(number)
    guard fields.count == 3, numbers.count == 3 else { return nil }
    let kind: MouseEvent.Kind
    // Without the bits of Shift, Alt and Control.
    switch numbers[0] & ~0b1_1100 {
    // A release keeps the bit of motion in some terminals.
    case 0, 32: kind = isRelease ? .release : numbers[0] & 32 == 0 ? .press : .drag
    case 64 where !isRelease: kind = .wheelUp
    case 65 where !isRelease: kind = .wheelDown
    default: return nil
    }
    return MouseEvent(kind, at: Point(row: numbers[2] - 1, column: numbers[1] - 1))
  }

  /// Whether codes are only the start of a report. Typed Esc, `[` and `<` do not come in one read.
  static func isUnfinished(_ codes: ArraySlice<Int32>) -> Bool {
    guard codes.count >= 3, codes.count < 24, codes.starts(with: "\u{1b}[<".utf8.map(Int32.init)) else { return false }
    return codes.dropFirst(3).allSatisfy { (0x30...0x3b).contains($0) }
  }

  private static func number(_ digits: ArraySlice<Int32>) -> Int? {
    guard (1...6).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
