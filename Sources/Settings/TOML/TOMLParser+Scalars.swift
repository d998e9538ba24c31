extension TOMLParser {
  /// true, false, a number, a date or a time.
  mutating func scalar() throws(TOMLError) -> TOMLValue {
    let start = place
    while let byte = peek, byte.isOfScalar { place += 1 }
    // A date and a time may have a space between them.
    if place - start == 10, peek == UInt8(ascii: " "), bytes[place...].dropFirst().first.map({ $0.isDigit }) ?? false {
      place += 1
      while let byte = peek, byte.isOfScalar { place += 1 }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if let value = Self.value(of: text) { return value }
    throw fail(at: start, "a value: a quoted string, a number, true, false, a list or a table")
  }

  private static func value(of text: String) -> TOMLValue? {
    switch text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
      guard let plain = digits(text.dropFirst(2)), !plain.isEmpty,
        plain.allSatisfy({ $0.hexDigitValue.map { $0 < radix } ?? false })
      else { return nil }
      return Int64(plain, radix: radix).map { .integer($0) } ?? .largeInteger(text)
    }
    if isMoment(text) { return .moment(text) }
    guard let plain = digits(text[...]) else { return nil }
    let unsigned = plain.drop { $0 == "-" || $0 == "+" }
    guard plain.count - unsigned.count <= 1, let first = unsigned.first, first.isNumber else { return nil }
    let whole = unsigned.prefix { $0.isNumber }
    // No zeros in front.
    guard whole.count == 1 || whole.first != "0" else { return nil }
    if whole.count == unsigned.count {
      return Int64(plain).map { .integer($0) } ?? .largeInteger(text)
    }
    return isFloat(unsigned.dropFirst(whole.count)) ? Double(plain).map { .float($0) } : nil
  }

  /// The part behind the whole number: a fraction, an exponent, or both.
  private static func isFloat(_ text: Substring) -> Bool {
    var rest = text
    if rest.first == "." {
      let fraction = rest.dropFirst().prefix { $0.isNumber }
      if fraction.isEmpty { return false }
      rest = rest.dropFirst(1 + fraction.count)
    }
    if rest.isEmpty { return true }
    guard rest.first == "e" || rest.first == "E" else { return false }
    rest = rest.dropFirst()
    if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy { $0.isNumber }
  }

  /// The text without its underscores, each of which has to stand between two digits; nil where one does not.
  private static func digits(_ text: Substring) -> String? {
    let characters = Array(text)
    for (index, character) in characters.enumerated() where character == "_" {
      guard index > 0, index + 1 < characters.count, characters[index - 1].isHexDigit, characters[index + 1].isHexDigit
      else { return nil }
    }
    return String(characters.filter { $0 != "_" })
  }

  /// Whether it has the shape of RFC 3339: `2026-03-01`, `18:05:18.5`, both with a `T` or a space, and an offset.
  private static func isMoment(_ text: String) -> Bool {
    let shape = text.map { $0.isNumber ? "0" : $0 }
    return shape.starts(with: "0000-00-00") || shape.starts(with: "00:00")
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }

  fileprivate var isOfScalar: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
    default: false
    }
  }
}
