/// Whether a value beside a secret name is no secret.
enum SecretValue {
  private static let words: [StaticString] = [
    "***", "true", "false", "yes", "no", "none", "null", "nil", "auto", "prompt", "stdin", "optional", "required",
    "always", "never", "on", "off", "0", "1", "2", "3", "-", "undefined",
  ]
  private static let endings: [StaticString] = [
    ".pem", ".key", ".pub", ".crt", ".cer", ".gpg", ".asc", ".json", ".p12", ".pfx", ".jks", ".txt", ".yml", ".yaml",
    ".toml", ".h", ".c", ".py",
  ]

  /// - Parameter hasVariables: whether a shell will still read the text, so that `$NAME` is no value yet.
  static func isHarmless(
    _ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ kind: SecretName.Kind, hasVariables: Bool
  ) -> Bool {
    guard let first = value.isEmpty ? nil : text[value.lowerBound] else { return true }
    if value.count <= 9 {
      for word in words where word.utf8CodeUnitCount == value.count && SecretName.equals(text, value.lowerBound, word) {
        return true
      }
    }
    if hasVariables, isVariable(text, value, first) || first == UInt8(ascii: "`") { return true }
    if isTemplate(text, value, first) { return true }
    switch kind {
    case .password: return false
    case .token: return isPath(text, value, first) || isDescription(text, value) || isMarker(text, value, first)
    case .key: return isPath(text, value, first) || isNumber(text, value) || isDescription(text, value)
    case .directory: return first == UInt8(ascii: "/") || first == UInt8(ascii: ".") || first == UInt8(ascii: "~")
    case .anyKey: return !looksRandom(text, value) || isPath(text, value, first)
    }
  }

  /// One variable or one command of a shell, and nothing else: `$NAME`, `${NAME}`, `$1`, `$(…`.
  private static func isVariable(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ first: UInt8) -> Bool {
    guard first == UInt8(ascii: "$") else { return false }
    var index = value.lowerBound &+ 1
    guard index < value.upperBound else { return true }
    if text[index] == UInt8(ascii: "(") { return true }
    if SecretName.isDigit(text[index]) { return value.count == 2 }
    let isBraced = text[index] == UInt8(ascii: "{")
    if isBraced { index &+= 1 }
    let name = index
    while index < value.upperBound, SecretName.isAlphanumeric(text[index]) || text[index] == UInt8(ascii: "_") {
      index &+= 1
    }
    guard index > name else { return isBraced }
    if index == value.upperBound { return true }
    guard isBraced else { return false }
    // What follows `:-` is a value.
    if text[index] == UInt8(ascii: ":"), index &+ 1 < value.upperBound { index &+= 1 }
    switch text[index] {
    case UInt8(ascii: "}"): return index &+ 1 == value.upperBound
    case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "+"):
      let next = index &+ 1
      return next >= value.upperBound || text[next] == UInt8(ascii: "}") || text[next] == UInt8(ascii: "$")
    default: return text[value.upperBound &- 1] == UInt8(ascii: "}")
    }
  }

  /// A template, a place holder or a regular expression.
  private static func isTemplate(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ first: UInt8) -> Bool {
    let second = value.count > 1 ? text[value.lowerBound &+ 1] : 0
    switch first {
    case UInt8(ascii: "{"): return second == UInt8(ascii: "{")
    case UInt8(ascii: "<"): return text[value.upperBound &- 1] == UInt8(ascii: ">") && isWords(text, value)
    case UInt8(ascii: "."): return second == UInt8(ascii: "*") && value.count <= 8
    default: return false
    }
  }

  /// `[PAD]`, `</s>`: a word of a language model.
  private static func isMarker(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>, _ first: UInt8) -> Bool {
    let last = text[value.upperBound &- 1]
    return isWords(text, value)
      && (first == UInt8(ascii: "[") && last == UInt8(ascii: "]") || first == UInt8(ascii: "<") && last == 0x3e)
  }

  /// Whether there are no more than a few words of letters between brackets.
  private static func isWords(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    value.count > 2 && value.count <= 26
      && value.dropFirst().dropLast().allSatisfy {
        switch text[$0] {
        case UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "|"): true
        default: SecretName.isLetter(text[$0])
        }
      }
  }

  /// Whether a value is an ordinary short word.
  static func isOrdinary(_ text: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    value.count <= 12 && value.allSatisfy { text[$0] >= 0x61 && text[$0] <= 0x7a }
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
