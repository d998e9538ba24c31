/// Reads the filter language, by recursive descent:
///
///     or   := and (("or" | "||" | "|") and)*
///     and  := not (("and" | "&&")? not)*
///     not  := ("!" | "not") not | "(" or ")" | term
///     term := field op value ("," value)* | "has:" field | "is:" name ("," name)* | relation ":" (pid ("," pid)* | "(" or ")")
///           | "/" regex "/" | word | "quoted words"
struct FilterParser {
  /// The most parentheses inside each other: more than anyone writes, and few enough for the stack.
  static let deepestNesting = 100

  let text: [Character]
  var position = 0
  /// The parts read so far, in order.
  var spans: [FilterSyntax.Span] = []
  private var nesting = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func parse() throws(FilterError) -> FilterNode {
    skipSpace()
    if isAtEnd { return FilterNode(.all([])) }
    let node = try parseOr(after: nil)
    skipSpace()
    if !isAtEnd { throw error("no ( is open here") }
    return node
  }

  private mutating func parseOr(after word: String?) throws(FilterError) -> FilterNode {
    var parts = [try parseAnd(after: word)]
    while let word = accept(.or) { parts.append(try parseAnd(after: word)) }
    return parts.count == 1 ? parts[0] : FilterNode(.any(parts), parts[0].span.lowerBound..<position)
  }

  private mutating func parseAnd(after word: String?) throws(FilterError) -> FilterNode {
    var parts = [try parseNot(after: word)]
    while true {
      if let word = accept(.and) {
        parts.append(try parseNot(after: word))
      } else if isAtEnd || current == ")" || peek(.or) != nil {
        return parts.count == 1 ? parts[0] : FilterNode(.all(parts), parts[0].span.lowerBound..<position)
      } else {
        parts.append(try parseNot(after: nil))
      }
    }
  }

  private mutating func parseNot(after word: String?) throws(FilterError) -> FilterNode {
    var word = word
    var isNegated = false
    skipSpace()
    let start = position
    while true {
      skipSpace()
      if current == "!" {
        advance(1, as: .keyword)
        word = "!"
      } else if let not = accept(.not) {
        word = not
      } else {
        break
      }
      isNegated.toggle()
    }
    let node = try parsePrimary(after: word)
    return isNegated ? FilterNode(.not(node), start..<position) : node
  }

  private mutating func parsePrimary(after word: String?) throws(FilterError) -> FilterNode {
    skipSpace()
    if isAtEnd || current == ")" {
      throw error(word.map { "expected a condition after \($0)" } ?? "expected a condition")
    }
    if let keyword = peek(.or) ?? peek(.and) {
      throw error("expected a condition before \(keyword); write \"\(keyword)\" in quotes to search for the word")
    }
    return current == "(" ? try parseGroup() : try parseTerm()
  }

  /// From a `(` to its `)`.
  mutating func parseGroup() throws(FilterError) -> FilterNode {
    guard nesting < Self.deepestNesting else { throw error("more than \(Self.deepestNesting) ( inside each other") }
    let opening = position
    advance(1, as: .parenthesis)
    nesting += 1
    var inner = try parseOr(after: "(")
    nesting -= 1
    skipSpace()
    guard current == ")" else { throw error("expected ) to close the ( in column \(opening + 1)") }
    advance(1, as: .parenthesis)
    inner.span = opening..<position
    return inner
  }

  /// After an error: marks the word with the error and continues after it. Returns false at the end.
  mutating func recover(from error: FilterError) -> Bool {
    nesting = 0
    // Characters that were read and have no role are part of the error.
    position = spans.last?.range.upperBound ?? 0
    let place = min(max(error.column - 1, position), text.count)
    skipSpace()
    let start = min(position, place)
    position = place
    if start == place, current?.isWhitespace == true {
      skipSpace()
      return !isAtEnd
    }
    if start == place, current == "(" || current == ")" || current == "\"" { position += 1 }
    if start == place, startsSign(at: position) { position += 2 }
    while !endsWord(at: position) { position += 1 }
    mark(from: start, as: .error)
    return !isAtEnd
  }
}

// MARK: - Characters

extension FilterParser {
  var isAtEnd: Bool { position >= text.count }
  var current: Character? { isAtEnd ? nil : text[position] }

  mutating func skipSpace() {
    while let character = current, character.isWhitespace { position += 1 }
  }

  /// Advances by this many characters, which have this role.
  mutating func advance(_ count: Int, as role: FilterSyntax.Role) {
    position += count
    mark(from: position - count, as: role)
  }

  /// Marks the characters since `start` with this role.
  mutating func mark(from start: Int, as role: FilterSyntax.Role) {
    if start < position { spans.append(FilterSyntax.Span(range: start..<position, role: role)) }
  }

  func error(_ message: String, at place: Int? = nil) -> FilterError {
    FilterError(column: (place ?? position) + 1, message: message)
  }

  /// Whether a character ends a word.
  static func isDelimiter(_ character: Character) -> Bool {
    character.isWhitespace || character == "(" || character == ")" || character == "\""
  }

  /// Whether a word or a value outside of quotes ends at a place: at a delimiter, and before `&&` and `||`.
  func endsWord(at place: Int) -> Bool {
    guard place < text.count else { return true }
    return Self.isDelimiter(text[place]) || startsSign(at: place)
  }

  /// Whether `&&` or `||` is at a place.
  private func startsSign(at place: Int) -> Bool {
    guard place + 1 < text.count, text[place] == "&" || text[place] == "|" else { return false }
    return text[place + 1] == text[place]
  }

  /// Whether the value ends here.
  var isAtValueEnd: Bool { endsWord(at: position) }

  /// What joins or negates conditions.
  enum Keyword: String {
    case and, or, not

    /// The sign that means the same, wherever it is.
    var sign: String? {
      switch self {
      case .and: "&&"
      case .or: "||"
      case .not: nil
      }
    }
  }

  /// The keyword as written, if it is next: a word in lower or upper case, `&&` or `||`, or `|` as a word of its own.
  func peek(_ keyword: Keyword) -> String? {
    if let sign = keyword.sign, text[position...].starts(with: sign) { return sign }
    var end = position
    while end - position <= keyword.rawValue.count, !endsWord(at: end) { end += 1 }
    let word = String(text[position..<end])
    if keyword == .or, word == "|" { return word }
    return word == keyword.rawValue || word == keyword.rawValue.uppercased() ? word : nil
  }

  private mutating func accept(_ keyword: Keyword) -> String? {
    skipSpace()
    guard let word = peek(keyword) else { return nil }
    advance(word.count, as: .keyword)
    return word
  }
}
