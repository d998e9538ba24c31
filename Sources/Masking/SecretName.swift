/// Whether a name (of a variable, an option, a header or a member of an object) says that its value is a secret.
enum SecretName {
  /// What the value of such a name can be besides a secret.
  enum Kind {
    /// A password: whatever is there, apart from words such as `prompt`.
    case password
    /// A token or a secret: also the path of a file.
    case token
    /// A key: also the path of a file, or a number.
    case key
    /// A name that is `key` alone: nearly anything. Only what looks random is a secret.
    case anyKey
    /// `pwd`: a password, or the directory that one is in.
    case directory
  }

  /// The kind of a name; nil for a name without secrets. - Complexity: O(1), it looks at the end of the name only.
  static func kind(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Kind? {
    if let kind = wordKind(text, name) { return kind }
    let stem = stem(text, name)
    guard stem.count < name.count else { return nil }
    return wordKind(text, stem)
  }

  /// What may follow a name after a dash, a dot or an underscore: `PASSWORD_OLD`.
  private static let suffixes: [StaticString] = [
    "old", "new", "prev", "previous", "current", "next", "backup", "primary", "secondary", "value", "raw",
    "plain", "base", "b", "prod", "dev", "test", "staging", "v",
  ]

  /// A name without numbers and such words at its end: `API_KEY_V2`, `TOKEN2`.
  private static func stem(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Range<Int> {
    var end = name.upperBound
    for _ in 0..<2 {
      var word = end
      while word > name.lowerBound, end &- word <= 10, isLetter(text[word &- 1]) { word &-= 1 }
      if word > name.lowerBound &+ 1, word < end, isSeparator(text[word &- 1]),
        suffixes.contains(where: { $0.utf8CodeUnitCount == end &- word && equals(text, word, $0) })
      {
        end = word &- 1
      }
      var digits = end
      while digits > name.lowerBound, end &- digits < 4, isDigit(text[digits &- 1]) { digits &-= 1 }
      end = digits
      if end < name.upperBound, end > name.lowerBound, isSeparator(text[end &- 1]) { end &-= 1 }
    }
    return name.lowerBound..<end
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// Whether a name is a word, apart from dashes before it.
  private static func isAlone(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ word: StaticString) -> Bool {
    guard ends(text, name, word) else { return false }
    let before = name.lowerBound..<name.upperBound &- word.utf8CodeUnitCount
    return before.count <= 2 && before.allSatisfy { text[$0] == UInt8(ascii: "-") }
  }

  private static func wordKind(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Kind? {
    guard !name.isEmpty else { return nil }
    switch text[name.upperBound &- 1] | 0x20 {
    case UInt8(ascii: "d"):
      if ends(text, name, "password") || ends(text, name, "passwd") { return .password }
      // `PWD` and `OLDPWD` are directories.
      if isAlone(text, name, "pwd") { return text[name.upperBound &- 1] & 0x20 != 0 ? .directory : nil }
      return endsAsWord(text, name, "pwd") ? .password : nil
    case UInt8(ascii: "e"):
      if ends(text, name, "amz-signature") { return .token }
      return ends(text, name, "passphrase") || ends(text, name, "passcode") ? .password : nil
    case UInt8(ascii: "s"):
      if endsAsWord(text, name, "credentials") { return .token }
      if ends(text, name, "passwords") || ends(text, name, "passphrases") { return .password }
      if endsAsWord(text, name, "secrets") { return .token }
      // These are counted too: `--max-tokens`.
      if endsAsWord(text, name, "tokens") || ends(text, name, "apikeys") || ends(text, name, "api_keys") {
        return .anyKey
      }
      if endsAsWord(text, name, "pass") { return .password }
      for word in ["sshpass", "dbpass", "storepass", "keypass", "userpass"] as [StaticString]
      where ends(text, name, word) { return .password }
      return nil
    case UInt8(ascii: "t"):
      // The name of an object that has a secret.
      return ends(text, name, "secret") && !ends(text, name, "existingsecret") && !ends(text, name, "pullsecret")
        ? .token : nil
    case UInt8(ascii: "n"):
      return ends(text, name, "token") && !ends(text, name, "publickeytoken") ? .token : nil
    case UInt8(ascii: "y"): return key(text, name)
    case UInt8(ascii: "k"): return endsAsWord(text, name, "psk") ? .password : nil
    case UInt8(ascii: "l"): return endsAsWord(text, name, "credential") ? .token : nil
    case UInt8(ascii: "w"): return endsAsWord(text, name, "pw") ? .password : nil
    case UInt8(ascii: "h"):
      return ends(text, name, "rediscli_auth") || ends(text, name, ":_auth") || ends(text, name, "__auth")
        || name.count == 5 && ends(text, name, "_auth") ? .password : nil
    default: return nil
    }
  }

  private static let compounds: [StaticString] = [
    "apikey", "secretkey", "accesskey", "privatekey", "authkey", "masterkey", "accountkey", "signingkey",
    "encryptionkey", "sharedkey", "licensekey", "subscriptionkey", "deploykey", "sessionkey",
  ]

  /// What keys are called that are no secrets.
  private static let harmless: [StaticString] = [
    "public", "pub", "sort", "primary", "foreign", "partition", "cache", "index", "group", "gpg", "pgp", "host",
    "default", "meta", "bind", "color", "row", "map", "hot", "any", "press", "registry", "dedup", "routing", "user",
    "local", "trusted", "label", "topology", "sign", "signed", "tls", "ssl", "client", "server", "ca", "cert",
  ]

  private static func key(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Kind? {
    guard ends(text, name, "key") else { return nil }
    var start = name.lowerBound
    while text[start] == UInt8(ascii: "-") { start &+= 1 }
    if name.upperBound &- start == 3 { return .anyKey }
    for word in compounds where ends(text, name, word) { return .key }
    guard endsAsWord(text, name, "key") else { return nil }
    var before = name.lowerBound..<name.upperBound &- 3
    if !before.isEmpty, !isLetter(text[before.upperBound &- 1]) { before = before.lowerBound..<before.upperBound &- 1 }
    // A file of TLS has such a name, so its value has to look random.
    for word in harmless where endsAsWord(text, before, word) { return .anyKey }
    return .key
  }

  /// Whether the name ends with a word, in any case.
  static func ends(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard name.count >= count else { return false }
    return equals(text, name.upperBound &- count, word)
  }

  /// Whether the name ends with a word that something else than a letter of its case is before: `DB_PASS`, `dbPass`.
  static func endsAsWord(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ word: StaticString) -> Bool {
    guard ends(text, name, word) else { return false }
    let start = name.upperBound &- word.utf8CodeUnitCount
    guard start > name.lowerBound else { return true }
    let before = text[start &- 1]
    if !isLetter(before) { return true }
    return before & 0x20 != 0 && text[start] & 0x20 == 0 && isLetter(text[start])
  }

  /// Whether a word is at a place, in any case. The caller has checked that there is room for it.
  static func equals(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      for index in 0..<word.count {
        let byte = text[start &+ index]
        let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
        if lower != word[index] { return false }
      }
      return true
    }
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  /// Whether a byte can be a part of a name.
  static func isNamePart(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}
