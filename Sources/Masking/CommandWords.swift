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
    /// A text for people.
    case prose
    /// A macro, or another option, of a compiler.
    case macro, flag

    /// What such a word is for names and values in it.
    var place: SecretPlaces.Role {
      switch self {
      case .plain, .secret: .argument
      case .script: .script
      case .header: .header
      case .prose: .prose
      case .macro: .macro
      case .flag: .flag
      }
    }
  }

  /// What the next word is.
  private enum Pending {
    case nothing
    case secret(SecretName.Kind)
    case part(SecretClient.Form)
    case script
    case header
    case prose
  }

  private let isNested: Bool
  private let hasVariables: Bool
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
  /// Whether a program before takes scripts as arguments: ssh(1).
  private var takesScripts = false
  /// Whether the next word may be a program: of an interpreter, or after `-exec`.
  private var expectsProgram = false
  private var isCompiler = false
  /// Whether `secret` was a word of the command.
  private var hasSecretWord = false
  /// Which word is a secret, for those that have another one before.
  private var secretAt = -1

  /// - Parameters:
  ///   - isNested: whether the words are those of a script, where a word can be quoted.
  ///   - mayHaveClients: whether a word may be the name of a program.
  ///   - hasVariables: whether a shell will read the words.
  init(isNested: Bool = false, mayHaveClients: Bool = true, hasVariables: Bool = false) {
    self.isNested = isNested
    self.mayHaveClients = mayHaveClients
    self.hasVariables = hasVariables
  }

  /// Takes the next word.
  mutating func next(_ text: Text, _ word: Range<Int>, isLast: Bool, into found: inout [Range<Int>]) -> Role {
    defer { index &+= 1 }
    let isOption = word.count > 1 && text[word.lowerBound] == UInt8(ascii: "-")
    let awaited = pending
    pending = .nothing
    switch awaited {
    case .nothing: break
    case .script:
      guard isOption, !word.contains(where: { SecretScan.isBlank(text[$0]) }) else { return .script }
      // `sh -c -e …`, `sh -c -- …`
      let role = option(text, word, into: &found)
      if case .nothing = pending { pending = .script }
      return role
    case .header: return .header
    case .prose: return .prose
    case .secret(let kind) where !isOption || Self.isRandomOption(text, word):
      if isHarmless(text, word, kind) || isProse(text, word) { return .plain }
      found.append(word)
      return .secret
    case .part(let form) where !isOption || form == .whole && Self.isRandomOption(text, word):
      return addSecret(form, of: word, text, into: &found)
    case .secret, .part: break
    }
    return isOption ? option(text, word, into: &found) : plain(text, word, isLast: isLast, into: &found)
  }

  private func isHarmless(_ text: Text, _ value: Range<Int>, _ kind: SecretName.Kind) -> Bool {
    var inner = value
    // `-p"$NAME"`
    if hasVariables, value.count > 2, let quote = value.first.map({ text[$0] }), ShellWords.isQuote(quote),
      text[value.upperBound &- 1] == quote
    {
      inner = value.lowerBound &+ 1..<value.upperBound &- 1
    }
    return SecretValue.isHarmless(text, inner, kind, hasVariables: hasVariables)
  }

  /// Whether a word with a dash before it looks random, and not like an option.
  private static func isRandomOption(_ text: Text, _ word: Range<Int>) -> Bool {
    let rest = word.dropFirst()
    return SecretValue.looksRandom(text, rest.lowerBound..<rest.upperBound)
      && rest.allSatisfy { text[$0] != UInt8(ascii: "-") && text[$0] != UInt8(ascii: "=") }
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
    let mayBeProgram = index == 0 || isWrapped || expectsProgram || mayHaveClients && isNested && client == nil
    expectsProgram = false
    // `ssh host 'mysql …'`
    if takesScripts, index > 0, word.contains(where: { SecretScan.isBlank(text[$0]) }) { return .script }
    if mayBeProgram, let named = SecretClient.named(text, word) {
      client = named
      isActive = named.needs == nil
    }
    if mayBeProgram { noteProgram(text, word) }
    if Self.equals(text, word, "secret") || Self.equals(text, word, "secrets") { hasSecretWord = true }
    if index == secretAt { return add(word, text, into: &found) }
    if Self.equals(text, word, "bearer") || Self.equals(text, word, "Bearer") || Self.equals(text, word, "Basic") {
      pending = .secret(.anyKey)
    }
    guard let client, index > 0 else { return .plain }
    if let needed = client.needs, !isActive, Self.equals(text, word, needed) { isActive = true }
    for announced in client.words where Self.equals(text, word, announced) { pending = .secret(.password) }
    if client.takesSlash, let secret = Self.slashed(text, word) { return add(secret, text, into: &found) }
    if client.sets { noteSetting(text, word) }
    if case .passSource = client.form, word.count > 1, SecretName.equals(text, word.lowerBound, "/p") {
      if word.count == 2 { pending = .secret(.password) }
      if word.count > 3, text[word.lowerBound &+ 2] == UInt8(ascii: ":") {
        return add(word.lowerBound &+ 3..<word.upperBound, text, into: &found)
      }
    }
    guard isLast, isActive, index > 1, !isNested else { return .plain }
    switch client.last {
    case .always: return add(word, text, into: &found)
    case .withB: return hasB ? add(word, text, into: &found) : .plain
    case .none: return .plain
    }
  }

  /// What a program before this word, or this one, does with its arguments.
  private mutating func noteProgram(_ text: Text, _ word: Range<Int>) {
    let mayCompile = index == 0 || isWrapped && index == 1
    let traits = SecretClient.traits(text, word)
    if traits.isEmpty { return }
    if traits.contains(.wrapper) { isWrapped = true }
    if traits.contains(.takesScripts) { takesScripts = true }
    if traits.contains(.interpreter) { expectsProgram = true }
    if mayCompile, traits.contains(.compiler) { isCompiler = true }
  }

  private mutating func noteSetting(_ text: Text, _ word: Range<Int>) {
    if hasSetting {
      var name = word
      // `pypi-token.pypi`, `http-basic.host`: the place follows.
      if let dot = word.first(where: { text[$0] == UInt8(ascii: ".") }) {
        if SecretName.ends(text, word.lowerBound..<dot, "http-basic") { secretAt = index &+ 2 }
        if SecretName.ends(text, word.lowerBound..<dot, "-token") { name = word.lowerBound..<dot }
      }
      // A key may be named here, as that of a signature; only what looks random is one.
      if let kind = SecretName.kind(text, name) { pending = .secret(kind == .key ? .anyKey : kind) }
    } else {
      for verb in ["config", "configure", "set", "config:set"] as [StaticString] where Self.equals(text, word, verb) {
        hasSetting = true
      }
    }
  }

  /// The password of `user/password@place`, or of `user/password`.
  private static func slashed(_ text: Text, _ word: Range<Int>) -> Range<Int>? {
    var index = word.lowerBound
    while index < word.upperBound, SecretName.isNamePart(text[index]) { index &+= 1 }
    // `userid=user/password`
    if index < word.upperBound, text[index] == UInt8(ascii: "="),
      SecretName.ends(text, word.lowerBound..<index, "userid")
    {
      index &+= 1
      while index < word.upperBound, SecretName.isNamePart(text[index]) { index &+= 1 }
    }
    guard index > word.lowerBound, index < word.upperBound, text[index] == UInt8(ascii: "/") else { return nil }
    let start = index &+ 1
    let end = word.lastIndex { text[$0] == UInt8(ascii: "@") } ?? word.upperBound
    guard end > start else { return nil }
    // A script in a directory.
    let isFile = ([".sql", ".ctl", ".dmp", ".par", ".log"] as [StaticString]).contains {
      SecretName.ends(text, start..<end, $0)
    }
    return isFile ? nil : start..<end
  }

  // MARK: - Options

  private mutating func option(_ text: Text, _ word: Range<Int>, into found: inout [Range<Int>]) -> Role {
    let isLong = text[word.lowerBound &+ 1] == UInt8(ascii: "-")
    let start = word.lowerBound &+ (isLong ? 2 : 1)
    var end = start
    while end < word.upperBound, text[end] != UInt8(ascii: "="), end &- start < 64 { end &+= 1 }
    let name = start..<end
    guard !name.isEmpty else { return .plain }
    if isCompiler, !isLong { return text[start] == UInt8(ascii: "D") ? .macro : .flag }
    if !isLong, Self.equals(text, name, "exec") || Self.equals(text, name, "execdir") || Self.equals(text, name, "ok") {
      expectsProgram = true
      return .plain
    }
    if !isLong, let role = short(text, word, into: &found) { return role }
    let isOfClient = isActive && (client?.long.contains { Self.equals(text, name, $0) } ?? false)
    let isSource = Self.equals(text, name, "passin") || Self.equals(text, name, "passout")
    let isLiteral = hasSecretWord && client != nil && Self.equals(text, name, "from-literal")
    let form: SecretClient.Form? =
      isSource ? .passSource : isLiteral ? .afterEquals : isOfClient ? client?.form : nil
    if end < word.upperBound {
      guard text[end] == UInt8(ascii: "="), let form else { return .plain }
      return addSecret(form, of: end &+ 1..<word.upperBound, text, into: &found)
    }
    if let form {
      pending = .part(form)
    } else if let client, client.writesProse, isLong && Self.equals(text, name, "message") {
      pending = .prose
    } else if isLong, Self.equals(text, name, "header") || Self.equals(text, name, "proxy-header") {
      pending = .header
    } else if isLong, Self.equals(text, name, "oauth2-bearer") {
      pending = .secret(.password)
    } else if Self.equals(text, name, "pass") && !isLong {
      pending = .part(.passSource)
    } else if isLong || name.count >= 4
      || client == nil && (Self.equals(text, name, "pw") || Self.equals(text, name, "pwd")),
      let kind = SecretName.kind(text, name)
    {
      if !Self.begins(text, name, with: Self.actions) {
        pending = .secret(kind)
      } else if Self.begins(text, name, with: Self.changes) {
        // Some of these take a secret, others a name or nothing.
        pending = .secret(.anyKey)
      }
    }
    return .plain
  }

  /// An option of one letter, and its value where that follows at once; nil for all others.
  private mutating func short(_ text: Text, _ word: Range<Int>, into found: inout [Range<Int>]) -> Role? {
    let letter = text[word.lowerBound &+ 1]
    if letter == UInt8(ascii: "b") { hasB = true }
    if let client, isActive, let role = valued(client, text, word, into: &found) { return role }
    if let client, client.writesProse, text[word.upperBound &- 1] == UInt8(ascii: "m"), word.count <= 4 {
      pending = .prose
      return .plain
    }
    // The value of such an option of an interpreter is no program.
    if expectsProgram, word.count == 2, letter != UInt8(ascii: "c") {
      switch letter {
      case UInt8(ascii: "W"), UInt8(ascii: "X"), UInt8(ascii: "r"), UInt8(ascii: "e"): pending = .script
      default: break
      }
      return .plain
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
    // `htpasswd -nb`, `htpasswd -Bbn`
    if word.count <= 6, word.contains(where: { text[$0] == UInt8(ascii: "b") }) { hasB = true }
    return nil
  }

  /// An option of a client that takes a secret, with letters of other options before it: `-su user:X`.
  private mutating func valued(
    _ client: SecretClient, _ text: Text, _ word: Range<Int>, into found: inout [Range<Int>]
  ) -> Role? {
    var place = word.lowerBound &+ 1
    while place < word.upperBound, place &- word.lowerBound < 16 {
      let letter = text[place]
      let rest = place &+ 1..<word.upperBound
      if rest.isEmpty, client.detached.contains(letter) {
        pending = .part(client.form)
        return .plain
      }
      if !rest.isEmpty, client.attached.contains(letter) {
        // `-p=X`
        let start =
          rest.count > 1 && text[rest.lowerBound] == UInt8(ascii: "=") ? rest.lowerBound &+ 1 : rest.lowerBound
        return addSecret(client.form, of: start..<word.upperBound, text, into: &found)
      }
      guard client.flags.contains(letter) else { return nil }
      place &+= 1
    }
    return nil
  }

  /// What an option does with a secret, when it takes none: `--ask-password`, `--delete-secret`.
  private static let actions: [StaticString] = [
    "no", "ask", "prompt", "disable", "without", "with", "use", "enable", "require", "allow", "show", "hide", "skip",
    "export", "import", "list", "delete", "recv", "send", "gen", "generate", "edit", "search", "fetch", "refresh",
    "quick", "print", "locate", "add", "remove", "del", "create", "get", "rotate", "read", "check", "verify", "dump",
    "clear", "reset", "change", "update", "save", "store", "expire", "keep", "forget",
  ]

  private static let changes: [StaticString] = [
    "reset", "change", "update", "add", "create", "with", "use", "store", "save", "rotate",
  ]

  private static func begins(_ text: Text, _ name: Range<Int>, with words: [StaticString]) -> Bool {
    var end = name.lowerBound
    while end < name.upperBound, SecretName.isLetter(text[end]) { end &+= 1 }
    guard end < name.upperBound else { return false }
    let first = name.lowerBound..<end
    return words.contains { equals(text, first, $0) }
  }

  // MARK: - Values

  private func addSecret(
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
    if isHarmless(text, value, .password) || isWrapped && Self.isPort(text, value) { return .plain }
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
