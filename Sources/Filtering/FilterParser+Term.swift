internal import Events

extension FilterParser {
  /// A condition on a field, on another process, or a word to search for.
  mutating func parseTerm() throws(FilterError) -> FilterNode {
    let start = position
    if current == "/", let regex = try parseEnclosedRegex() {
      return FilterNode(.test(FilterTest(nil, .regex(regex))), start..<position)
    }
    guard let (name, sign) = peekFieldAndSign() else {
      let (value, hasCapital) = try parseValue(stopsAtComma: false)
      mark(from: start, as: .word)
      let search = ByteSearch(value, ignoringCase: !hasCapital)
      return FilterNode(.test(FilterTest(nil, .contains(search))), start..<position)
    }
    let key = name.lowercased()
    if let relation = FilterRelation(rawValue: key) { return try parseRelation(relation, name, sign) }
    if key == "has" { return try parseHas(name, sign) }
    if key == "is" { return try parseIs(name, sign) }
    guard let field = FilterField(name: name) else { throw unknown(name, at: start) }
    position += name.count
    mark(from: start, as: .field)
    guard let `operator` = FilterOperator(rawValue: sign), `operator`.suits(field.kind) else {
      throw error("expected \(FilterOperator.list(for: field.kind)) after \(name)")
    }
    let isSpaced = current?.isWhitespace == true
    skipSpace()
    advance(sign.count, as: .operator)
    // Users of other languages write `==` for `=`, and spaces around it.
    if current == "=", `operator` == .is {
      advance(1, as: .operator)
    } else if current == "=", `operator` == .isNot {
      throw error("\(sign) has one = only; put a value that starts with = in quotes")
    }
    if isSpaced {
      skipSpace()
      if isAtEnd || current == ")" || peek(.and) != nil || peek(.or) != nil {
        throw error("expected a value after \(name) \(sign)")
      }
    }
    let condition = try parseCondition(field, `operator`, after: name + sign)
    let isNegated = `operator` == .isNot || `operator` == .matchesNot
    return FilterNode(.test(FilterTest(field, condition, isNegated: isNegated)), start..<position)
  }

  private mutating func parseCondition(
    _ field: FilterField, _ sign: FilterOperator, after prefix: String
  ) throws(FilterError) -> FilterTest.Condition {
    switch field.kind {
    case .number(let unit): return .number(try parseRanges(unit, sign, after: prefix))
    case .choice: return .choice(try parseChoices(field, sign, after: prefix))
    case .text, .strings, .commandLine:
      if isAtValueEnd, current != "\"", !(current == "(" && sign.isRegex) {
        throw error("expected \(sign.isRegex ? "a regex" : "a value") after \(prefix)")
      }
    }
    switch sign {
    case .matches, .matchesNot: return .regex(try parseRegexValue())
    case .contains:
      let start = position
      let (value, hasCapital) = try parseValue(stopsAtComma: false)
      mark(from: start, as: .value)
      if field == .user, let number = Self.number(of: value) { return .equals([value], numbers: [number]) }
      return .contains(ByteSearch(value, ignoringCase: !hasCapital))
    default:
      let values = try parseList(after: prefix) { (parser, prefix) throws(FilterError) in
        let start = parser.position
        let value = try parser.parseValue(stopsAtComma: true).bytes
        if parser.position == start { throw parser.error("expected a value after \(prefix)") }
        return value
      }
      return .equals(values, numbers: field == .user ? values.compactMap(Self.number) : [])
    }
  }

  /// `has:` with the name of a field.
  private mutating func parseHas(_ name: String, _ sign: String) throws(FilterError) -> FilterNode {
    let start = position
    try parseName(name, sign)
    let nameStart = position
    while !isAtValueEnd { position += 1 }
    let wanted = String(text[nameStart..<position])
    guard let field = FilterField(name: wanted) else {
      position = nameStart
      if let advice = Self.markAdvice(wanted) { throw error("unknown field \(wanted): \(advice)") }
      throw wanted.isEmpty ? error("expected a field after \(name):") : unknown(wanted, at: nameStart)
    }
    mark(from: nameStart, as: .field)
    return FilterNode(.test(FilterTest(field, .known)), start..<position)
  }

