/// Follows the words of a command line, and finds the secrets that options and positions announce.
struct CommandWords {
  typealias Text = UnsafeBufferPointer<UInt8>

  /// What a word is, for those who look into it.
  enum Role {
    case plain
    /// All of it, or a part that needs no other look, is a secret.
    case secret
    /// A script of a shell.
    case script
    /// A header of HTTP.
    case header
  }

  /// What the next word is.
  private enum Pending {
    case nothing
    case secret(SecretName.Kind)
    case part(SecretClient.Form)
    case script
    case header
  }

  private let isNested: Bool
  private let mayHaveClients: Bool
  private var index = 0
  private var client: SecretClient?
  /// Whether a program before starts another one, which may be a client.
  private var isWrapped = false
  /// Whether the client's options have their meaning: its subcommand was there.
  private var isActive = true
  private var hasB = false
  private var hasSetting = false
  private var pending = Pending.nothing

  /// - Parameters:
  ///   - isNested: whether the words are those of a script, where a word can be quoted.
  ///   - mayHaveClients: whether a word may be the name of a program.
  init(isNested: Bool = false, mayHaveClients: Bool = true) {
    self.isNested = isNested
    self.mayHaveClients = mayHaveClients
  }

  /// Takes the next word.
  mutating func next(_ text: Text, _ word: Range<Int>, isLast: Bool, into found: inout [Range<Int>]) -> Role {
    defer { index &+= 1 }
    let isOption = word.count > 1 && text[word.lowerBound] == UInt8(ascii: "-")
    let awaited = pending
    pending = .nothing
    switch awaited {
    case .nothing: break
    case .script: return .script
    case .header: return .header
    case .secret(let kind) where !isOption:
      if SecretValue.isHarmless(text, word, kind) || isProse(text, word) { return .plain }
      found.append(word)
      return .secret
    case .part(let form) where !isOption: return take(form, of: word, text, into: &found)
    case .secret, .part: break
    }
    return isOption ? option(text, word, into: &found) : plain(text, word, isLast: isLast, into: &found)
  }

  /// Whether a word in a text that is no command line is an ordinary one: "mention --token and --password".
  private func isProse(_ text: Text, _ word: Range<Int>) -> Bool {
    isNested && !mayHaveClients && word.count <= 12 && word.allSatisfy { text[$0] >= 0x61 && text[$0] <= 0x7a }
  }

  // MARK: - Words that are no options

  private mutating func plain(
    _ text: Text, _ word: Range<Int>, isLast: Bool, into found: inout [Range<Int>]
  ) -> Role {
    if let client, client.startsProgram, index > 0 {
      self.client = nil
      isWrapped = true
    }
    let mayBeProgram = index == 0 || isWrapped || mayHaveClients && isNested && client == nil
    if mayBeProgram, let named = SecretClient.named(text, word) {
      client = named
      isActive = named.needs == nil
    }
    if mayBeProgram, !isWrapped, SecretClient.isWrapper(text, word) { isWrapped = true }
    guard let client, index > 0 else { return .plain }
    if let needed = client.needs, !isActive, Self.equals(text, word, needed) { isActive = true }
    for announced in client.words where Self.equals(text, word, announced) { pending = .secret(.password) }
    if client.takesSlash, let secret = Self.slashed(text, word) {
      found.append(secret)
      return .secret
    }
    if client.sets { noteSetting(text, word) }
    if isActive, case .passSource = client.form, word.count > 3, SecretName.equals(text, word.lowerBound, "/p:") {
      return add(word.lowerBound &+ 3..<word.upperBound, text, into: &found)
    }
    guard isLast, isActive, index > 1, !isNested else { return .plain }
    switch client.last {
    case .always: return add(word, text, into: &found)
    case .withB: return hasB ? add(word, text, into: &found) : .plain
    case .none: return .plain
    }
  }

  private mutating func noteSetting(_ text: Text, _ word: Range<Int>) {
    if hasSetting {
      // A key may be named here, as that of a signature; only what looks random is one.
      if let kind = SecretName.kind(text, word) { pending = .secret(kind == .key ? .anyKey : kind) }
    } else {
      for verb in ["config", "configure", "set", "config:set"] as [StaticString] where Self.equals(text, word, verb) {
        hasSetting = true
      }
    }
  }

  /// The password of `user/password@place`.
  private static func slashed(_ text: Text, _ word: Range<Int>) -> Range<Int>? {
    var index = word.lowerBound
    while index < word.upperBound, SecretName.isNamePart(text[index]) { index &+= 1 }
    guard index > word.lowerBound, index < word.upperBound, text[index] == UInt8(ascii: "/") else { return nil }
    let start = index &+ 1
    index = start
    while index < word.upperBound, text[index] != UInt8(ascii: "@"), text[index] != UInt8(ascii: "/") { index &+= 1 }
    guard index < word.upperBound, text[index] == UInt8(ascii: "@") else { return nil }
    return index > start && !SecretToken.isMask(text, start..<index) ? start..<index : nil
  }

  // MARK: - Options

