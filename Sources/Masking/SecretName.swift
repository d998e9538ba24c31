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
  }

  /// The kind of a name; nil for a name without secrets. - Complexity: O(1), it looks at the end of the name only.
  static func kind(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Kind? {
    guard !name.isEmpty else { return nil }
    switch text[name.upperBound &- 1] | 0x20 {
    case UInt8(ascii: "d"):
      if ends(text, name, "password") || ends(text, name, "passwd") { return .password }
      return endsAsWord(text, name, "pwd") && name.count > 3 ? .password : nil
    case UInt8(ascii: "e"):
      if ends(text, name, "amz-signature") { return .token }
      return ends(text, name, "passphrase") || ends(text, name, "passcode") ? .password : nil
    case UInt8(ascii: "s"):
      if endsAsWord(text, name, "credentials") { return .token }
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
    case UInt8(ascii: "w"): return endsAsWord(text, name, "pw") && name.count > 2 ? .password : nil
    case UInt8(ascii: "h"):
      return ends(text, name, "rediscli_auth") || (name.count >= 5 && endsAsWord(text, name, ":_auth"))
        ? .password : nil
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

/// Whether a value beside a secret name is no secret.
enum SecretValue {
  private static let words: [StaticString] = [
    "***", "true", "false", "yes", "no", "none", "null", "nil", "auto", "prompt", "stdin", "optional", "required",
    "always", "never", "on", "off", "0", "1", "-", "undefined",
  ]
  private static let endings: [StaticString] = [
    ".pem", ".key", ".pub", ".crt", ".cer", ".gpg", ".asc", ".json", ".p12", ".pfx", ".jks", ".txt", ".yml", ".yaml",
    ".toml", ".h", ".c", ".py",
  ]

  static func isHarmless(
    _ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ kind: SecretName.Kind
  ) -> Bool {
    guard let first = value.isEmpty ? nil : text[value.lowerBound] else { return true }
    if value.count <= 9 {
      for word in words where word.utf8CodeUnitCount == value.count && SecretName.equals(text, value.lowerBound, word) {
        return true
      }
    }
    if isReference(text, value, first) { return true }
    switch kind {
    case .password: return false
    case .token: return isPath(text, value, first) || isDescription(text, value)
    case .key: return isPath(text, value, first) || isNumber(text, value) || isDescription(text, value)
    case .anyKey: return !looksRandom(text, value) || isPath(text, value, first)
    }
  }

  /// A variable of a shell or a template, or a place holder.
  private static func isReference(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ first: UInt8) -> Bool {
    let second = value.count > 1 ? text[value.lowerBound &+ 1] : 0
    switch first {
    case UInt8(ascii: "$"):
      return second == UInt8(ascii: "{") || second == UInt8(ascii: "(") || SecretName.isLetter(second)
        || second == UInt8(ascii: "_") || SecretName.isDigit(second)
    case UInt8(ascii: "{"): return second == UInt8(ascii: "{")
    case UInt8(ascii: "<"): return text[value.upperBound &- 1] == UInt8(ascii: ">")
    case UInt8(ascii: "`"): return true
    // A regular expression.
    case UInt8(ascii: "."): return second == UInt8(ascii: "*")
    default: return false
    }
  }

  private static func isPath(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ first: UInt8) -> Bool {
    for ending in endings where value.count > ending.utf8CodeUnitCount && SecretName.ends(text, value, ending) {
      return true
    }
    if value.count > 7, SecretName.equals(text, value.lowerBound, "file:/") { return true }
    var start = value.lowerBound
    while start < value.upperBound, text[start] == UInt8(ascii: ".") || text[start] == UInt8(ascii: "~") { start &+= 1 }
    guard start < value.upperBound, text[start] == UInt8(ascii: "/") else { return false }
    if first != UInt8(ascii: "/") { return true }
    // Base64 may begin with a slash too.
    var hasAnother = false
    for index in ((start &+ 1)..<value.upperBound).prefix(512) {
      if text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "=") && index &+ 2 >= value.upperBound {
        return false
      }
      if text[index] == UInt8(ascii: "/") || text[index] == UInt8(ascii: ".") { hasAnother = true }
    }
    return hasAnother
  }

  private static func isNumber(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    value.count <= 6
      && value.allSatisfy {
        SecretName.isDigit(text[$0]) || text[$0] == UInt8(ascii: ",") || text[$0] == UInt8(ascii: ".")
      }
  }

  /// What says where a secret is: `id=npm,src=.npmrc`, `env:NAME`, `type=file`.
  private static func isDescription(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    for start in ["id=", "env:", "type=", "src=", "source="] as [StaticString]
    where value.count > start.utf8CodeUnitCount && SecretName.equals(text, value.lowerBound, start) { return true }
    return false
  }

  /// Whether a text has at least 16 letters and digits, both of them, and nothing that words have between them.
  static func looksRandom(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    guard value.count >= 16 else { return false }
    var digits = 0
    var letters = 0
    for index in value.prefix(256) {
      let byte = text[index]
      if SecretName.isDigit(byte) {
        digits &+= 1
      } else if SecretName.isLetter(byte) {
        letters &+= 1
      } else {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "_"), UInt8(ascii: "-"): break
        default: return false
        }
      }
    }
    return digits > 1 && letters > 1
  }
}
