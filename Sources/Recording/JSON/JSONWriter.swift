internal import Events

/// Appends JSON to a byte buffer, without an intermediate value or string.
///
/// Text is bytes, because processes choose any bytes. The output is always valid JSON in UTF-8 and safe to show on a
/// terminal: it escapes the characters that JSON reserves, and also all characters that lines of text and the view
/// escape (`GlyphClass`). A parser still returns the same characters.
package struct JSONWriter: Sendable {
  /// What was appended.
  package internal(set) var bytes: [UInt8] = []

  /// Without bytes.
  package init() {}

  /// Removes the bytes, and keeps their memory.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Appends text as it is.
  package mutating func raw(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes as they are: ASCII that needs no escapes.
  package mutating func raw(_ ascii: [UInt8]) { bytes.append(contentsOf: ascii) }

  /// Appends a comma and the name of a member, in an object that already has a member.
  package mutating func key(_ name: StaticString) {
    name.withUTF8Buffer { name in
      withUnsafeTemporaryAllocation(byteCount: name.count &+ 4, alignment: 1) { key in
        let end = Self.write(key: name, to: key)
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: key[..<end]))
      }
    }
  }

  /// Removes the end of the last line, `}` and a newline, so that the object can get more members.
  package mutating func reopenLine() { bytes.removeLast(min(2, bytes.count)) }

  /// Appends an integer.
  package mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeTemporaryAllocation(byteCount: Self.longestNumber, alignment: 1) { digits in
      let first = Self.write(value, endingIn: digits)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[first...]))
    }
  }

  // A line has two dozen members. Each of them is made on the stack and appended at once, since most of the time of an
  // append is spent on the checks before the copying.

  /// Appends a member that is a number.
  package mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
    name.withUTF8Buffer { name in
      withUnsafeTemporaryAllocation(byteCount: name.count &+ 4 &+ Self.longestNumber, alignment: 1) { member in
        let end = Self.write(key: name, to: member)
        // The number goes to the end of the room, and the key directly before it.
        let first = Self.write(value, endingIn: member)
        let start = first &- end
        if start > 0 { (member.baseAddress! + start).copyMemory(from: member.baseAddress!, byteCount: end) }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: member[start...]))
      }
    }
  }

  /// Appends a member that is a string, if that needs no escapes, and at most `longestMember` bytes.
  /// - Returns: false if the text is another one; then nothing is appended.
  mutating func member(_ name: StaticString, plain text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= Self.longestMember, Self.endOfPlain(text, from: 0) == text.count else { return false }
    name.withUTF8Buffer { name in
      withUnsafeTemporaryAllocation(byteCount: name.count &+ text.count &+ 6, alignment: 1) { member in
        var end = Self.write(key: name, to: member)
        member[end] = UInt8(ascii: "\"")
        end &+= 1
        UnsafeMutableRawBufferPointer(rebasing: member[end...]).copyMemory(from: UnsafeRawBufferPointer(text))
        member[end &+ text.count] = UInt8(ascii: "\"")
        bytes.append(contentsOf: UnsafeRawBufferPointer(member))
      }
    }
    return true
  }

  /// Appends a member that is a list of strings, if none of them needs escapes.
  /// - Parameter strings: each closed by NUL.
  /// - Returns: false if that is not so; then nothing is appended.
  mutating func member(_ name: StaticString, plainStrings strings: UnsafeBufferPointer<UInt8>) -> Bool {
    guard strings.last == 0 else { return false }
    let start = bytes.count
    key(name)
    bytes.append(UInt8(ascii: "["))
    var first = 0
    while first < strings.count {
      let end = Self.endOfPlain(strings, from: first)
      guard strings[end] == 0 else {
        bytes.removeLast(bytes.count &- start)
        return false
      }
      if first > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: strings[first..<end])))
      bytes.append(UInt8(ascii: "\""))
      first = end &+ 1
    }
    bytes.append(UInt8(ascii: "]"))
    return true
  }

  /// The longest text that is made on the stack, in bytes.
  private static let longestMember = 900
  /// No 64-bit number has more than 20 digits, and a sign.
  private static let longestNumber = 21

  /// Writes a comma and a key to the start of a room. - Returns: its length.
  @inline(__always)
  private static func write(key name: UnsafeBufferPointer<UInt8>, to room: UnsafeMutableRawBufferPointer) -> Int {
    room[0] = UInt8(ascii: ",")
    room[1] = UInt8(ascii: "\"")
    UnsafeMutableRawBufferPointer(rebasing: room[2...]).copyMemory(from: UnsafeRawBufferPointer(name))
    room[name.count &+ 2] = UInt8(ascii: "\"")
    room[name.count &+ 3] = UInt8(ascii: ":")
    return name.count &+ 4
  }

  /// Writes a number to the end of a room. - Returns: where it starts.
  @inline(__always)
  private static func write(_ value: some FixedWidthInteger, endingIn room: UnsafeMutableRawBufferPointer) -> Int {
    var first = room.count
    var rest = UInt64(truncatingIfNeeded: value.magnitude)
    repeat {
      first &-= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      room[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
    if value < 0 {
      first &-= 1
      room[first] = UInt8(ascii: "-")
    }
    return first
  }

  /// Appends a string that needs no escapes.
  mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text.utf8)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends a string of any bytes. U+FFFD replaces each ill-formed sequence.
  /// - Returns: whether the string is exact: nothing was replaced, so that a reader gets the same bytes.
  package mutating func string(_ text: ArraySlice<UInt8>) -> Bool {
    bytes.append(UInt8(ascii: "\""))
    var isExact = true
    // The bytes between `written` and `position` need no escape, and are copied at once.
    var written = text.startIndex
    var position = text.startIndex
    // Most texts are plain.
    position = Self.endOfPlain(text, from: position)
    if position == text.endIndex {
      bytes.append(contentsOf: text)
      bytes.append(UInt8(ascii: "\""))
      return true
    }
    position = text.startIndex
    // How many more combining marks the previous character can carry.
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
      switch UTF8Step(text[position...]) {
      case .scalar(let scalar, let length)?:
        let next = position &+ length
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
      case .illFormed(let length)?:
        bytes.append(contentsOf: text[written..<position])
        raw("\u{FFFD}")
        isExact = false
        roomForMarks = 0
        position &+= length
        written = position
      case nil:
        position = text.endIndex
      }
    }
    bytes.append(contentsOf: text[written..<position])
    bytes.append(UInt8(ascii: "\""))
    return isExact
  }

  /// The first byte from `position` on that cannot be copied unchanged.
  private static func endOfPlain(_ text: ArraySlice<UInt8>, from position: Int) -> Int {
    text.withUnsafeBufferPointer { endOfPlain($0, from: position &- text.startIndex) } &+ text.startIndex
  }

  private static func endOfPlain(_ text: UnsafeBufferPointer<UInt8>, from position: Int) -> Int {
    var offset = position
    // Eight bytes at a time, as long as they are plain.
    while text.count &- offset >= 8 {
      let word = UnsafeRawPointer(text.baseAddress! + offset).loadUnaligned(as: UInt64.self)
      if Self.hasSpecial(word) { break }
      offset &+= 8
    }
    while offset < text.count {
      let byte = text[offset]
      if byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      offset &+= 1
    }
    return offset
  }

  /// Whether one of eight bytes cannot be copied unchanged; it may also be true where none is.
  private static func hasSpecial(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high = ones &* 0x80
    /// Whether a byte is zero.
    func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
    // Below 0x20; a quote; a backslash; 0x7f; and above it.
    let found =
      (word &- ones &* 0x20) | hasZero(word ^ ones &* 0x22) | hasZero(word ^ ones &* 0x5c)
      | hasZero(word ^ ones &* 0x7f)
    return (found | word) & high != 0
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
