/// Finds a string that every match of a regular expression contains. Texts without it need no search, and searching for
/// a plain string is much faster.
///
///     (gcc|ld) .*77\.c$     77.c
///     ab?c+d                a, the first of the longest ones
///
/// It knows the common part of PCRE2's syntax as `FilterRegex` compiles it. For anything else it finds no string.
struct RegexLiteral {
  private let pattern: [UInt8]
  private var at = 0
  /// The last bytes that must be adjacent.
  private var run: [UInt8] = []
  private var longest: [UInt8] = []

  /// The longest string that is in every match; nil for none.
  /// - Parameter pattern: one that PCRE2 accepts.
  /// - Complexity: O(bytes).
  static func required(by pattern: [UInt8]) -> [UInt8]? {
    var reader = RegexLiteral(pattern)
    return reader.read() && !reader.longest.isEmpty ? reader.longest : nil
  }

  private init(_ pattern: [UInt8]) { self.pattern = pattern }

  private var next: UInt8? { at < pattern.count ? pattern[at] : nil }

  private mutating func nextByte() -> UInt8? {
    guard let byte = next else { return nil }
    at += 1
    return byte
  }

  private mutating func endRun() {
    if run.count > longest.count { longest = run }
    run.removeAll(keepingCapacity: true)
  }

  /// Reads the whole pattern. Like the functions below, it returns whether it knows the syntax.
  private mutating func read() -> Bool {
    while let byte = nextByte() {
      var isUnderstood = true
      switch byte {
      // A match may contain either side only.
      case UInt8(ascii: "|"): return false
      case UInt8(ascii: "("): isUnderstood = skipGroup()
      case UInt8(ascii: "["): isUnderstood = skipClass()
      case UInt8(ascii: "\\"): isUnderstood = readEscape()
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "+"), UInt8(ascii: "{"): isUnderstood = repeated(byte)
      case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"): endRun()
      default: run.append(byte)
      }
      guard isUnderstood else { return false }
    }
    endRun()
    return true
  }

  /// The item before it may be missing, unless it must occur once; and the item after it need not be adjacent.
  private mutating func repeated(_ sign: UInt8) -> Bool {
    if sign == UInt8(ascii: "{") {
      while let byte = next, byte == UInt8(ascii: ",") || byte == 0x20 || byte &- 0x30 < 10 { at += 1 }
      guard nextByte() == UInt8(ascii: "}") else { return false }
    }
    if sign != UInt8(ascii: "+") { _ = run.popLast() }
    endRun()
    // Lazy or possessive.
    if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { at += 1 }
    return !"*?+{".utf8.contains { $0 == next }
  }

  private mutating func readEscape() -> Bool {
    guard let byte = nextByte() else { return false }
    if !Self.isLetterOrDigit(byte) {
      run.append(byte)
      return true
    }
    endRun()
    // A class, or a position between two bytes. Other letters take arguments, or depend on the context.
    return "dDwWsShHvVbBAzZGntrfea".utf8.contains(byte)
  }

  /// Skips to the closing parenthesis: the contents may be one of several alternatives.
  private mutating func skipGroup() -> Bool {
    endRun()
    guard isPlainGroup() else { return false }
    var depth = 1
    while depth > 0 {
      switch nextByte() {
      case nil: return false
      case UInt8(ascii: "("):
        guard isPlainGroup() else { return false }
        depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "["): if !skipClass() { return false }
      case UInt8(ascii: "\\"): if !skipEscape() { return false }
      default: break
      }
    }
    return true
  }

  /// Whether a group has no option, comment, condition, verb or call: it only matches in place, or looks ahead or back.
  private func isPlainGroup() -> Bool {
    guard next != UInt8(ascii: "*") else { return false }
    guard next == UInt8(ascii: "?") else { return true }
    return at + 1 < pattern.count && ":=!><".utf8.contains(pattern[at + 1])
  }

  private mutating func skipClass() -> Bool {
    endRun()
    if next == UInt8(ascii: "^") { at += 1 }
    if next == UInt8(ascii: "]") { at += 1 }
    while let byte = nextByte() {
      switch byte {
      case UInt8(ascii: "]"): return true
      case UInt8(ascii: "\\"): if !skipEscape() { return false }
      // `[:alpha:]` has a bracket of its own.
      case UInt8(ascii: "["): return false
      default: break
      }
    }
    return false
  }

  /// Quoting, and the letter of a control character, would hide what follows.
  private mutating func skipEscape() -> Bool { nextByte().map { !"QEc".utf8.contains($0) } ?? false }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { ByteSearch.isLetter(byte) || byte &- 0x30 < 10 }
}