  /// `under:`, `child:` or `parent:` with pids, or with an expression in parentheses.
  private mutating func parseRelation(
    _ relation: FilterRelation, _ name: String, _ sign: String
  ) throws(FilterError) -> FilterNode {
    let start = position
    try parseName(name, sign)
    let inner: FilterNode
    if current == "(" {
      inner = try parseGroup()
    } else {
      let valueStart = position
      guard !isAtValueEnd else { throw error("expected a pid or ( after \(name):") }
      let pids = try parseRanges(
        .plain, .contains, after: "\(name):", expecting: "a pid, or a condition such as (comm=make),")
      inner = FilterNode(.test(FilterTest(.pid, .number(pids))), valueStart..<position)
    }
    return FilterNode(.relation(relation, inner), start..<position)
  }

  /// A name that is followed by `:` only.
  mutating func parseName(_ name: String, _ sign: String) throws(FilterError) {
    advance(name.count, as: .field)
    guard sign == ":" else { throw error("expected : after \(name)") }
    advance(1, as: .operator)
  }

  /// Values with commas between them.
  mutating func parseList<Value>(
    after prefix: String, _ parse: (inout FilterParser, String) throws(FilterError) -> Value
  ) throws(FilterError) -> [Value] {
    var start = position
    var values = [try parse(&self, prefix)]
    mark(from: start, as: .value)
    while current == "," {
      advance(1, as: .operator)
      start = position
      values.append(try parse(&self, "the comma"))
      mark(from: start, as: .value)
    }
    return values
  }

  /// Letters followed by an operator, whether or not the field exists and takes it: so a mistake is an error, and not a
  /// word that matches nothing.
  private func peekFieldAndSign() -> (name: String, sign: String)? {
    var end = position
    while end < text.count, text[end].isASCII, text[end].isLetter { end += 1 }
    guard end > position, end < text.count else { return nil }
    let name = String(text[position..<end])
    if let sign = Self.sign(in: text[end...]) { return (name, sign) }
    // `field = value`, with spaces. Of other words only those before a sign by itself are taken for a field.
    let rest = text[end...].drop { $0.isWhitespace }
    guard rest.startIndex > end, let sign = Self.sign(in: rest), sign != ":" else { return nil }
    let next = rest.dropFirst(sign.count)
    let isAlone = next.first.map { $0.isWhitespace || $0 == "=" } ?? true
    return isAlone || FilterField(name: name) != nil ? (name, sign) : nil
  }
}

extension FilterParser {
  /// The operator at the start of a text.
  private static func sign(in text: ArraySlice<Character>) -> String? {
    FilterOperator.allCases.first { text.starts(with: $0.rawValue) }?.rawValue
  }
}

/// The operator between a field and its value.
enum FilterOperator: String, CaseIterable {
  // Longer operators first: the parser uses the first that fits.
  case isNot = "!="
  case matchesNot = "!~"
  case atMost = "<="
  case atLeast = ">="
  case contains = ":"
  case `is` = "="
  case matches = "~"
  case below = "<"
  case above = ">"

  var isRegex: Bool { self == .matches || self == .matchesNot }

  func suits(_ kind: FilterField.Kind) -> Bool { Self.suitable(for: kind).contains(self) }

  private static func suitable(for kind: FilterField.Kind) -> [FilterOperator] {
    switch kind {
    case .text, .strings, .commandLine: [.contains, .is, .isNot, .matches, .matchesNot]
    case .number: [.contains, .is, .isNot, .below, .atMost, .above, .atLeast]
    case .choice: [.contains, .is, .isNot]
    }
  }

  /// The operators for a kind of field, as a list in a sentence.
  static func list(for kind: FilterField.Kind) -> String {
    let names = suitable(for: kind).map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
  }
}
