/// Secrets by what stands before them: a name and `=`, a name and a colon, the user of a URL.
struct SecretPlaces {
  /// What a text is.
  enum Role {
    case argument
    /// What a shell or another interpreter reads.
    case script
    /// What a process wrote over its arguments.
    case title
    /// A header of HTTP.
    case header
    /// A text for people, in which only what looks random is a secret.
    case prose
    /// A macro of a compiler.
    case macro
    /// Another option of a compiler.
    case flag
  }

  typealias Text = UnsafeBufferPointer<UInt8>

  let text: Text
  let range: Range<Int>
  private let role: Role
  private var quotes: ShellQuotes
  /// Where the last word of a script ends that has a value.
  private var wordEnd = 0
  /// Where the last value without quotes and the last header without quotes end. Places are asked for from left to
  /// right, so that no byte is looked at for each of many names.
  private var valueEnd = 0
  private var lineEnd = 0

  /// - Parameters:
  ///   - range: one argument, or one variable.
  ///   - role: what it is.
  init(_ text: Text, _ range: Range<Int>, as role: Role) {
    (self.text, self.range, self.role) = (text, range, role)
    quotes = ShellQuotes(from: range.lowerBound)
  }

  /// Whether a text has several words, so that a value ends at a blank.
  private var isScript: Bool { role == .script || role == .title }

  func isHarmless(_ value: Range<Int>, _ kind: SecretName.Kind) -> Bool {
    SecretValue.isHarmless(text, value, kind, hasVariables: role == .script)
  }

  /// The kind of a name, for what the text is.
  private func kind(_ name: Range<Int>) -> SecretName.Kind? {
    guard let kind = SecretName.kind(text, name) else { return nil }
    switch role {
    case .prose, .flag: return .anyKey
    case .macro: return kind == .password ? kind : .anyKey
    case .argument, .script, .title, .header: return kind
    }
  }

  /// The longest name that is looked at.
  private static let longestName = 64

  /// The name that ends at a place.
  private func name(endingAt end: Int) -> Range<Int> {
    var start = end
    while start > range.lowerBound, end &- start < Self.longestName, SecretName.isNamePart(text[start &- 1]) {
      start &-= 1
    }
    return start..<end
  }

  // MARK: - Names with `=`

  /// The secret after the `=` at a place.
  mutating func assigned(at place: Int) -> Range<Int>? {
    var nameEnd = place
    while nameEnd > range.lowerBound, place &- nameEnd < 2, text[nameEnd &- 1] == UInt8(ascii: " ") { nameEnd &-= 1 }
    let hasBlanks = nameEnd < place
    // `password[]`, `"password"`, `password:=`, `["password"]`.
    let closers = nameEnd
    while nameEnd > range.lowerBound, closers &- nameEnd < 2, Self.isCloser(text[nameEnd &- 1]) { nameEnd &-= 1 }
    let name = name(endingAt: nameEnd)
    guard !name.isEmpty else { return nil }
    var start = place &+ 1
    guard start < range.upperBound, text[start] != UInt8(ascii: "=") else { return nil }
    guard let kind = kind(name) else { return signature(name, start) }
    let isArrow = text[start] == UInt8(ascii: ">")
    if isArrow { start &+= 1 }
    if isArrow || hasBlanks { return literal(from: start, kind) }
    let isAlone = isAlone(name)
    if isAlone, !isScript { return isHarmless(start..<range.upperBound, kind) ? nil : start..<range.upperBound }
    if text[start] == UInt8(ascii: " "), let value = literal(from: start, kind) { return value }
    let value = isScript ? scriptValue(of: name, from: start) : self.value(from: start)
    // Code: a call, an element, a type.
    if value.upperBound < range.upperBound, text[value.upperBound] == UInt8(ascii: "(") { return nil }
    if value.count < (kind == .password ? 2 : 4) { return nil }
    return isHarmless(value, kind) || isReplaced(value) ? nil : value
  }

