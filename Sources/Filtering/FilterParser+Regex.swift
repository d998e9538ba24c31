extension FilterParser {
  /// The bytes of a regular expression, with the character of the text that each comes from.
  private struct Pattern {
    var bytes: [UInt8] = []
    var places: [Int] = []
    var hasCapital = false
    private var isEscaped = false

    mutating func append(_ character: Character, at place: Int) {
      for byte in character.utf8 {
        bytes.append(byte)
        places.append(place)
      }
      // The capitals of `\W` and `\S` do not make the search case-sensitive.
      hasCapital = hasCapital || character.isUppercase && !isEscaped
      isEscaped = character == "\\" && !isEscaped
    }
  }

  /// `/regex/` without a field: the next slash ends a word. Nil for a path such as `/usr/lib`, which is a word.
  mutating func parseEnclosedRegex() throws(FilterError) -> FilterRegex? {
    guard let end = closingSlash(), endsWord(at: end + 1) else { return nil }
    return try parseEnclosedRegex(to: end)
  }

  /// The value after `~`: `/regex/`, `"regex"`, or everything up to the next space outside of parentheses and brackets.
  mutating func parseRegexValue() throws(FilterError) -> FilterRegex {
    if current == "/", let regex = try parseEnclosedRegex() { return regex }
    return current == "\"" ? try parseQuotedRegex() : try parseBareRegex()
  }

  private func closingSlash() -> Int? {
    var end = position + 1
    while end < text.count, text[end] != "/" { end += text[end] == "\\" ? 2 : 1 }
    return end < text.count && end > position + 1 ? end : nil
  }

  private mutating func parseEnclosedRegex(to end: Int) throws(FilterError) -> FilterRegex {
    let start = position
    var pattern = Pattern()
    for place in start + 1..<end { pattern.append(text[place], at: place) }
    position = end + 1
    return try compile(pattern, from: start, end: end)
  }

  /// In quotes a backslash belongs to the regular expression; only `\"` is written for `"`.
  private mutating func parseQuotedRegex() throws(FilterError) -> FilterRegex {
    let opening = position
    var pattern = Pattern()
    position += 1
    while let character = current {
      position += 1
      if character == "\"" { return try compile(pattern, from: opening, end: position - 1) }
      pattern.append(character, at: position - 1)
      if character == "\\", let next = current {
        position += 1
        if next == "\"" {
          pattern.bytes.removeLast()
          pattern.places.removeLast()
        }
        pattern.append(next, at: position - 1)
      }
    }
    throw unclosed("\"", from: opening)
  }

  private mutating func parseBareRegex() throws(FilterError) -> FilterRegex {
    let start = position
    var pattern = Pattern()
    var depth = 0
    /// Where a `[` was opened that is not closed yet.
    var bracket: Int?
    while let character = current {
      if character.isWhitespace || (bracket == nil && depth == 0 && character == ")") { break }
      pattern.append(character, at: position)
      position += 1
      switch character {
      case "\\":
        if let next = current, !next.isWhitespace {
          pattern.append(next, at: position)
          position += 1
        }
      case "[" where bracket == nil: bracket = position
      // A `]` right after the opening, or after its `^`, is one of the characters.
      case "]":
        if let opened = bracket, position - 1 > opened + (text[opened] == "^" ? 1 : 0) { bracket = nil }
      case "(" where bracket == nil: depth += 1
      case ")" where bracket == nil: depth -= 1
      default: break
      }
    }
    return try compile(pattern, from: start, end: position)
  }

  private mutating func compile(
    _ pattern: Pattern, from start: Int, end: Int
  ) throws(FilterError) -> FilterRegex {
    do {
      let regex = try FilterRegex(pattern.bytes, ignoringCase: !pattern.hasCapital, column: start + 1)
      mark(from: start, as: .regex)
      return regex
    } catch {
      let place = error.offset < pattern.places.count ? pattern.places[error.offset] : end
      mark(from: start, as: .error)
      throw self.error("wrong regex: \(error.message)", at: place)
    }
  }
}
