/// Reads TOML 1.0 in one pass. Memory and depth are bounded by the text, which the caller bounds.
struct TOMLParser {
  /// Arrays and inline tables nest no deeper than this, and no path has more parts: memory grows with their product.
  static let depthLimit = 32

  let bytes: [UInt8]
  var place = 0
  private var names = TOMLNames()
  /// The last place whose line was asked for, and that line: the next one is mostly near.
  var counted = (place: 0, line: 1)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func parse(into document: inout TOMLDocument) throws(TOMLError) {
    try checkEncoding()
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
    var table: [String] = []
    var hasHeader = false
    while place < bytes.count {
      let start = place
      skipBlanks()
      guard let byte = peek else { break }
      if byte == UInt8(ascii: "[") {
        if !hasHeader { document.rootEnd = start }
        hasHeader = true
        table = try header()
        try endLine()
        document.tables.append(TOMLDocument.Table(path: table, line: line(of: start), isInline: false, start: place))
      } else if byte != UInt8(ascii: "#"), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
        try member(of: table, isInline: false, depth: 0, into: &document)
        try endLine()
      } else {
        try endLine()
      }
    }
  }

  private mutating func header() throws(TOMLError) -> [String] {
    let start = place
    place += 1
    let isElement = peek == UInt8(ascii: "[")
    if isElement { place += 1 }
    let (path, _) = try key()
    for _ in 0..<(isElement ? 2 : 1) { try take("]", "] after the table's name") }
    do {
      return isElement ? try names.openElement(path) : try names.open(path)
    } catch {
      throw fail(at: start, error.expected)
    }
  }

  /// `key = value`.
  private mutating func member(
    of table: [String], isInline: Bool, depth: Int, into document: inout TOMLDocument
  ) throws(TOMLError) {
    let start = place
    let (key, prefix) = try key()
    try take("=", "= after the key")
    skipBlanks()
    let path = table + key
    guard path.count <= Self.depthLimit else { throw tooDeep(at: start) }
    do { try names.define(key, in: table) } catch { throw fail(at: start, error.expected) }
    let valueStart = place
    let value = try value(at: path, depth: depth, into: &document)
    guard let value else { return }
    document.entries.append(
      TOMLDocument.Entry(
        path: path, line: line(of: start), value: value, valueRange: valueStart..<place, prefixRange: prefix,
        isInline: isInline))
  }

  /// Nil where the value was an inline table with members, which are in the document then.
  mutating func value(
    at path: [String], depth: Int, into document: inout TOMLDocument
  ) throws(TOMLError) -> TOMLValue? {
    guard depth < Self.depthLimit else { throw tooDeep(at: place) }
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
    case UInt8(ascii: "["): return .array(try array(at: path, depth: depth + 1))
    case UInt8(ascii: "{"): return try inlineTable(at: path, depth: depth + 1, into: &document)
    default: return try scalar()
    }
  }

  private mutating func array(at path: [String], depth: Int) throws(TOMLError) -> [TOMLValue] {
    place += 1
    var values: [TOMLValue] = []
    while true {
      try skipLines()
      if peek == UInt8(ascii: "]") { break }
      // Tables in here are looked at for being TOML, and left out.
      var aside = try TOMLDocument([])
      let element = path + ["[\(values.count)]"]
      values.append(try value(at: element, depth: depth, into: &aside) ?? .table)
      try skipLines()
      if peek == UInt8(ascii: ",") { place += 1 } else { break }
    }
    try take("]", ", or ] in the list")
    return values
  }

  private mutating func inlineTable(
    at path: [String], depth: Int, into document: inout TOMLDocument
  ) throws(TOMLError) -> TOMLValue? {
    place += 1
    names.close(path)
    document.tables.append(TOMLDocument.Table(path: path, line: line(of: place), isInline: true, start: place))
    skipBlanks()
    if peek == UInt8(ascii: "}") {
      place += 1
      return .table
    }
    while true {
      skipBlanks()
      try member(of: path, isInline: true, depth: depth, into: &document)
      skipBlanks()
      if peek == UInt8(ascii: ",") { place += 1 } else { break }
    }
    try take("}", ", or } in the table")
    return nil
  }

  /// A key of one or more parts, and the bytes before its last part.
  private mutating func key() throws(TOMLError) -> (path: [String], prefix: Range<Int>) {
    skipBlanks()
    let start = place
    var path: [String] = []
    while true {
      skipBlanks()
      let partStart = place
      guard path.count < Self.depthLimit else { throw tooDeep(at: partStart) }
      if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") {
        path.append(try string(isKey: true))
      } else {
        while let byte = peek, byte.isBareKey { place += 1 }
        guard place > partStart else { throw fail(at: place, "a key") }
        path.append(String(decoding: bytes[partStart..<place], as: UTF8.self))
      }
      skipBlanks()
      guard peek == UInt8(ascii: ".") else { return (path, start..<partStart) }
      place += 1
    }
  }
}

extension UInt8 {
  fileprivate var isBareKey: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
