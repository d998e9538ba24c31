package import ProcessTree

extension DisplayText {
  /// A command line for people: the arguments with a space between them, each quoted by itself where it is not a
  /// plain word.
  ///
  /// Inside quotes a quote is `\'` and a backslash `\\`, so an argument that contains `' '` cannot pass for two, and
  /// the arguments can be read back exactly. This is not yet shell syntax: control bytes stay visible as escapes.
  ///
  /// - Parameter limit: stop once this many columns are full, as in `init(untrusted:upTo:)`.
  /// - Complexity: O(bytes shown), whatever the length of the arguments.
  package static func commandLine(_ argv: StringVector, upTo limit: Int = .max) -> DisplayText {
    var output = EscapedOutput()
    output.write(commandLine: argv, upTo: limit)
    return output.text
  }

  /// One argument, quoted as in `commandLine(_:upTo:)`.
  package static func argument(_ bytes: some Collection<UInt8>, upTo limit: Int = .max) -> DisplayText {
    var output = EscapedOutput()
    output.writeArgument(bytes, upTo: limit)
    return output.text
  }

  /// A program's path as one argument, in two parts that can look different: the directory with its slash, and the
  /// name. A quote that opens is with the first part, the one that closes with the second.
  package static func programWord(
    _ bytes: some BidirectionalCollection<UInt8>
  ) -> (directory: DisplayText, name: DisplayText) {
    let quoted = EscapedOutput.needsQuotes(bytes)
    let split = bytes.lastIndex(of: UInt8(ascii: "/")).map(bytes.index(after:)) ?? bytes.startIndex
    var directory = EscapedOutput()
    var name = EscapedOutput()
    directory.escapingQuote = quoted
    name.escapingQuote = quoted
    if quoted { directory.writeOwn(UInt8(ascii: "'")) }
    directory.write(bytes[..<split], upTo: .max)
    name.write(bytes[split...], upTo: .max)
    if quoted { name.writeOwn(UInt8(ascii: "'")) }
    return (directory.text, name.text)
  }
}

extension EscapedOutput {
  mutating func write(commandLine argv: StringVector, upTo limit: Int) {
    var isFirst = true
    for argument in argv {
      if width >= limit { break }
      if !isFirst { writeOwn(UInt8(ascii: " ")) }
      writeArgument(argument, upTo: limit)
      isFirst = false
    }
  }

  mutating func writeArgument(_ bytes: some Collection<UInt8>, upTo limit: Int) {
    guard Self.needsQuotes(bytes) else {
      write(bytes, upTo: limit)
      return
    }
    writeOwn(UInt8(ascii: "'"))
    escapingQuote = true
    write(bytes, upTo: limit)
    escapingQuote = false
    writeOwn(UInt8(ascii: "'"))
  }

  /// Whether a reader, or a shell, could take the argument for something other than one plain word.
  ///
  /// Very long arguments are quoted without a look at all of them, so that a frame costs what it shows.
  static func needsQuotes(_ bytes: some Collection<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    if first == UInt8(ascii: "~") || bytes.count > 4096 { return true }
    return bytes.contains { !isPlain($0) }
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
    default: byte >= 0x80
    }
  }
}
