extension FilterParser {
  /// Either a field with its condition, or words to look for.
  mutating func parseTerm() throws(FilterError) -> FilterTest {
    let start = position
    guard let (name, sign) = takeFieldAndSign() else {
      let (value, hasCapital) = try parseValue(stopsAtComma: false)
      return FilterTest(
        nil, .contains(ByteSearch(value, ignoringCase: !hasCapital)), span: start..<position)
    }
    guard let field = FilterField(name: name) else {
      let known = Filter.fieldNames.joined(separator: " ")
      throw error("no field \(name); there are \(known) (to look for text, put it in quotes)", at: start)
    }
    guard [":", "=", "!="].contains(sign) else {
      throw error("expected :, = or != after \(name)", at: position - sign.count)
    }
    let prefix = name + sign
    if isAtEnd || current?.isWhitespace == true || current == ")" || current == "(" {
      throw error("expected a \(field.isNumeric ? "number" : "value") after \(prefix)")
    }
    let condition = try parseCondition(field, sign, prefix)
    return FilterTest(field, condition, isNegated: sign == "!=", span: start..<position)
  }

  private mutating func parseCondition(
    _ field: FilterField, _ sign: String, _ prefix: String
  ) throws(FilterError) -> FilterTest.Condition {
    if field.isNumeric {
      return .numbers(
        try parseList(after: prefix) { (parser, prefix) throws(FilterError) in
          try parser.parseNumber(after: prefix)
        })
    }
    if sign == ":" {
      let (value, hasCapital) = try parseValue(stopsAtComma: false)
      return .contains(ByteSearch(value, ignoringCase: !hasCapital))
    }
    return .equals(
      try parseList(after: prefix) { (parser, prefix) throws(FilterError) in
        let start = parser.position
        let value = try parser.parseValue(stopsAtComma: true).bytes
        if parser.position == start { throw parser.error("expected a value after \(prefix)") }
        return value
      })
  }

  /// Values with commas between them.
  private mutating func parseList<Value>(
    after prefix: String, _ parse: (inout FilterParser, String) throws(FilterError) -> Value
  ) throws(FilterError) -> [Value] {
    var values = [try parse(&self, prefix)]
    while current == "," {
      position += 1
      values.append(try parse(&self, "the comma"))
    }
    return values
  }

  private mutating func parseNumber(after prefix: String) throws(FilterError) -> Int64 {
    let start = position
    let (bytes, _) = try parseValue(stopsAtComma: true)
    guard let number = Int64(String(decoding: bytes, as: UTF8.self)), number >= 0 else {
      throw error("expected a number after \(prefix)", at: start)
    }
    return number
  }

  /// A bare or a quoted value as bytes, and whether it has a capital letter.
  private mutating func parseValue(
    stopsAtComma: Bool
  ) throws(FilterError) -> (bytes: [UInt8], hasCapital: Bool) {
    if current == "\"" { return try parseQuoted() }
    let start = position
    while let character = current, !Self.isDelimiter(character), !(stopsAtComma && character == ",") {
      position += 1
    }
    let value = text[start..<position]
    return (value.flatMap(\.utf8), value.contains(where: \.isUppercase))
  }

  /// `\"`, `\\` and `\xNN` stand for a byte; any other backslash for itself.
  private mutating func parseQuoted() throws(FilterError) -> (bytes: [UInt8], hasCapital: Bool) {
    let opening = position + 1
    var bytes: [UInt8] = []
    var hasCapital = false
    position += 1
    while let character = current {
      position += 1
      switch character {
      case "\"": return (bytes, hasCapital)
      case "\\":
        if let escaped = takeEscape() { bytes.append(escaped) } else { bytes.append(0x5c) }
      default:
        bytes.append(contentsOf: character.utf8)
        hasCapital = hasCapital || character.isUppercase
      }
    }
    throw error("expected \" to close the one in column \(opening)")
  }

  private mutating func takeEscape() -> UInt8? {
    if current == "\"" || current == "\\" {
      defer { position += 1 }
      return current?.asciiValue
    }
    guard current == "x", position + 2 < text.count, text[position + 1].isHexDigit, text[position + 2].isHexDigit,
      let byte = UInt8(String(text[(position + 1)...(position + 2)]), radix: 16)
    else { return nil }
    position += 3
    return byte
  }

  /// Letters and one of the language's signs, also those that no field takes yet: then it is an error, and not a word
  /// that is found nowhere.
  private mutating func takeFieldAndSign() -> (name: String, sign: String)? {
    var end = position
    while end < text.count, text[end].isASCII, text[end].isLetter { end += 1 }
    guard end > position, end < text.count else { return nil }
    let name = String(text[position..<end])
    let rest = String(text[end..<min(end + 2, text.count)])
    guard let sign = ["!=", "!~", "<=", ">=", ":", "=", "~", "<", ">"].first(where: rest.hasPrefix) else {
      return nil
    }
    position = end + sign.count
    return (name, sign)
  }
}
