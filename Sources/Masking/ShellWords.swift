/// The words of a shell's command line, as ranges of its text. Quotes and backslashes hold a word together.
struct ShellWords {
  typealias Text = UnsafeBufferPointer<UInt8>

  enum Part {
    /// A word; one within a pair of quotes is without these.
    case word(Range<Int>, isQuoted: Bool)
    /// What ends a command: `;`, `|`, `&`, a bracket.
    case separator
  }

  private let text: Text
  private let end: Int
  /// Whether a shell reads the text. In another text a quote at the start of a word is as likely a mark of its own.
  private let isScript: Bool
  private var position: Int

  init(_ text: Text, _ range: Range<Int>, isScript: Bool) {
    (self.text, self.isScript) = (text, isScript)
    (position, end) = (range.lowerBound, range.upperBound)
  }

  /// The next part; nil at the end. - Complexity: O(the bytes of the part).
  mutating func next() -> Part? {
    while position < end, SecretScan.isBlank(text[position]) { position &+= 1 }
    guard position < end else { return nil }
    let start = position
    let quote = text[start]
    if Self.isQuote(quote) {
      position = Self.closing(text, from: start &+ 1, end, quote, hasEscapes: isScript)
      let inner = (start &+ 1)..<position
      if position < end { position &+= 1 }
      // `"a"b` is one word.
      if !isScript || position >= end || endsWord(text[position]) { return .word(inner, isQuoted: true) }
    }
    while position < end, !endsWord(text[position]) {
      let byte = text[position]
      position &+= 1
      if isScript, byte == UInt8(ascii: "\\") {
        if position < end { position &+= 1 }
      } else if Self.isQuote(byte) {
        position = Self.closing(text, from: position, end, byte, hasEscapes: isScript)
        if position < end { position &+= 1 }
      }
    }
    if position > start { return .word(start..<position, isQuoted: false) }
    position &+= 1
    return .separator
  }

  private func endsWord(_ byte: UInt8) -> Bool {
    SecretScan.isBlank(byte) || Self.isSeparator(byte) || isScript && byte == UInt8(ascii: "`")
  }

  /// The place of the quote that closes another one, or the end.
  private static func closing(_ text: Text, from start: Int, _ end: Int, _ quote: UInt8, hasEscapes: Bool) -> Int {
    var index = start
    while index < end, text[index] != quote {
      index &+= hasEscapes && quote == UInt8(ascii: "\"") && text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, end)
  }

  /// Where a value ends that begins outside quotes: `a\ b`, `"a"b`, `'a'\''b'`. All that a shell takes as one word.
  static func valueEnd(_ text: Text, from start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      let byte = text[index]
      if SecretScan.isBlank(byte) || isSeparator(byte) || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
        || byte == UInt8(ascii: "`")
      {
        break
      }
      // The next argument of a call in another language.
      if byte == UInt8(ascii: ","), index &+ 1 == end || SecretScan.isBlank(text[index &+ 1]) { break }
      index &+= 1
      if byte == UInt8(ascii: "\\") {
        if index < end { index &+= 1 }
      } else if isQuote(byte) {
        index = closing(text, from: index, end, byte, hasEscapes: true)
        if index < end { index &+= 1 }
      }
    }
    return index
  }

  /// Whether a text has the output of another command in it.
  static func hasCommand(_ text: Text, _ range: Range<Int>) -> Bool {
    for index in range {
      if text[index] == UInt8(ascii: "`") { return true }
      if text[index] == UInt8(ascii: "$"), index &+ 1 < range.upperBound, text[index &+ 1] == UInt8(ascii: "(") {
        return true
      }
    }
    return false
  }

  static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

  static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "("), UInt8(ascii: ")"): true
    default: false
    }
  }
}

/// Whether a place of a shell's script is within quotes. Places are asked for from left to right.
struct ShellQuotes {
  private var place: Int
  private var open: UInt8 = 0

  init(from start: Int) { place = start }

  /// The quote that is open at a place; 0 for none. - Complexity: O(the bytes since the last place).
  mutating func open(_ text: UnsafeBufferPointer<UInt8>, at end: Int) -> UInt8 {
    while place < end {
      let byte = text[place]
      if open != 0 {
        if byte == open {
          open = 0
        } else if open == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") {
          place &+= 1
        }
      } else if ShellWords.isQuote(byte) {
        open = byte
      } else if byte == UInt8(ascii: "\\") {
        place &+= 1
      }
      place &+= 1
    }
    return open
  }
}
