// Places, blanks, line ends, and what a parser says of them.
extension TOMLParser {
  var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  func fail(at place: Int, _ expected: String) -> TOMLError {
    let lineStart = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return TOMLError(line: 1 + lineFeeds(in: 0..<place), column: place - lineStart + 1, expected: expected)
  }

  func tooDeep(at place: Int) -> TOMLError { fail(at: place, "no more than \(Self.depthLimit) levels of nesting") }

  /// The line of a byte, from 1. - Complexity: O(bytes between it and the last place that was asked for).
  mutating func line(of place: Int) -> Int {
    let line =
      place < counted.place
      ? counted.line - lineFeeds(in: place..<counted.place) : counted.line + lineFeeds(in: counted.place..<place)
    counted = (place, line)
    return line
  }

  private func lineFeeds(in range: Range<Int>) -> Int {
    bytes[range].reduce(into: 0) { if $1 == UInt8(ascii: "\n") { $0 += 1 } }
  }

  func checkEncoding() throws(TOMLError) {
    var rest = bytes[...]
    var decoder = Unicode.UTF8()
    var iterator = rest.makeIterator()
    while true {
      let result = decoder.decode(&iterator)
      if case .emptyInput = result { return }
      guard case .scalarValue(let scalar) = result else { break }
      rest = rest.dropFirst(Unicode.UTF8.width(scalar))
    }
    throw fail(at: rest.startIndex, "UTF-8")
  }

  mutating func skipBlanks() {
    while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { place += 1 }
  }

  /// Skips blanks, comments and line ends, as lists may have between their values.
  mutating func skipLines() throws(TOMLError) {
    while true {
      skipBlanks()
      switch peek {
      case UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): try endLine()
      default: return
      }
    }
  }

  /// Skips to behind the end of the line, over blanks and a comment alone.
  mutating func endLine() throws(TOMLError) {
    skipBlanks()
    if peek == UInt8(ascii: "#") {
      while let byte = peek, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
        guard !byte.isControl else { throw fail(at: place, "no control characters in a comment") }
        place += 1
      }
    }
    if peek == UInt8(ascii: "\r") {
      place += 1
      guard peek == UInt8(ascii: "\n") else { throw fail(at: place, "a line feed after the carriage return") }
    }
    guard peek != nil else { return }
    guard peek == UInt8(ascii: "\n") else { throw fail(at: place, "the end of the line") }
    place += 1
  }

  mutating func take(_ character: Unicode.Scalar, _ expected: String) throws(TOMLError) {
    skipBlanks()
    guard peek == UInt8(ascii: character) else { throw fail(at: place, expected) }
    place += 1
  }
}

extension UInt8 {
  /// A control character other than a tab.
  var isControl: Bool { (self < 0x20 && self != UInt8(ascii: "\t")) || self == 0x7f }
}
