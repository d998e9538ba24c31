package import Events

/// Text that is safe to show: on the screen, in a line of output, in an error.
///
/// It holds only printable glyphs of known width. Bytes from outside enter through `init(untrusted:)` (or one of the
/// initialisers built on it), which makes everything else visible as an escape; our own words enter as literals,
/// which no traced process can write. There is deliberately no way in for a `String` that came from elsewhere
/// other than `init(typed:)`, which escapes too.
///
/// Equality is of the exact scalars: `é` in one scalar and in two are different texts, as they are different names.
package struct DisplayText: Sendable {
  /// The text in UTF-8: printable glyphs only, never a control byte.
  package fileprivate(set) var utf8: [UInt8]
  /// The columns it takes on a terminal.
  package private(set) var width: Int

  /// The empty text.
  package init() {
    utf8 = []
    width = 0
  }

  /// Only for this folder: bytes that are already printable glyphs, and the columns that they take.
  init(printable utf8: [UInt8], width: Int) {
    self.utf8 = utf8
    self.width = width
  }

  /// Every glyph is one byte and one column. Anything beyond ASCII takes more bytes than columns, so no flag is kept.
  var isASCII: Bool { utf8.count == width }

  package var isEmpty: Bool { utf8.isEmpty }

  /// The text for standard output and for messages.
  package var string: String { String(decoding: utf8, as: UTF8.self) }
}

extension DisplayText: Hashable {
  package static func == (a: DisplayText, b: DisplayText) -> Bool { a.utf8 == b.utf8 }

  package func hash(into hasher: inout Hasher) { hasher.combine(utf8) }
}

extension DisplayText: CustomStringConvertible {
  package var description: String { string }
}

extension DisplayText {
  /// Bytes that somebody else chose. What is not a printable glyph becomes an escape, so that it is seen and can be
  /// read back: `\xNN` for a byte below 0x80 and for a byte that is not UTF-8, `\u{…}` for any other scalar, `\\`
  /// for the backslash itself.
  ///
  /// - Parameter limit: stop once this many columns are full; the rest of the bytes is not looked at. The last glyph
  ///   or escape is whole, so the text can be a few columns wider; `columns(from:count:)` cuts it.
  /// - Complexity: O(bytes shown).
  package init(untrusted bytes: some Sequence<UInt8>, upTo limit: Int = .max) {
    self = Escaper.escape(bytes, upTo: limit)
  }

  package init(_ raw: RawBytes, upTo limit: Int = .max) { self.init(untrusted: raw.bytes, upTo: limit) }

  package init(_ comm: Comm) { self.init(untrusted: comm.bytes) }

  /// What the user typed or pasted into a prompt, and messages about it. Escaped like untrusted bytes, except that a
  /// backslash stays one backslash: who types it expects to see it.
  package init(typed text: String) {
    self = Escaper.escape(text.utf8, doublingBackslash: false)
  }
}

extension DisplayText {
  package mutating func append(_ other: DisplayText) {
    utf8.append(contentsOf: other.utf8)
    width &+= other.width
  }

  package static func + (a: DisplayText, b: DisplayText) -> DisplayText {
    var sum = a
    sum.append(b)
    return sum
  }

  package static func += (a: inout DisplayText, b: DisplayText) { a.append(b) }

  /// The text repeated; empty for a count of zero or less.
  package func repeated(_ count: Int) -> DisplayText {
    var result = DisplayText()
    guard count > 0 else { return result }
    result.utf8.reserveCapacity(utf8.count &* count)
    for _ in 0..<count { result.append(self) }
    return result
  }
}

extension Collection<DisplayText> {
  package func joined(separator: DisplayText = DisplayText()) -> DisplayText {
    var result = DisplayText()
    result.utf8.reserveCapacity(reduce(0) { $0 &+ $1.utf8.count &+ separator.utf8.count })
    var isFirst = true
    for text in self {
      if !isFirst { result.append(separator) }
      result.append(text)
      isFirst = false
    }
    return result
  }
}

/// Our own words: literals, numbers, and literals with numbers and other display text in them.
///
///     let status: DisplayText = "FROZEN +\(number: 1284, grouped: true) new"
///
/// An interpolated `String` does not compile: that is the point.
extension DisplayText: ExpressibleByStringInterpolation {
  package init(own text: StaticString) {
    self = text.withUTF8Buffer { bytes in
      bytes.allSatisfy { 0x20...0x7e ~= $0 }
        ? DisplayText(printable: [UInt8](bytes), width: bytes.count) : Escaper.escape(bytes, doublingBackslash: false)
    }
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
