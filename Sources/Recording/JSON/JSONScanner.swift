internal import Events

/// A fault in one line of JSON, and its place.
struct JSONFault: Error {
  /// The index of the byte at fault.
  var position: Int
  var message: String
}

/// Reads one JSON text from its first byte to its last, on demand: it builds no tree of values.
///
/// As strict as RFC 8259: no trailing comma, comment, raw control character, ill-formed UTF-8, lone surrogate or
/// leading zero. Never reads past the end, and never recurses deeper than `maximumDepth`.
struct JSONScanner {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int
  private var depth = 0

  static let maximumDepth = 64

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  func fault(_ message: String, at place: Int? = nil) -> JSONFault {
    JSONFault(position: place ?? position, message: message)
  }

  private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a { position &+= 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position &+= 1
    return true
  }

  private mutating func require(_ character: Unicode.Scalar) throws(JSONFault) {
    if !accept(character) { throw fault("expected '\(character)'") }
  }

  /// The message for text after the object.
  static let endOfLineExpected = "expected the end of the line"

  /// Requires that only white space follows.
  mutating func requireEnd() throws(JSONFault) {
    skipSpace()
    if current != nil { throw fault(Self.endOfLineExpected) }
  }

  /// Consumes a word such as `null` if it comes next; returns whether it does.
  mutating func accept(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.endIndex &- position >= count else { return false }
    let matches = word.withUTF8Buffer { bytes[position..<(position &+ count)].elementsEqual($0) }
    if matches { position &+= count }
    return matches
  }

  // MARK: Containers

