/// Secrets by what stands before them: a name and `=`, a name and a colon, the user of a URL.
struct SecretPlaces {
  typealias Text = UnsafeBufferPointer<UInt8>

  private let text: Text
  private let range: Range<Int>
  private let isScript: Bool
  private let afterHeader: Bool
  /// Where the last value without quotes and the last header without quotes end. Places are asked for from left to
  /// right, so that no byte is looked at for each of many names.
  private var valueEnd = 0
  private var lineEnd = 0

  /// - Parameters:
  ///   - range: one argument, or one variable.
  ///   - isScript: whether it is a script, where a value ends at a blank.
  ///   - afterHeader: whether it is a header of HTTP.
  init(_ text: Text, _ range: Range<Int>, isScript: Bool, afterHeader: Bool) {
    (self.text, self.range, self.isScript, self.afterHeader) = (text, range, isScript, afterHeader)
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
    var end = place
    // `password[]`, `"password"`, `password:=`.
    while end > range.lowerBound, place &- end < 2, Self.isCloser(text[end &- 1]) { end &-= 1 }
    let name = name(endingAt: end)
    guard !name.isEmpty else { return nil }
    let start = place &+ 1
    guard start < range.upperBound, text[start] != UInt8(ascii: "=") else { return nil }
    guard let kind = SecretName.kind(text, name) else { return signature(name, start) }
    // `PWD` is a directory, `;Pwd=` a password.
    let isAlone = isAlone(name)
    let value =
      isAlone && !isScript ? start..<range.upperBound : self.value(from: start)
    if !isAlone || isScript {
      // Code: a call, an element, a type.
      if value.upperBound < range.upperBound, text[value.upperBound] == UInt8(ascii: "(") { return nil }
      if value.count < (kind == .password ? 2 : 4) { return nil }
    }
    return SecretValue.isHarmless(text, value, kind) ? nil : value
  }

  private static func isCloser(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "]") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ":")
  }

  /// `sig=` of a URL that was signed, with its long value.
  private mutating func signature(_ name: Range<Int>, _ start: Int) -> Range<Int>? {
    let isSignature = name.count == 3 && SecretName.equals(text, name.lowerBound, "sig")
    let isConnection = name.count == 3 && SecretName.equals(text, name.lowerBound, "pwd")
    guard isSignature || isConnection, name.lowerBound > range.lowerBound else { return nil }
    let before = text[name.lowerBound &- 1]
    let value = value(from: start)
    if isConnection {
      return before == UInt8(ascii: ";") && !SecretValue.isHarmless(text, value, .password) ? value : nil
    }
    return (before == UInt8(ascii: "&") || before == UInt8(ascii: "?")) && value.count >= 32 ? value : nil
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
        while valueEnd < end, !Self.endsValue(text[valueEnd]) { valueEnd &+= 1 }
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
    guard place > range.lowerBound, place &+ 1 < end else { return nil }
    let before = text[place &- 1]
    if before == UInt8(ascii: "\"") || before == UInt8(ascii: "'") { return member(at: place) }
    if SecretName.isDigit(before), let bot = bot(at: place) { return bot }
    return header(at: place)
  }

  /// `scheme://user:password@host`, `https://TOKEN@host`, and addresses that are secrets.
  private func url(from start: Int) -> Range<Int>? {
    var index = start
    var colon: Int?
    var at: Int?
    while index < range.upperBound, !Self.endsAuthority(text[index]) {
      if text[index] == UInt8(ascii: ":"), colon == nil { colon = index }
      if text[index] == UInt8(ascii: "@") { at = index }
      index &+= 1
    }
    guard let at else { return hook(start, index) }
    if let colon, colon < at {
      let value = (colon &+ 1)..<at
      // A user alone may be a token, with an empty password or a word of no meaning.
      let user = start..<colon
      if SecretValue.looksRandom(text, user), user.count >= 20 {
        return SecretToken.isMask(text, value) ? user : start..<at
      }
      return SecretValue.isHarmless(text, value, .password) ? nil : value
    }
    let user = start..<at
    return user.count >= 20 && SecretValue.looksRandom(text, user) ? user : nil
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, 0x09, 0x0a, 0x0d, 0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
      UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      true
    default: false
    }
  }

  /// An address whose path is the secret, as those that post into a chat.
  private func hook(_ start: Int, _ hostEnd: Int) -> Range<Int>? {
    let host = start..<hostEnd
    let end = range.upperBound
    let path: StaticString
    if SecretName.ends(text, host, "hooks.slack.com") {
      path = "/services/"
    } else if SecretName.ends(text, host, "discord.com") || SecretName.ends(text, host, "discordapp.com") {
      path = "/api/webhooks/"
    } else {
      return nil
    }
    let from = hostEnd &+ path.utf8CodeUnitCount
    guard from < end, SecretName.equals(text, hostEnd, path) else { return nil }
    var index = from
    while index < end, SecretName.isNamePart(text[index]) || text[index] == UInt8(ascii: "/") { index &+= 1 }
    return index &- from >= 16 ? from..<index : nil
  }

  /// `123456789:AA…`: the token of a bot.
  private func bot(at place: Int) -> Range<Int>? {
    var start = place
    while start > range.lowerBound, place &- start < 12, SecretName.isDigit(text[start &- 1]) { start &-= 1 }
    guard place &- start >= 8, place &- start <= 11, range.upperBound &- place > 34,
      text[place &+ 1] == UInt8(ascii: "A"), text[place &+ 2] == UInt8(ascii: "A")
    else { return nil }
    var index = place &+ 1
    while index < range.upperBound, SecretName.isNamePart(text[index]), text[index] != UInt8(ascii: ".") { index &+= 1 }
    return index &- place > 30 ? (place &+ 1)..<index : nil
  }

  /// `"password": "…"`, also with backslashes before the quotes.
  private mutating func member(at place: Int) -> Range<Int>? {
    var nameEnd = place &- 1
    if nameEnd > range.lowerBound, text[nameEnd &- 1] == UInt8(ascii: "\\") { nameEnd &-= 1 }
    let name = name(endingAt: nameEnd)
    let isHeader = isAuthorization(name)
    guard let kind = SecretName.kind(text, name) ?? (isHeader ? .password : nil) else { return nil }
    var start = place &+ 1
    while start < range.upperBound, SecretScan.isBlank(text[start]) { start &+= 1 }
    let value = value(from: start)
    return SecretValue.isHarmless(text, value, kind) ? nil : value
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
    guard let kind = isAuthorization || isCookie ? .password : SecretName.kind(text, name), kind != .anyKey else {
      return nil
    }
    let before = name.lowerBound > range.lowerBound ? text[name.lowerBound &- 1] : 0
    let isQuoted = before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")
    // A text may begin with a word and a colon, and is no header for that.
    let hasDash = name.contains { text[$0] == UInt8(ascii: "-") }
    let isFirst = before == 0 || before == UInt8(ascii: "=")
    let isHeader = afterHeader || isAuthorization || hasDash && (isQuoted || isFirst) || isCookie && isQuoted
    guard isHeader else { return nil }
    var start = place &+ 1
    while start < range.upperBound, text[start] == UInt8(ascii: " ") { start &+= 1 }
    let end = headerEnd(from: start, quote: isQuoted ? before : 0)
    guard start < end else { return nil }
    if isAuthorization { start = behindScheme(start..<end) }
    return SecretValue.isHarmless(text, start..<end, .password) ? nil : start..<end
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
