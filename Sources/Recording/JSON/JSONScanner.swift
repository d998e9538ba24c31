/// What was wrong, and where, in one line of JSON.
struct JSONFault: Error {
  /// The index of the byte at fault.
  var position: Int
  var message: String
}

/// Reads one JSON text from its first byte to its last, on the caller's demand: no tree of values is built.
///
/// As strict as RFC 8259: no trailing comma, no comment, no raw control character, no ill-formed UTF-8, no lone
/// surrogate, no leading zero. Never reads past the end and never recurses deeper than `maximumDepth`.
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

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position &+= 1
    return true
  }

  private mutating func require(_ character: Unicode.Scalar) throws(JSONFault) {
    if !take(character) { throw fault("expected '\(character)'") }
  }

  /// What is said where something stands behind the object.
  static let endOfLineExpected = "expected the end of the line"

  /// Only white space may be left.
  mutating func end() throws(JSONFault) {
    skipSpace()
    if current != nil { throw fault(Self.endOfLineExpected) }
  }

  /// Takes a word such as `null` if it stands here.
  mutating func takeWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.endIndex &- position >= count else { return false }
    let matches = word.withUTF8Buffer { bytes[position..<(position &+ count)].elementsEqual($0) }
    if matches { position &+= count }
    return matches
  }

  // MARK: Containers

  /// Calls `member` for each member with its name; it has to read the value.
  mutating func object(
    _ member: (_ name: String, _ scanner: inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    guard current == UInt8(ascii: "{") else { throw fault("expected an object") }
    try container("}") { (scanner) throws(JSONFault) in
      let name = try scanner.string()
      scanner.skipSpace()
      try scanner.require(":")
      scanner.skipSpace()
      try member(String(decoding: name, as: UTF8.self), &scanner)
    }
  }

  /// Calls `element` for each element; it has to read the value.
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
    if !take(close) {
      while true {
        skipSpace()
        try element(&self)
        skipSpace()
        if take(close) { break }
        if !take(",") { throw fault("expected ',' or '\(close)'") }
      }
    }
    depth &-= 1
  }

  // MARK: Values

  mutating func boolean() throws(JSONFault) -> Bool {
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw fault("expected true or false")
  }

  mutating func integer<Value: FixedWidthInteger>(
    in range: ClosedRange<Value> = Value.min...Value.max
  ) throws(JSONFault) -> Value {
    let start = position
    try number()
    // What has a fraction or an exponent is no integer for `init(_:)` either.
    guard let value = Value(String(decoding: bytes[start..<position], as: UTF8.self)), range ~= value else {
      throw fault("expected an integer from \(range.lowerBound) to \(range.upperBound)", at: start)
    }
    return value
  }

  private mutating func number() throws(JSONFault) {
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      try digits()
    }
  }

  private mutating func digits() throws(JSONFault) {
    let start = position
    while let byte = current, 0x30...0x39 ~= byte { position &+= 1 }
    if position == start { throw fault("expected a number") }
  }

  /// Reads a value of whatever kind and drops it.
  mutating func skipValue() throws(JSONFault) {
    guard let current else { throw fault("expected a value") }
    switch current {
    case UInt8(ascii: "{"):
      try object { (_, scanner) throws(JSONFault) in try scanner.skipValue() }
    case UInt8(ascii: "["):
      try array { (scanner) throws(JSONFault) in try scanner.skipValue() }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "-"), 0x30...0x39: try number()
    default:
      if !takeWord("null") && !takeWord("true") && !takeWord("false") { throw fault("expected a value") }
    }
  }

  // MARK: Strings

  /// A string's characters in UTF-8.
  mutating func string() throws(JSONFault) -> [UInt8] {
    if !take("\"") { throw fault("expected a string") }
    var result: [UInt8] = []
    var written = position
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
        var rest = bytes[position...].makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        guard case .valid(let encoded) = parser.parseScalar(from: &rest) else { throw fault("expected UTF-8") }
        position &+= encoded.count
      }
    }
    throw fault("expected the string's closing quote")
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
      if UTF16.isLeadSurrogate(UInt16(truncatingIfNeeded: value)), takeWord("\\u") {
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