  /// Reads an object. Calls `member` with the name of each member; `member` has to read the value.
  mutating func object(
    _ member: (_ name: String, _ scanner: inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard current == UInt8(ascii: "{") else { throw fault("expected an object") }
    try container("}") { (scanner) throws(JSONFault) in
      let name = try scanner.string()
      try scanner.colon()
      try member(String(decoding: name, as: UTF8.self), &scanner)
    }
  }

  /// Reads an object, as `object` does, with the members that lines have.
  mutating func members(
    _ body: (_ member: JSONMember?, _ scanner: inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard current == UInt8(ascii: "{") else { throw fault("expected an object") }
    try container("}") { (scanner) throws(JSONFault) in
      let member = try scanner.member()
      try scanner.colon()
      try body(member, &scanner)
    }
  }

  /// Reads an object. Calls `body` with the bytes of each member's name; `body` has to read the value.
  mutating func entries(
    _ body: (_ name: ArraySlice<UInt8>, _ scanner: inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard current == UInt8(ascii: "{") else { throw fault("expected an object") }
    try container("}") { (scanner) throws(JSONFault) in
      let name = try scanner.name()
      try scanner.colon()
      try body(name, &scanner)
    }
  }

  /// Reads a string, without an allocation where it has neither an escape nor a byte beyond ASCII.
  mutating func name() throws(JSONFault) -> ArraySlice<UInt8> {
    let start = position
    if accept("\"") {
      let first = position
      let end = endOfPlain(from: first)
      if end < bytes.endIndex, bytes[end] == UInt8(ascii: "\"") {
        position = end &+ 1
        return bytes[first..<end]
      }
      position = start
    }
    return try string()[...]
  }

  /// Reads the colon after a name, and the white space around it.
  private mutating func colon() throws(JSONFault) {
    skipSpace()
    try require(":")
    skipSpace()
  }

  /// Reads the name of a member; nil for one that this version does not know.
  private mutating func member() throws(JSONFault) -> JSONMember? {
    let start = position
    if accept("\"") {
      let end = endOfPlain(from: position)
      if end < bytes.endIndex, bytes[end] == UInt8(ascii: "\"") {
        let name = JSONName(bytes[position..<end])
        position = end &+ 1
        return name.flatMap { JSONMember($0) }
      }
      position = start
    }
    return JSONName(try string()[...]).flatMap { JSONMember($0) }
  }

  /// Reads an array. Calls `element` for each element; `element` has to read the value.
  mutating func array(_ element: (inout JSONScanner) throws(JSONFault) -> Void) throws(JSONFault) {
    guard current == UInt8(ascii: "[") else { throw fault("expected an array") }
    try container("]", element)
  }

  private mutating func container(
    _ close: Unicode.Scalar, _ element: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard depth < Self.maximumDepth else { throw fault("nested deeper than \(Self.maximumDepth) levels") }
    depth &+= 1
    position &+= 1
    skipSpace()
    if !accept(close) {
      while true {
        skipSpace()
        try element(&self)
        skipSpace()
        if accept(close) { break }
        if !accept(",") { throw fault("expected ',' or '\(close)'") }
      }
    }
    depth &-= 1
  }

  // MARK: Values

  mutating func boolean() throws(JSONFault) -> Bool {
    if accept(word: "true") { return true }
    if accept(word: "false") { return false }
    throw fault("expected true or false")
  }

  mutating func integer<Value: FixedWidthInteger>(
    in range: ClosedRange<Value> = Value.min...Value.max
  ) throws(JSONFault) -> Value {
    let start = position
    if let value: Value = plainInteger(), range ~= value { return value }
    position = start
    try number()
    // `init(_:)` refuses fractions and exponents too.
    guard let value = Value(String(decoding: bytes[start..<position], as: UTF8.self)), range ~= value else {
      throw fault("expected an integer from \(range.lowerBound) to \(range.upperBound)", at: start)
    }
    return value
  }

  /// The digits that come next, where they are an integer as nearly all are; else nil, at any position.
  private mutating func plainInteger<Value: FixedWidthInteger>() -> Value? {
    let first = position
    var value: UInt64 = 0
    while let byte = current, 0x30...0x39 ~= byte {
      value = value &* 10 &+ UInt64(truncatingIfNeeded: byte &- 0x30)
      position &+= 1
    }
    let count = position &- first
    // No 18 digits overflow, and no number of several begins with 0.
    guard count > 0, count <= 18, count == 1 || bytes[first] != 0x30 else { return nil }
    if let byte = current, byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e") { return nil }
    return Value(exactly: value)
  }

  private mutating func number() throws(JSONFault) {
    _ = accept("-")
    if !accept("0") { try digits() }
    if accept(".") { try digits() }
    if accept("e") || accept("E") {
      _ = accept("+") || accept("-")
      try digits()
    }
  }

  private mutating func digits() throws(JSONFault) {
    let start = position
    while let byte = current, 0x30...0x39 ~= byte { position &+= 1 }
    if position == start { throw fault("expected a number") }
  }

  /// Reads a value of any kind and drops it. Allocates nothing.
  mutating func skipValue() throws(JSONFault) {
    guard let current else { throw fault("expected a value") }
    switch current {
    case UInt8(ascii: "{"):
      try container("}") { (scanner) throws(JSONFault) in
        try scanner.skipString()
        try scanner.colon()
        try scanner.skipValue()
      }
    case UInt8(ascii: "["):
      try array { (scanner) throws(JSONFault) in try scanner.skipValue() }
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "-"), 0x30...0x39: try number()
    default:
      if !accept(word: "null") && !accept(word: "true") && !accept(word: "false") { throw fault("expected a value") }
    }
  }

  /// The kind of the value that comes next, by its first byte; nil where no value can start so.
  var kind: JSONValueKind? {
    guard let current else { return nil }
    switch current {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), 0x30...0x39: return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default: return nil
    }
  }

  /// Whether all bytes were read.
  var isAtEnd: Bool { position == bytes.endIndex }

  // MARK: Strings

  /// The characters of a string in UTF-8.
  mutating func string() throws(JSONFault) -> [UInt8] {
    if !accept("\"") { throw fault("expected a string") }
    var written = position
    position = endOfPlain(from: position)
    if current == UInt8(ascii: "\"") {
      position &+= 1
      return Array(bytes[written..<(position &- 1)])
    }
    var result: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        result.append(contentsOf: bytes[written..<position])
        position &+= 1
        return result
      case UInt8(ascii: "\\"):
        result.append(contentsOf: bytes[written..<position])
        position &+= 1
        try escape(into: &result)
        written = position
      case 0..<0x20: throw fault("expected an escape in place of a control character")
      case 0x20..<0x80: position &+= 1
      default:
        guard case .scalar(_, let length)? = UTF8Step(bytes[position...]) else { throw fault("expected UTF-8") }
        position &+= length
      }
    }
    throw fault("expected the string's closing quote")
  }

  /// Reads a string and drops it.
  mutating func skipString() throws(JSONFault) {
    let start = position
    if accept("\"") {
      position = endOfPlain(from: position)
      if accept("\"") { return }
    }
    position = start
    _ = try string()
  }

  /// The first byte from a place on that is not printable ASCII, or is a quote or a backslash.
  private func endOfPlain(from place: Int) -> Int {
    bytes.withUnsafeBufferPointer { buffer in
      var offset = place &- bytes.startIndex
      while offset < buffer.count {
        let byte = buffer[offset]
        if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
        offset &+= 1
      }
      return offset &+ bytes.startIndex
    }
  }

  private mutating func escape(into result: inout [UInt8]) throws(JSONFault) {
    let start = position
    guard let byte = current else { throw fault("expected an escape's letter") }
    position &+= 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0c)
    case UInt8(ascii: "n"): result.append(0x0a)
    case UInt8(ascii: "r"): result.append(0x0d)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      var value = UInt32(try unit())
      if UTF16.isLeadSurrogate(UInt16(truncatingIfNeeded: value)), accept(word: "\\u") {
        let low = try unit()
        guard UTF16.isTrailSurrogate(low) else { throw fault("expected the second half of a surrogate pair") }
        value = 0x10000 &+ (value &- 0xd800) &<< 10 &+ UInt32(low &- 0xdc00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("expected a surrogate pair", at: start) }
      result.append(contentsOf: Character(scalar).utf8)
    default: throw fault("expected one of \" \\ / b f n r t u after the backslash", at: start)
    }
  }

  private mutating func unit() throws(JSONFault) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("expected four hexadecimal digits")
      }
      value = value &<< 4 | UInt16(truncatingIfNeeded: digit)
      position &+= 1
    }
    return value
  }
}

/// The kinds of values in JSON.
enum JSONValueKind {
  case object, array, string, number, boolean, null
}
