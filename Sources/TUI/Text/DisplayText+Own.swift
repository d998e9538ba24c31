/// Our own words: literals, numbers, and literals with numbers and other display text in them.
///
///     let status: DisplayText = "FROZEN +\(number: 1284, grouped: true) new"
///
/// An interpolated `String` does not compile: that is the point.
extension DisplayText: ExpressibleByStringInterpolation {
  package init(own text: StaticString) {
    self = text.withUTF8Buffer { Escaper.escape($0, doublingBackslash: false) }
  }

  package init(stringLiteral text: StaticString) { self.init(own: text) }

  package init(stringInterpolation parts: StringInterpolation) { self = parts.text }

  package struct StringInterpolation: StringInterpolationProtocol {
    var text = DisplayText()

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: StaticString) { text.append(DisplayText(own: literal)) }
    package mutating func appendInterpolation(_ part: DisplayText) { text.append(part) }
    package mutating func appendInterpolation(_ number: some BinaryInteger) {
      text.append(DisplayText(number: number))
    }
    package mutating func appendInterpolation(number: some BinaryInteger, grouped: Bool) {
      text.append(DisplayText(number: number, grouped: grouped))
    }
  }
}

extension DisplayText {
  /// A number in decimal, with a minus sign where it is negative.
  ///
  /// - Parameter grouped: whether to set a comma before every third digit from the right.
  package init(number: some BinaryInteger, grouped: Bool = false) {
    var digits = Array(String(number.magnitude).utf8)
    if grouped {
      var place = digits.count &- 3
      while place > 0 {
        digits.insert(UInt8(ascii: ","), at: place)
        place &-= 3
      }
    }
    if number < 0 { digits.insert(UInt8(ascii: "-"), at: 0) }
    self.init(printable: digits, width: digits.count)
  }

  /// A number in lowercase hexadecimal, without a prefix.
  package init(hexadecimal number: some BinaryInteger & UnsignedInteger) {
    let digits = Array(String(number, radix: 16).utf8)
    self.init(printable: digits, width: digits.count)
  }
}
