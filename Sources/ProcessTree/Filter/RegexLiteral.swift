/// Reads a regular expression for a string that whatever it matches must hold: texts without it need no search, and a
/// plain string is looked for far faster than an expression.
///
///     (gcc|ld) .*77\.c$     77.c
///     ab?c+d                a, the first of the longest there are
///
/// It knows the common part of PCRE2's syntax as `FilterRegex` compiles it, and of anything else it says that it knows no
/// such string.
struct RegexLiteral {
  private let pattern: [UInt8]
  private var at = 0
  /// The bytes read last that must stand side by side.
  private var run: [UInt8] = []
  private var longest: [UInt8] = []

  /// The longest string that is sure to be in every match; nil where none is.
  /// - Parameter pattern: one that PCRE2 accepts.
  /// - Complexity: O(bytes).
  static func required(by pattern: [UInt8]) -> [UInt8]? {
    var reader = RegexLiteral(pattern)
    return reader.read() && !reader.longest.isEmpty ? reader.longest : nil
  }

  private init(_ pattern: [UInt8]) { self.pattern = pattern }

  private var next: UInt8? { at < pattern.count ? pattern[at] : nil }

  private mutating func take() -> UInt8? {
    guard let byte = next else { return nil }
    at += 1
    return byte
  }

  private mutating func endRun() {
    if run.count > longest.count { longest = run }
    run.removeAll(keepingCapacity: true)
  }

  /// Each of these says whether it understood what stands there.
  private mutating func read() -> Bool {
    while let byte = take() {
      var isUnderstood = true
      switch byte {
      // Either side may be the match.
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

  /// What stands before it may be missing, unless it must be there once; and what follows need not stand beside it.
  private mutating func repeated(_ sign: UInt8) -> Bool {
    if sign == UInt8(ascii: "{") {
      while let byte = next, byte == UInt8(ascii: ",") || byte == 0x20 || byte &- 0x30 < 10 { at += 1 }
      guard take() == UInt8(ascii: "}") else { return false }
    }
    if sign != UInt8(ascii: "+") { _ = run.popLast() }
    endRun()
    // Lazy or possessive.
    if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { at += 1 }
    return !"*?+{".utf8.contains { $0 == next }
  }

  private mutating func readEscape() -> Bool {
    guard let byte = take() else { return false }
    if !Self.isLetterOrDigit(byte) {
      run.append(byte)
      return true
    }
    endRun()
    // One of a kind, or a place between two bytes. All others take arguments, or mean something elsewhere.
    return "dDwWsShHvVbBAzZGntrfea".utf8.contains(byte)
  }

  /// Goes behind the parenthesis that closes: what is inside may be one of several.
  private mutating func skipGroup() -> Bool {
    endRun()
    guard isPlainGroup() else { return false }
    var depth = 1
    while depth > 0 {
      switch take() {
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

  /// No option, comment, condition, verb or call: only what matches where it stands, or looks ahead or back from there.
  private func isPlainGroup() -> Bool {
    guard next != UInt8(ascii: "*") else { return false }
    guard next == UInt8(ascii: "?") else { return true }
    return at + 1 < pattern.count && ":=!><".utf8.contains(pattern[at + 1])
  }

  private mutating func skipClass() -> Bool {
    endRun()
    if next == UInt8(ascii: "^") { at += 1 }
    if next == UInt8(ascii: "]") { at += 1 }
    while let byte = take() {
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

  /// Quoting, and a control character's letter, would hide what follows.
  private mutating func skipEscape() -> Bool { take().map { !"QEc".utf8.contains($0) } ?? false }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { ByteSearch.isLetter(byte) || byte &- 0x30 < 10 }
}
