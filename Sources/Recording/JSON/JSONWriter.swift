internal import ProcessTree

/// Appends JSON to a byte buffer, without an intermediate value or string.
///
/// Text comes as bytes, since that is what processes hand us. What is written is always valid JSON in UTF-8, and safe
/// to look at on a terminal: not only the characters that JSON reserves become escapes, but every one that lines of text
/// and the view escape (`GlyphClass`). A parser gives back the same characters all the same.
struct JSONWriter: Sendable {
  var bytes: [UInt8] = []

  mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// A member's name in an object that already has a member.
  mutating func key(_ name: StaticString) {
    bytes.append(UInt8(ascii: ","))
    bytes.append(UInt8(ascii: "\""))
    raw(name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func number(_ value: some FixedWidthInteger) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    // From the last digit to the first; no 64-bit number has more than 20.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = digits.count
    var rest = UInt64(truncatingIfNeeded: value.magnitude)
    repeat {
      first &-= 1
      digits[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in first..<digits.count { bytes.append(digits[index]) }
  }

  /// A string of text of our own, without anything to escape.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A string of foreign bytes. Each ill-formed sequence is replaced by U+FFFD.
  /// - Returns: whether nothing had to be replaced, so that reading it back gives the same bytes.
  mutating func string(_ text: ArraySlice<UInt8>) -> Bool {
    bytes.append(UInt8(ascii: "\""))
    var isExact = true
    // What lies between `written` and `position` needs no escape and is copied in one go.
    var written = text.startIndex
    var position = text.startIndex
    // How many more combining marks the character before can carry.
    var roomForMarks = 0
    while position < text.endIndex {
      let end = Self.endOfPlain(text, from: position)
      if end > position { roomForMarks = GlyphClass.canCarryMarks(text[end &- 1]) ? GlyphClass.maximumMarks : 0 }
      position = end
      guard position < text.endIndex else { break }
      let byte = text[position]
      if byte < 0x80 {
        bytes.append(contentsOf: text[written..<position])
        escape(ascii: byte)
        roomForMarks = 0
        position &+= 1
        written = position
        continue
      }
      var rest = text[position...].makeIterator()
      var parser = Unicode.UTF8.ForwardParser()
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        let next = position &+ encoded.count
        switch GlyphClass.of(scalar) {
        case .narrow, .wide: roomForMarks = GlyphClass.maximumMarks
        case .mark where roomForMarks > 0: roomForMarks &-= 1
        case .mark, .rightToLeft, .unprintable:
          bytes.append(contentsOf: text[written..<position])
          for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { escape(unit) }
          roomForMarks = 0
          written = next
        }
        position = next
      case .error(let length):
        bytes.append(contentsOf: text[written..<position])
        raw("\u{FFFD}")
        isExact = false
        roomForMarks = 0
        position &+= length
        written = position
      case .emptyInput:
        position = text.endIndex
      }
    }
    bytes.append(contentsOf: text[written..<position])
    bytes.append(UInt8(ascii: "\""))
    return isExact
  }

  /// The first byte from `position` on that cannot be copied as it is.
  private static func endOfPlain(_ text: ArraySlice<UInt8>, from position: Int) -> Int {
    text.withUnsafeBufferPointer { buffer in
      var offset = position &- text.startIndex
      while offset < buffer.count {
        let byte = buffer[offset]
        if byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
        offset &+= 1
      }
      return offset &+ text.startIndex
    }
  }

  private mutating func escape(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    case UInt8(ascii: "\n"): raw("\\n")
    case UInt8(ascii: "\r"): raw("\\r")
    case UInt8(ascii: "\t"): raw("\\t")
    default: escape(UInt16(byte))
    }
  }

  private mutating func escape(_ unit: UInt16) {
    raw("\\u")
    for shift: UInt16 in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit &>> shift & 0xf)
      bytes.append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
    }
  }
}
