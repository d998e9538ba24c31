/// Tokens that are known by how they begin, wherever they are.
enum SecretToken {
  private enum Alphabet {
    case alphanumeric, word, upper, hexadecimal

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .alphanumeric: SecretName.isAlphanumeric(byte)
      case .word:
        SecretName.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: ".")
      case .upper: byte >= 0x41 && byte <= 0x5a || SecretName.isDigit(byte)
      case .hexadecimal: SecretName.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
      }
    }
  }

  private struct Prefix {
    let text: StaticString
    /// How many bytes follow at least, 64 at most.
    let least: Int
    let alphabet: Alphabet
    /// Whether these need a digit among them, since words begin like that too.
    var needsDigit = false
    /// The most bytes that follow; 0 for any number.
    var most = 0

    init(_ text: StaticString, _ least: Int, _ alphabet: Alphabet, needsDigit: Bool = false, most: Int = 0) {
      (self.text, self.least, self.alphabet) = (text, least, alphabet)
      (self.needsDigit, self.most) = (needsDigit, most)
    }
  }

  /// By their first letters. docs/SECRETS.md names them.
  private static let prefixes: [Prefix] = [
    Prefix("ghp_", 20, .alphanumeric), Prefix("gho_", 20, .alphanumeric), Prefix("ghu_", 20, .alphanumeric),
    Prefix("ghs_", 20, .alphanumeric), Prefix("ghr_", 20, .alphanumeric), Prefix("github_pat_", 20, .word),
    Prefix("glpat-", 16, .word), Prefix("gldt-", 16, .word), Prefix("glrt-", 16, .word), Prefix("glcbt-", 16, .word),
    Prefix("glptt-", 16, .word), Prefix("glsa_", 20, .word),
    Prefix("xoxb-", 10, .word), Prefix("xoxp-", 10, .word), Prefix("xoxa-", 10, .word), Prefix("xoxr-", 10, .word),
    Prefix("xoxs-", 10, .word), Prefix("xoxe-", 10, .word), Prefix("xoxe.", 10, .word), Prefix("xapp-", 10, .word),
    Prefix("sk_live_", 16, .alphanumeric), Prefix("sk_test_", 16, .alphanumeric),
    Prefix("rk_live_", 16, .alphanumeric), Prefix("rk_test_", 16, .alphanumeric), Prefix("whsec_", 16, .word),
    Prefix("sk-", 32, .word, needsDigit: true), Prefix("shpat_", 20, .hexadecimal), Prefix("shpss_", 20, .hexadecimal),
    Prefix("shpca_", 20, .hexadecimal), Prefix("sq0csp-", 16, .word), Prefix("sqp_", 20, .alphanumeric),
    Prefix("AKIA", 16, .upper, most: 16), Prefix("ASIA", 16, .upper, most: 16), Prefix("AIza", 35, .word, most: 35),
    Prefix("AGE-SECRET-KEY-", 20, .upper), Prefix("SG.", 32, .word, needsDigit: true), Prefix("ya29.", 20, .word),
    Prefix("npm_", 30, .alphanumeric, needsDigit: true), Prefix("pypi-Ag", 32, .word), Prefix("PMAK-", 32, .word),
    Prefix("dckr_pat_", 20, .word), Prefix("dop_v1_", 32, .hexadecimal), Prefix("doo_v1_", 32, .hexadecimal),
    Prefix("hf_", 30, .alphanumeric), Prefix("hvs.", 20, .word, needsDigit: true),
    Prefix("hvb.", 20, .word, needsDigit: true),
    Prefix("lin_api_", 20, .alphanumeric), Prefix("NRAK-", 20, .upper), Prefix("figd_", 20, .word),
    Prefix("tskey-", 16, .word), Prefix("rubygems_", 32, .hexadecimal), Prefix("EAACEdEose0cBA", 10, .alphanumeric),
  ]

  /// The prefixes by their first byte.
  private static let byFirst: [[Prefix]] = {
    var table: [[Prefix]] = Array(repeating: [], count: 128)
    for prefix in prefixes { table[Int(prefix.text.utf8Start.pointee & 0x7f)].append(prefix) }
    return table
  }()

  /// Whether a token may begin with this byte.
  static func mayBegin(with byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "g"), UInt8(ascii: "x"), UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "w"),
      UInt8(ascii: "A"), UInt8(ascii: "S"), UInt8(ascii: "y"), UInt8(ascii: "n"), UInt8(ascii: "p"), UInt8(ascii: "P"),
      UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: "l"), UInt8(ascii: "N"), UInt8(ascii: "f"),
      UInt8(ascii: "t"), UInt8(ascii: "E"), UInt8(ascii: "e"), UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The secret part of a token that begins at a place, where no letter or digit is before.
  ///
  /// - Parameter isCut: whether the text was cut at `end`, so that a shorter rest is enough.
  /// - Complexity: O(the token's length), or O(1) without one.
  static func secret(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int, end: Int, isCut: Bool
  ) -> Range<Int>? {
    let first = text[start]
    if first == UInt8(ascii: "e") { return webToken(text, at: start, end: end, isCut: isCut) }
    if first == UInt8(ascii: "-") { return privateKey(text, at: start, end: end) }
    if first | 0x20 == UInt8(ascii: "b"), let bearer = bearer(text, at: start, end: end) { return bearer }
    guard first < 0x80 else { return nil }
    for prefix in byFirst[Int(first)] {
      let from = start &+ prefix.text.utf8CodeUnitCount
      guard from < end, isHere(prefix.text, text, start) else { continue }
      var index = from
      let enough = min(from &+ prefix.least, end)
      var hasDigit = false
      while index < enough, prefix.alphabet.contains(text[index]) {
        hasDigit = hasDigit || SecretName.isDigit(text[index])
        index &+= 1
      }
      guard index > from, index &- from >= prefix.least || isCut && index == end else { continue }
      if prefix.needsDigit, !hasDigit { continue }
      if prefix.most > 0 {
        if index < end, SecretName.isAlphanumeric(text[index]) { continue }
      } else {
        while index < end, prefix.alphabet.contains(text[index]) { index &+= 1 }
      }
      return from..<index
    }
    return nil
  }

  private static func isHere(_ prefix: StaticString, _ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    prefix.withUTF8Buffer { prefix in
      for index in 0..<prefix.count where text[start &+ index] != prefix[index] { return false }
      return true
    }
  }

  /// `eyJ….….…`: a JSON web token.
  private static func webToken(
    _ text: UnsafeBufferPointer<UInt8>, at start: Int, end: Int, isCut: Bool
  ) -> Range<Int>? {
    guard end &- start > 6, isHere("eyJ", text, start) else { return nil }
    func isPart(_ byte: UInt8) -> Bool {
      SecretName.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    // So that no byte is looked at twice.
    if start > 0, isPart(text[start &- 1]) || text[start &- 1] == UInt8(ascii: ".") { return nil }
    var index = start
    while index < end, isPart(text[index]) { index &+= 1 }
    if isCut, index == end { return start..<end }
    guard index &- start >= 10, index < end, text[index] == UInt8(ascii: ".") else { return nil }
    let second = index &+ 1
    index = second
    while index < end, isPart(text[index]) || text[index] == UInt8(ascii: ".") { index &+= 1 }
    return index &- second >= 8 || isCut && index == end ? start..<index : nil
  }

  /// `-----BEGIN … PRIVATE KEY-----` up to its end.
  private static func privateKey(_ text: UnsafeBufferPointer<UInt8>, at start: Int, end: Int) -> Range<Int>? {
    guard end &- start > 26, isHere("-----BEGIN ", text, start) else { return nil }
    let last = min(start &+ 48, end &- 11)
    var index = start &+ 11
    while index <= last, !isHere("PRIVATE KEY", text, index) { index &+= 1 }
    guard index <= last else { return nil }
    index &+= 11
    let from = index
    while index < end, index &- from < 16,
      text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: " ") || SecretName.isLetter(text[index])
    {
      index &+= 1
    }
    let secret = index
    while index < end {
      if text[index] == UInt8(ascii: "-"), end &- index >= 8, isHere("-----END", text, index) { break }
      index &+= 1
    }
    return secret < index && !isMask(text, secret..<index) ? secret..<index : nil
  }

  /// `Bearer` and what follows.
  private static func bearer(_ text: UnsafeBufferPointer<UInt8>, at start: Int, end: Int) -> Range<Int>? {
    guard end &- start > 14, SecretName.equals(text, start, "bearer") else { return nil }
    var from = start &+ 6
    while from < end, text[from] == UInt8(ascii: " ") { from &+= 1 }
    guard from > start &+ 6 else { return nil }
    var hasDigit = false
    var index = from
    while index < end, isPartOfBearer(text[index]) {
      // Words of a sentence are short and have no digits.
      if SecretName.isDigit(text[index]) { hasDigit = true }
      index &+= 1
    }
    return index &- from >= 8 && hasDigit || index &- from >= 24 ? from..<index : nil
  }

  private static func isPartOfBearer(_ byte: UInt8) -> Bool {
    if SecretName.isNamePart(byte) { return true }
    switch byte {
    case UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: ":"): return true
    default: return false
    }
  }

  static func isMask(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    range.count == 3 && range.allSatisfy { text[$0] == UInt8(ascii: "*") }
  }
}
