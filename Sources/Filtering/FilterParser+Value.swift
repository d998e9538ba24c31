extension FilterParser {
  /// A bare or a quoted value as bytes, and whether it has a capital letter.
  mutating func parseValue(stopsAtComma: Bool) throws(FilterError) -> (bytes: [UInt8], hasCapital: Bool) {
    if current == "\"" { return try parseQuoted() }
    let start = position
    while !isAtValueEnd, !(stopsAtComma && current == ",") { position += 1 }
    let value = text[start..<position]
    return (value.flatMap(\.utf8), value.contains(where: \.isUppercase))
  }

  /// `\"`, `\\` and `\xNN` stand for one byte; any other backslash stands for itself.
  private mutating func parseQuoted() throws(FilterError) -> (bytes: [UInt8], hasCapital: Bool) {
    let opening = position
    var bytes: [UInt8] = []
    var hasCapital = false
    position += 1
    while let character = current {
      position += 1
      switch character {
      case "\"": return (bytes, hasCapital)
      case "\\":
        if let escaped = parseEscape() { bytes.append(escaped) } else { bytes.append(0x5c) }
      default:
        bytes.append(contentsOf: character.utf8)
        hasCapital = hasCapital || character.isUppercase
      }
    }
    throw unclosed("\"", from: opening)
  }

  /// The error for a sign that was opened and never closed.
  mutating func unclosed(_ sign: String, from opening: Int) -> FilterError {
    mark(from: opening, as: .error)
    return error("expected \(sign) to close the one in column \(opening + 1)")
  }

  private mutating func parseEscape() -> UInt8? {
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

  /// Some names of a choice, as bits.
  mutating func parseChoices(
    _ field: FilterField, _ sign: FilterOperator, after prefix: String
  ) throws(FilterError) -> UInt32 {
    let choices = field.choices
    let bits = try parseList(after: prefix) { (parser, prefix) throws(FilterError) in
      let start = parser.position
      let name = parser.parseWord().lowercased()
      // Marks of one kind have names with a common part, such as `cut`.
      let isPart = field == .mark && sign == .contains && !name.isEmpty
      let named = choices.filter { isPart ? $0.name.contains(name) : $0.name == name }
      guard !named.isEmpty else {
        let names = choices.map(\.name)
        throw parser.error(
          "expected \(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1]) after \(prefix)",
          at: start)
      }
      return named.reduce(0) { $0 | $1.bits }
    }
    return bits.reduce(0, |)
  }

  /// Everything up to the next comma, or the end of the value.
  mutating func parseWord() -> String {
    let start = position
    while !isAtValueEnd, current != "," { position += 1 }
    return String(text[start..<position])
  }
}