  /// A value in quotes, of a language that has blanks before it: `password = "…"`, `password => '…'`.
  private mutating func literal(from start: Int, _ kind: SecretName.Kind) -> Range<Int>? {
    var from = start
    while from < range.upperBound, from &- start < 4, text[from] == UInt8(ascii: " ") { from &+= 1 }
    let quote = behindPrefix(from)
    guard quote < range.upperBound, ShellWords.isQuote(text[quote]) || text[quote] == UInt8(ascii: "\\") else {
      return nil
    }
    // `"Password: "`: the quote that closes what is before.
    if role == .script, ShellWords.isQuote(text[quote]), quotes.open(text, at: start) == text[quote] { return nil }
    let value = value(from: quote)
    guard value.count > 2, text[value.lowerBound] != UInt8(ascii: "%") else { return nil }
    return isHarmless(value, kind) ? nil : value
  }

  /// The place behind the letter of a literal: `b"…"`.
  private func behindPrefix(_ start: Int) -> Int {
    guard start &+ 1 < range.upperBound, ShellWords.isQuote(text[start &+ 1]) else { return start }
    switch text[start] | 0x20 {
    case UInt8(ascii: "b"), UInt8(ascii: "r"), UInt8(ascii: "f"), UInt8(ascii: "u"): return start &+ 1
    default: return start
    }
  }

  /// `s/password=old/password=new/`: words of an expression that replaces text.
  private func isReplaced(_ value: Range<Int>) -> Bool {
    isExpression && SecretValue.isOrdinary(text, value)
  }

