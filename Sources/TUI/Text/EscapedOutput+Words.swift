internal import Events

/// Words of others between words of ours: which of them need quotes so that they cannot pass for two, or for ours.
extension EscapedOutput {
  mutating func write(commandLine argv: StringVector, upTo limit: Int) {
    var isFirst = true
    for argument in argv {
      if width >= limit { break }
      if !isFirst { writeOwn(UInt8(ascii: " ")) }
      writeArgument(argument, upTo: limit, isProgram: isFirst)
      isFirst = false
    }
  }

  /// - Parameter isProgram: whether it is the first word of a command, which may follow a sign of the view.
  mutating func writeArgument(_ bytes: some Collection<UInt8>, upTo limit: Int, isProgram: Bool = false) {
    guard Self.needsQuotes(bytes, isProgram: isProgram) else {
      write(bytes, upTo: limit)
      return
    }
    writeOwn(UInt8(ascii: "'"))
    escapingQuote = true
    write(bytes, upTo: limit)
    escapingQuote = false
    writeOwn(UInt8(ascii: "'"))
  }

  /// As `DisplayText.word(_:upTo:)` has it.
  mutating func writeWord(_ bytes: some Collection<UInt8>, upTo limit: Int) {
    guard !bytes.isEmpty else {
      writeOwn(UInt8(ascii: "'"))
      writeOwn(UInt8(ascii: "'"))
      return
    }
    escapingQuote = true
    escapingSpace = true
    write(bytes, upTo: limit)
    escapingQuote = false
    escapingSpace = false
  }

  /// Whether a reader, or a shell, could take the argument for something other than one plain word, or for a sign or a
  /// note of ours.
  ///
  /// Very long arguments are quoted without reading all of them, so that a frame costs only what it shows.
  static func needsQuotes(_ bytes: some Collection<UInt8>, isProgram: Bool = false) -> Bool {
    guard let first = bytes.first else { return true }
    if first == UInt8(ascii: "~") || bytes.count > 4096 { return true }
    var isASCII = true
    for byte in bytes {
      if byte >= 0x80 { isASCII = false } else if !isPlain(byte) { return true }
    }
    return isASCII ? readsLikeNote(bytes, isProgram: isProgram) : hasSymbol(bytes)
  }

  /// Plain words that this program writes behind a command: `...` where arguments were cut, `+12` for what a fold hides.
  /// And those that it writes before one where a terminal shows only ASCII: `%`, `D`, `^4711`.
  private static func readsLikeNote(_ bytes: some Collection<UInt8>, isProgram: Bool) -> Bool {
    let isNumber = bytes.dropFirst().allSatisfy { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ",") }
    switch bytes.first {
    case UInt8(ascii: "."): return bytes.elementsEqual("...".utf8)
    case UInt8(ascii: "+"): return isNumber
    case UInt8(ascii: "^"): return isProgram && isNumber
    case UInt8(ascii: "%"), UInt8(ascii: "D"): return isProgram && bytes.count == 1
    default: return false
    }
  }

  /// Whether the bytes contain a symbol or punctuation mark beyond ASCII, as all signs and guides of the view are.
  private static func hasSymbol(_ bytes: some Collection<UInt8>) -> Bool {
    var scanner = UTF8Scanner(bytes)
    while let element = scanner.next() {
      guard case .scalar(let scalar, _) = element, !scalar.isASCII else { continue }
      switch scalar.properties.generalCategory {
      case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .dashPunctuation, .openPunctuation,
        .closePunctuation, .connectorPunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation:
        return true
      default: continue
      }
    }
    return false
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"),
      UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "%"),
      UInt8(ascii: "^"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
