extension TOMLParser {
  /// A string of any of the four kinds; a key takes those of one line alone.
  mutating func string(isKey: Bool = false) throws(TOMLError) -> String {
    guard let quote = peek else { throw fail(at: place, "a string") }
    let start = place
    let isLong = !isKey && bytes[place...].prefix(3).elementsEqual([quote, quote, quote])
    place += isLong ? 3 : 1
    if isLong {
      // A line end right behind the quotes is not part of it.
      if peek == UInt8(ascii: "\r") { place += 1 }
      if peek == UInt8(ascii: "\n") { place += 1 }
    }
    var text: [UInt8] = []
    while let byte = peek {
      if byte == quote {
        let run = bytes[place...].prefix(isLong ? 5 : 1).prefix { $0 == quote }.count
        if !isLong || run >= 3 {
          // Up to two quotes may stand right before the closing ones.
          text += repeatElement(quote, count: isLong ? run - 3 : 0)
          place += run
          return String(decoding: text, as: UTF8.self)
        }
        text += repeatElement(quote, count: run)
        place += run
      } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        try escape(isLong: isLong, into: &text)
      } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"), isLong {
        text.append(byte)
        place += 1
      } else {
        guard !byte.isControl else { break }
        text.append(byte)
        place += 1
      }
    }
    throw fail(at: place < bytes.count ? place : start, "the closing quote of the string")
  }

  private mutating func escape(isLong: Bool, into text: inout [UInt8]) throws(TOMLError) {
    let start = place
    place += 1
    guard let byte = peek else { throw fail(at: start, "a character after \\") }
    place += 1
    switch byte {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
    case UInt8(ascii: "u"): text += try scalar(digits: 4, from: start)
    case UInt8(ascii: "U"): text += try scalar(digits: 8, from: start)
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      // A backslash at the end of a line joins it with what comes next.
      place = start + 1
      skipBlanks()
      guard isLong, peek == UInt8(ascii: "\n") || peek == UInt8(ascii: "\r") else { fallthrough }
      while let next = peek, [0x20, 0x09, 0x0a, 0x0d].contains(next) { place += 1 }
    default: throw fail(at: start, "one of \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX")
    }
  }

  private mutating func scalar(digits: Int, from start: Int) throws(TOMLError) -> [UInt8] {
    let text = String(decoding: bytes[place...].prefix(digits), as: UTF8.self)
    guard text.utf8.count == digits, text.utf8.allSatisfy(\.isHexDigit), let value = UInt32(text, radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw fail(at: start, "\(digits) hexadecimal digits of a Unicode scalar value") }
    place += digits
    return Array(String(Character(scalar)).utf8)
  }
}

extension UInt8 {
  var isHexDigit: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
