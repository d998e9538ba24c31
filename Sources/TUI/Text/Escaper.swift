internal import Events

/// The one function that makes display text from bytes.
enum Escaper {
  static func escape(
    _ bytes: some Sequence<UInt8>, upTo limit: Int = .max, doublingBackslash: Bool = true
  ) -> DisplayText {
    var output = EscapedOutput()
    output.doublingBackslash = doublingBackslash
    output.write(bytes, upTo: limit)
    return output.text
  }
}

/// Display text in the making, with what has to be known of the glyph before.
struct EscapedOutput {
  /// Whether `\` becomes `\\`, without which escapes could not be told from text that looks like them.
  var doublingBackslash = true
  /// Whether `'` becomes `\'`: inside quotes.
  var escapingQuote = false
  /// Whether a space becomes `\x20`: in a word that stands in a column, which would seem to be two.
  var escapingSpace = false

  private(set) var utf8: [UInt8] = []
  private(set) var width = 0
  /// How many more combining marks the glyph before can carry.
  private var roomForMarks = 0

  var text: DisplayText { DisplayText(printable: utf8, width: width) }

  /// Appends one of our own ASCII characters as it is.
  mutating func writeOwn(_ byte: UInt8) {
    utf8.append(byte)
    width &+= 1
    roomForMarks = 0
  }

  /// Appends text that was escaped before.
  mutating func write(printable text: DisplayText) {
    utf8.append(contentsOf: text.utf8)
    width &+= text.width
    roomForMarks = 0
  }

  /// Appends a newline, the only byte in here that is no glyph: nothing from outside can be one.
  mutating func endLine() {
    utf8.append(UInt8(ascii: "\n"))
    roomForMarks = 0
  }

  /// Starts again with the same memory.
  mutating func removeAll() {
    utf8.removeAll(keepingCapacity: true)
    width = 0
    roomForMarks = 0
  }

  /// Appends bytes from outside, and stops when `limit` columns are full.
  mutating func write(_ bytes: some Sequence<UInt8>, upTo limit: Int) {
    roomForMarks = 0
    let copied: Void? = bytes.withContiguousStorageIfAvailable { writeBuffer($0, upTo: limit) }
    if copied == nil { Array(bytes).withUnsafeBufferPointer { writeBuffer($0, upTo: limit) } }
  }

  private mutating func writeBuffer(_ bytes: UnsafeBufferPointer<UInt8>, upTo limit: Int) {
    var position = 0
    while position < bytes.count, width < limit || markFits(bytes, at: position) {
      // Most text is ASCII: whole runs of it are copied without a look at any single scalar.
      let run = plainRun(bytes, from: position, atMost: max(limit &- width, 0))
      if run > 0 {
        let plain = UnsafeBufferPointer(rebasing: bytes[position..<position &+ run])
        // One allocation of the right size, in place of growth.
        if utf8.isEmpty, utf8.capacity == 0 { utf8 = [UInt8](plain) } else { utf8.append(contentsOf: plain) }
        width &+= run
        position &+= run
        let last = bytes[position &- 1]
        roomForMarks = GlyphClass.canCarryMarks(last) ? GlyphClass.maximumMarks : 0
        continue
      }
      position &+= writeOne(bytes, at: position)
    }
  }

  /// Whether a mark comes next that still belongs to the glyph before, which is not whole without it.
  private func markFits(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
    guard roomForMarks > 0, bytes[position] >= 0x80 else { return false }
    var scanner = UTF8Scanner(bytes[position...].prefix(4))
    guard case .scalar(let scalar, _)? = scanner.next() else { return false }
    return GlyphClass.of(scalar) == .mark
  }

  /// The length of the run of printable ASCII that needs no escape.
  private func plainRun(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost room: Int) -> Int {
    let end = room < bytes.count &- start ? start &+ room : bytes.count
    var index = start
    while index < end {
      let byte = bytes[index]
      if byte < 0x20 || byte > 0x7e || byte == UInt8(ascii: "\\") { break }
      if escapingQuote && byte == UInt8(ascii: "'") { break }
      if escapingSpace && byte == UInt8(ascii: " ") { break }
      index &+= 1
    }
    return index &- start
  }

  private mutating func writeOne(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    let byte = bytes[position]
    if byte < 0x80 {
      writeSpecial(byte)
      return 1
    }
    var scanner = UTF8Scanner(bytes[position...].prefix(4))
    guard case .scalar(let scalar, let length)? = scanner.next() else {
      writeHexadecimal(byte)
      return 1
    }
    switch GlyphClass.of(scalar) {
    case .narrow, .wide:
      let width = GlyphClass.of(scalar) == .wide ? 2 : 1
      utf8.append(contentsOf: bytes[position..<position &+ length])
      self.width &+= width
      roomForMarks = GlyphClass.maximumMarks
    case .mark where roomForMarks > 0:
      utf8.append(contentsOf: bytes[position..<position &+ length])
      roomForMarks &-= 1
    case .mark, .rightToLeft, .unprintable:
      writeScalarEscape(scalar)
    }
    return length
  }

  /// A control byte, DEL, a backslash, or a quote inside quotes.
  private mutating func writeSpecial(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\\"):
      if doublingBackslash { writeOwn(UInt8(ascii: "\\")) }
      writeOwn(UInt8(ascii: "\\"))
    case UInt8(ascii: "'"):
      writeOwn(UInt8(ascii: "\\"))
      writeOwn(byte)
    default:
      writeHexadecimal(byte)
    }
  }

  private mutating func writeHexadecimal(_ byte: UInt8) {
    writeASCII("\\x")
    let digits = String(byte, radix: 16)
    if digits.utf8.count == 1 { writeASCII("0") }
    writeASCII(digits)
  }

  private mutating func writeScalarEscape(_ scalar: Unicode.Scalar) {
    writeASCII("\\u{")
    writeASCII(String(scalar.value, radix: 16))
    writeASCII("}")
  }

  private mutating func writeASCII(_ text: String) {
    for byte in text.utf8 { writeOwn(byte) }
  }
}

/// Reads UTF-8 as RFC 3629 defines it: no overlong form, no surrogate, nothing above U+10FFFF. A byte that does not
/// start or continue a well-formed sequence is returned by itself, and reading continues with the next byte.
struct UTF8Scanner<Bytes: Collection<UInt8>>: IteratorProtocol {
  enum Element: Hashable {
    case scalar(Unicode.Scalar, length: Int)
    case badByte(UInt8)
  }

  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  mutating func next() -> Element? {
    switch UTF8Step(rest) {
    case .scalar(let scalar, let length)?:
      rest = rest.dropFirst(length)
      return .scalar(scalar, length: length)
    case .illFormed?: return .badByte(rest.removeFirst())
    case nil: return nil
    }
  }
}