  private mutating func option(_ text: Text, _ word: Range<Int>, into found: inout [Range<Int>]) -> Role {
    let isLong = text[word.lowerBound &+ 1] == UInt8(ascii: "-")
    let start = word.lowerBound &+ (isLong ? 2 : 1)
    var end = start
    while end < word.upperBound, text[end] != UInt8(ascii: "="), end &- start < 64 { end &+= 1 }
    let name = start..<end
    guard !name.isEmpty else { return .plain }
    if !isLong, let role = short(text, word, into: &found) { return role }
    let isOfClient = isActive && (client?.long.contains { Self.equals(text, name, $0) } ?? false)
    if end < word.upperBound {
      guard isOfClient, text[end] == UInt8(ascii: "="), let client else { return .plain }
      return take(client.form, of: end &+ 1..<word.upperBound, text, into: &found)
    }
    if isOfClient, let client {
      pending = .part(client.form)
    } else if isLong, Self.equals(text, name, "header") || Self.equals(text, name, "proxy-header") {
      pending = .header
    } else if isLong, Self.equals(text, name, "oauth2-bearer") {
      pending = .secret(.password)
    } else if Self.equals(text, name, "pass") && !isLong || Self.equals(text, name, "passin")
      || Self.equals(text, name, "passout")
    {
      pending = .part(.passSource)
    } else if isLong || name.count >= 4, let kind = SecretName.kind(text, name), !Self.isAction(text, name) {
      pending = .secret(kind)
    }
    return .plain
  }

  /// An option of one letter, and its value where that follows at once; nil for all others.
  private mutating func short(_ text: Text, _ word: Range<Int>, into found: inout [Range<Int>]) -> Role? {
    let letter = text[word.lowerBound &+ 1]
    if letter == UInt8(ascii: "b") { hasB = true }
    if let client, isActive {
      if word.count == 2, client.detached.contains(letter) {
        pending = .part(client.form)
        return .plain
      }
      if word.count > 2, client.attached.contains(letter) {
        return take(client.form, of: word.lowerBound &+ 2..<word.upperBound, text, into: &found)
      }
    }
    if word.count == 2, letter == UInt8(ascii: "H") {
      pending = .header
      return .plain
    }
    if letter == UInt8(ascii: "H") { return .header }
    if word.count <= 5, text[word.upperBound &- 1] == UInt8(ascii: "c"),
      word.dropFirst().allSatisfy({ SecretName.isLetter(text[$0]) })
    {
      pending = .script
      return .plain
    }
    // `htpasswd -nb`
    if word.count <= 4, text[word.upperBound &- 1] == UInt8(ascii: "b") { hasB = true }
    return nil
  }

  /// What an option does with a secret, when it takes none: `--ask-password`, `--delete-secret`.
  private static let actions: [StaticString] = [
    "no", "ask", "prompt", "disable", "without", "with", "use", "enable", "require", "allow", "show", "hide", "skip",
    "export", "import", "list", "delete", "recv", "send", "gen", "generate", "edit", "search", "fetch", "refresh",
    "quick", "print", "locate", "add", "remove", "del", "create", "get", "rotate", "read", "check", "verify", "dump",
    "clear", "reset", "change", "update", "save", "store", "expire", "keep", "forget",
  ]

  private static func isAction(_ text: Text, _ name: Range<Int>) -> Bool {
    var end = name.lowerBound
    while end < name.upperBound, SecretName.isLetter(text[end]) { end &+= 1 }
    guard end < name.upperBound else { return false }
    let first = name.lowerBound..<end
    return actions.contains { equals(text, first, $0) }
  }

  // MARK: - Values

  private func take(
    _ form: SecretClient.Form, of value: Range<Int>, _ text: Text, into found: inout [Range<Int>]
  ) -> Role {
    switch form {
    case .whole: return add(value, text, into: &found)
    case .afterColon: return add(rest(of: value, after: UInt8(ascii: ":"), text), text, into: &found)
    case .afterComma: return add(rest(of: value, after: UInt8(ascii: ","), text), text, into: &found)
    case .afterPercent: return add(rest(of: value, after: UInt8(ascii: "%"), text), text, into: &found)
    case .afterEquals: return add(rest(of: value, after: UInt8(ascii: "="), text), text, into: &found)
    case .passSource:
      guard value.count > 5, SecretName.equals(text, value.lowerBound, "pass:") else { return .plain }
      return add(value.lowerBound &+ 5..<value.upperBound, text, into: &found)
    }
  }

  private func rest(of value: Range<Int>, after byte: UInt8, _ text: Text) -> Range<Int> {
    guard let place = value.first(where: { text[$0] == byte }) else { return value.upperBound..<value.upperBound }
    return place &+ 1..<value.upperBound
  }

  private func add(_ value: Range<Int>, _ text: Text, into found: inout [Range<Int>]) -> Role {
    if SecretValue.isHarmless(text, value, .password) || isWrapped && Self.isPort(text, value) { return .plain }
    found.append(value)
    return .secret
  }

  /// `8080:80`: ports of a container.
  private static func isPort(_ text: Text, _ value: Range<Int>) -> Bool {
    var hasColon = false
    for index in value {
      if text[index] == UInt8(ascii: ":") { hasColon = true } else if !SecretName.isDigit(text[index]) { return false }
    }
    return hasColon
  }

  private static func equals(_ text: Text, _ word: Range<Int>, _ other: StaticString) -> Bool {
    word.count == other.utf8CodeUnitCount && SecretName.equals(text, word.lowerBound, other)
  }
}
