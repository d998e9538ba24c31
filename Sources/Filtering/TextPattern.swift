internal import CPCRE2

/// What to find in lines of text: words as they are written, or `/a regular expression/`. The case of ASCII letters is
/// ignored unless the pattern has a capital letter.
public struct TextPattern: Hashable, Sendable {
  private enum Test: Hashable, Sendable {
    case text(ByteSearch)
    case regex(FilterRegex)
  }

  /// The pattern as it was typed.
  public let text: String
  /// Whether a leading `!` asks for the lines without it.
  public let isInverted: Bool
  private let test: Test

  /// Reads a pattern; a regular expression is one of PCRE2 between slashes.
  /// - Parameter canBeInverted: whether a leading `!` inverts it.
  /// - Returns: nil for an empty one.
  /// - Throws: `FilterError` for a faulty regular expression.
  public init?(_ text: String, canBeInverted: Bool = false) throws(FilterError) {
    self.text = text
    isInverted = canBeInverted && text.first == "!"
    let start = isInverted ? 1 : 0
    let pattern = text.dropFirst(start)
    guard !pattern.isEmpty else { return nil }
    if pattern.count > 2, pattern.first == "/", pattern.last == "/" {
      let expression = pattern.dropFirst().dropLast()
      do {
        test = .regex(
          try FilterRegex(
            Array(expression.utf8), ignoringCase: !Self.hasCapital(in: expression), column: start &+ 2))
      } catch {
        let before = String(decoding: Array(expression.utf8).prefix(error.offset), as: UTF8.self).count
        throw FilterError(column: start &+ 2 &+ before, message: "wrong regex: \(error.message)")
      }
    } else {
      test = .text(ByteSearch(Array(pattern.utf8), ignoringCase: !pattern.contains(where: \.isUppercase)))
    }
  }

  /// Whether an expression has a capital letter other than those of `\W` and `\S`.
  private static func hasCapital(in expression: some StringProtocol) -> Bool {
    var isEscaped = false
    for character in expression {
      if character.isUppercase, !isEscaped { return true }
      isEscaped = character == "\\" && !isEscaped
    }
    return false
  }

  /// Whether a line is asked for. - Complexity: O(bytes) for words.
  public func isMatch(_ line: [UInt8]) -> Bool {
    let isFound = line.withUnsafeBufferPointer { bytes in
      switch test {
      case .text(let search): search.isFound(in: bytes)
      case .regex(let regex): regex.isFound(in: bytes)
      }
    }
    return isFound != isInverted
  }

  /// The places of the pattern in a line, in bytes from left to right; none overlaps another. Empty if it is inverted.
  /// - Parameter most: stop after this many.
  public func ranges(in line: [UInt8], most: Int = 200) -> [Range<Int>] {
    guard !isInverted, isMatch(line) else { return [] }
    var ranges: [Range<Int>] = []
    line.withUnsafeBufferPointer { bytes in
      var start = 0
      while start <= bytes.count, ranges.count < most {
        let found: Range<Int>?
        switch test {
        case .text(let search): found = search.firstRange(in: bytes, from: start)
        case .regex(let regex): found = regex.firstRange(in: bytes, from: start)
        }
        guard let found else { break }
        if !found.isEmpty { ranges.append(found) }
        start = max(found.upperBound, found.isEmpty ? found.lowerBound &+ 1 : found.upperBound)
      }
    }
    return ranges
  }

  /// The limit that the regular expression has reached; nil for none. Lines on which it gave up count as not matching.
  public var trouble: FilterTrouble? {
    if case .regex(let regex) = test { regex.trouble } else { nil }
  }
}

extension ByteSearch {
  /// The first place at or after `start`. - Complexity: O(bytes times the length of the needle).
  fileprivate func firstRange(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    guard !needle.isEmpty, bytes.count &- start >= needle.count else { return nil }
    for place in start...bytes.count &- needle.count {
      var length = 0
      while length < needle.count {
        let byte = bytes[place &+ length]
        guard (ignoresCase ? Self.folded(byte) : byte) == needle[length] else { break }
        length &+= 1
      }
      if length == needle.count { return place..<place &+ length }
    }
    return nil
  }
}
