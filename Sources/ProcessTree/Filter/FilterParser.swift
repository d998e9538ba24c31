/// Reads the filter language, by recursive descent:
///
///     or   := and ("or" and)*
///     and  := not ("and"? not)*
///     not  := ("!" | "not") not | "(" or ")" | term
///     term := field (":" | "=" | "!=") value | word | "quoted words"
struct FilterParser {
  /// Deeper than anyone writes, and shallow enough for the stack.
  static let deepestNesting = 100

  let text: [Character]
  var position = 0
  private var nesting = 0

  init(_ text: String) { self.text = Array(text) }

  mutating func parse() throws(FilterError) -> FilterExpression {
    skipSpace()
    if isAtEnd { return .all([]) }
    let expression = try parseOr(after: nil)
    skipSpace()
    if !isAtEnd { throw error("no ( is open here") }
    return expression
  }

  private mutating func parseOr(after word: String?) throws(FilterError) -> FilterExpression {
    var parts = [try parseAnd(after: word)]
    while let word = take(keyword: "or") { parts.append(try parseAnd(after: word)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func parseAnd(after word: String?) throws(FilterError) -> FilterExpression {
    var parts = [try parseNot(after: word)]
    while true {
      if let word = take(keyword: "and") {
        parts.append(try parseNot(after: word))
      } else if isAtEnd || current == ")" || peek(keyword: "or") != nil {
        return parts.count == 1 ? parts[0] : .all(parts)
      } else {
        parts.append(try parseNot(after: nil))
      }
    }
  }

  private mutating func parseNot(after word: String?) throws(FilterError) -> FilterExpression {
    var word = word
    var isNegated = false
    while true {
      skipSpace()
      if current == "!" {
        position += 1
        word = "!"
      } else if let not = take(keyword: "not") {
        word = not
      } else {
        break
      }
      isNegated.toggle()
    }
    let expression = try parsePrimary(after: word)
    return isNegated ? .not(expression) : expression
  }

  private mutating func parsePrimary(after word: String?) throws(FilterError) -> FilterExpression {
    skipSpace()
    if isAtEnd || current == ")" {
      throw error(word.map { "expected a condition after \($0)" } ?? "expected a condition")
    }
    if let keyword = peek(keyword: "or") ?? peek(keyword: "and") {
      throw error("expected a condition before \(keyword); write \"\(keyword)\" in quotes to look for the word")
    }
    guard current == "(" else { return .test(try parseTerm()) }
    guard nesting < Self.deepestNesting else { throw error("more than \(Self.deepestNesting) ( inside each other") }
    let opening = position + 1
    position += 1
    nesting += 1
    let inner = try parseOr(after: "(")
    nesting -= 1
    skipSpace()
    guard current == ")" else { throw error("expected ) to close the ( in column \(opening)") }
    position += 1
    return inner
  }
}

// MARK: - Characters

extension FilterParser {
  var isAtEnd: Bool { position >= text.count }
  var current: Character? { isAtEnd ? nil : text[position] }

  mutating func skipSpace() {
    while let character = current, character.isWhitespace { position += 1 }
  }

  func error(_ message: String, at place: Int? = nil) -> FilterError {
    FilterError(column: (place ?? position) + 1, message: message)
  }

  /// A character that ends a word.
  static func isDelimiter(_ character: Character) -> Bool {
    character.isWhitespace || character == "(" || character == ")" || character == "\""
  }

  /// The keyword, as it is written here, if it stands here as a word of its own: all small or all capital letters.
  private func peek(keyword: String) -> String? {
    var end = position
    while end < text.count, !Self.isDelimiter(text[end]) { end += 1 }
    let word = String(text[position..<end])
    return word == keyword || word == keyword.uppercased() ? word : nil
  }

  private mutating func take(keyword: String) -> String? {
    skipSpace()
    guard let word = peek(keyword: keyword) else { return nil }
    position += word.count
    return word
  }
}