  /// Whether the text is an expression of sed(1).
  private var isExpression: Bool {
    range.count > 4 && text[range.lowerBound] == UInt8(ascii: "s") && Self.isDelimiter(text[range.lowerBound &+ 1])
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ",")
  }

  /// A value within a script: a word of the shell, where the name begins one.
  private mutating func scriptValue(of name: Range<Int>, from start: Int) -> Range<Int> {
    let end = range.upperBound
    let open = role == .script ? quotes.open(text, at: name.lowerBound) : 0
    let before = name.lowerBound > range.lowerBound ? text[name.lowerBound &- 1] : 0
    guard role == .script else { return value(from: start) }
    if open != 0 {
      // An argument in quotes, from its start.
      let short = value(from: start)
      guard before == open, quotes.open(text, at: start) == open, !isHarmless(short, .password) else { return short }
      var index = start
      while index < end, text[index] != open {
        index &+= open == UInt8(ascii: "\"") && text[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      return start..<min(index, end)
    }
    guard SecretScan.isBlank(before) || ShellWords.isSeparator(before) else { return value(from: start) }
    if wordEnd <= start { wordEnd = ShellWords.valueEnd(text, from: start, end) }
    let value = start..<wordEnd
    // One pair of quotes stays.
    let quote = text[start]
    if quote == UInt8(ascii: "\\"), start &+ 1 < end, ShellWords.isQuote(text[start &+ 1]) {
      return self.value(from: start)
    }
    guard ShellWords.isQuote(quote), value.count > 1, text[wordEnd &- 1] == quote else { return value }
    let inner = (start &+ 1)..<(wordEnd &- 1)
    return inner.contains { text[$0] == quote || text[$0] == UInt8(ascii: "\\") } ? value : inner
  }

  private static func isCloser(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "]") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ":")
  }

  /// `sig=` of a URL that was signed, with its long value.
  private mutating func signature(_ name: Range<Int>, _ start: Int) -> Range<Int>? {
    let isShort = name.count == 3 && SecretName.equals(text, name.lowerBound, "sig")
    let isLong = SecretName.ends(text, name, "signature")
    // `PWD` is a directory, `;PWD=` a password.
    let isConnection = name.count == 3 && SecretName.equals(text, name.lowerBound, "pwd")
    guard isShort || isLong || isConnection, name.lowerBound > range.lowerBound else { return nil }
    let before = text[name.lowerBound &- 1]
    let value = value(from: start)
    if isConnection { return before == UInt8(ascii: ";") && !isHarmless(value, .password) ? value : nil }
    guard before == UInt8(ascii: "&") || before == UInt8(ascii: "?") else { return nil }
    return value.count >= (isShort ? 32 : 16) ? value : nil
  }

  /// Whether an argument is the name and its value, apart from dashes and the letter of an option before it.
  private func isAlone(_ name: Range<Int>) -> Bool {
    name.lowerBound == range.lowerBound
      || text[range.lowerBound] == UInt8(ascii: "-") && text[name.lowerBound &- 1] == UInt8(ascii: "=")
  }

  /// A value within a text: to its closing quote, or to what ends a word.
  private mutating func value(from start: Int) -> Range<Int> {
    let end = range.upperBound
    var from = start
    let isEscaped = from < end && text[from] == UInt8(ascii: "\\")
    if isEscaped { from &+= 1 }
    guard from < end, text[from] == UInt8(ascii: "\"") || text[from] == UInt8(ascii: "'") else {
      if valueEnd <= from {
        valueEnd = from
        while valueEnd < end, !Self.endsValue(text[valueEnd]), !isDelimited(valueEnd) {
          let next = valueEnd &+ 1
          // `a\ b` is one word.
          valueEnd = text[valueEnd] == UInt8(ascii: "\\") && next < end && text[next] == 0x20 ? next &+ 1 : next
        }
      }
      return from..<valueEnd
    }
    let quote = text[from]
    from &+= 1
    var index = from
    while index < end, text[index] != quote {
      // A quote within the quotes has a backslash, unless the quotes have one themselves.
      index &+= text[index] == UInt8(ascii: "\\") && !isEscaped ? 2 : 1
    }
    index = min(index, end)
    if isEscaped, index > from, index < end, text[index &- 1] == UInt8(ascii: "\\") { index &-= 1 }
    return from..<index
  }

  /// Whether a place ends a part of an expression of sed(1).
  private func isDelimited(_ place: Int) -> Bool {
    isExpression && text[place] == text[range.lowerBound &+ 1]
  }

  private static func endsValue(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, 0x09, 0x0a, 0x0d, 0x20, UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""),
      UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: ")"), UInt8(ascii: "("), UInt8(ascii: "|"), UInt8(ascii: ">"),
      UInt8(ascii: "]"), UInt8(ascii: "["), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  // MARK: - Colons

  /// The secret after the colon at a place: of a URL, a header, a member of an object, a bot's token.
  mutating func behindColon(at place: Int) -> Range<Int>? {
    let end = range.upperBound
    if end &- place > 3, text[place &+ 1] == UInt8(ascii: "/"), text[place &+ 2] == UInt8(ascii: "/") {
      return url(from: place &+ 3)
    }
    // In JSON a slash may have a backslash.
    if end &- place > 5, text[place &+ 1] == UInt8(ascii: "\\"), text[place &+ 2] == UInt8(ascii: "/"),
      text[place &+ 3] == UInt8(ascii: "\\"), text[place &+ 4] == UInt8(ascii: "/")
    {
      return url(from: place &+ 5)
    }
    guard place > range.lowerBound, place &+ 1 < end else { return nil }
    var last = place
    while last > range.lowerBound, place &- last < 8, SecretScan.isBlank(text[last &- 1]) { last &-= 1 }
    guard last > range.lowerBound else { return nil }
    let before = text[last &- 1]
    if ShellWords.isQuote(before) { return member(at: place, nameEnd: last &- 1) }
    guard last == place else { return nil }
    if SecretName.isDigit(before), let bot = bot(at: place) { return bot }
    return header(at: place)
  }

  /// `"password": "…"`, also with backslashes before the quotes.
  private mutating func member(at place: Int, nameEnd end: Int) -> Range<Int>? {
    var nameEnd = end
    if nameEnd > range.lowerBound, text[nameEnd &- 1] == UInt8(ascii: "\\") { nameEnd &-= 1 }
    let name = name(endingAt: nameEnd)
    let isHeader = isAuthorization(name)
    guard let kind = kind(name) ?? (isHeader ? .password : nil) else { return nil }
    var start = place &+ 1
    while start < range.upperBound, SecretScan.isBlank(text[start]) { start &+= 1 }
    if start < range.upperBound, text[start] == UInt8(ascii: "[") { return elements(from: start &+ 1) }
    let value = value(from: behindPrefix(start))
    return isHarmless(value, kind) ? nil : value
  }

  /// All that is in a list with a text in it.
  private func elements(from start: Int) -> Range<Int>? {
    var index = start
    var quote: UInt8 = 0
    var hasText = false
    while index < range.upperBound, quote != 0 || text[index] != UInt8(ascii: "]") {
      let byte = text[index]
      if quote == 0, ShellWords.isQuote(byte) {
        (quote, hasText) = (byte, true)
      } else if byte == quote {
        quote = 0
      } else if quote != 0, byte == UInt8(ascii: "\\"), index &+ 1 < range.upperBound,
        text[index &+ 1] != quote || index &+ 2 < range.upperBound && text[index &+ 2] != UInt8(ascii: "]")
      {
        index &+= 1
      }
      index &+= 1
    }
    let list = start..<min(index, range.upperBound)
    // A list without a text in it is short, or the last that is looked at.
    return hasText && list.count > 2 ? list : nil
  }

  private func isAuthorization(_ name: Range<Int>) -> Bool {
    SecretName.ends(text, name, "authorization")
  }

  /// `Authorization: scheme …`, `X-Api-Key: …`, `Cookie: …`.
  private mutating func header(at place: Int) -> Range<Int>? {
    let name = name(endingAt: place)
    guard !name.isEmpty else { return nil }
    let isAuthorization = isAuthorization(name)
    let isCookie = SecretName.ends(text, name, "cookie")
    guard let kind = isAuthorization || isCookie ? .password : kind(name), kind != .anyKey else { return nil }
    let before = name.lowerBound > range.lowerBound ? text[name.lowerBound &- 1] : 0
    let isQuoted = before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")
    if !isAuthorization, !isQuoted, let value = literal(from: place &+ 1, kind) { return value }
    // A text may begin with a word and a colon, and is no header for that.
    let hasDash = name.contains { text[$0] == UInt8(ascii: "-") }
    let isFirst = before == 0 || before == UInt8(ascii: "=")
    let isHeader =
      role == .header || isAuthorization || (hasDash || isCookie) && (isQuoted || isFirst)
    guard isHeader else { return nil }
    var start = place &+ 1
    while start < range.upperBound, text[start] == UInt8(ascii: " ") { start &+= 1 }
    let end = headerEnd(from: start, quote: isQuoted ? before : 0)
    guard start < end else { return nil }
    if isAuthorization { start = behindScheme(start..<end) }
    return isHarmless(start..<end, .password) ? nil : start..<end
  }

  /// To the quote that encloses the header, or to the end of the line.
  private mutating func headerEnd(from start: Int, quote: UInt8) -> Int {
    var index = quote == 0 ? max(start, lineEnd) : start
    while index < range.upperBound, text[index] != 0x0a, text[index] != 0x0d, quote == 0 || text[index] != quote {
      index &+= 1
    }
    if quote == 0 { lineEnd = index }
    return index
  }

  /// The start of what follows the scheme of an authorization; the start of all where there is none.
  private func behindScheme(_ value: Range<Int>) -> Int {
    var index = value.lowerBound
    while index < value.upperBound, SecretName.isNamePart(text[index]) { index &+= 1 }
    guard index < value.upperBound, text[index] == UInt8(ascii: " "), index &- value.lowerBound <= 20 else {
      return value.lowerBound
    }
    while index < value.upperBound, text[index] == UInt8(ascii: " ") { index &+= 1 }
    return index < value.upperBound ? index : value.lowerBound
  }
}
