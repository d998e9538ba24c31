package import Events

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

  /// A name as one word for a column, whatever is in it: a blank in it is `\x20`, a quote `\'`, and a name without a
  /// character is `''`. Who splits a line at its blanks gets the columns, and the name can be read back exactly.
  package static func word(_ bytes: some Collection<UInt8>, upTo limit: Int = .max) -> DisplayText {
    var output = EscapedOutput()
    output.writeWord(bytes, upTo: limit)
    return output.text
  }

  /// A process's name as one word.
  package static func word(_ comm: Comm) -> DisplayText { word(comm.bytes) }

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
    let quoted = EscapedOutput.needsQuotes(bytes, isProgram: true)
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

extension DisplayText {
  /// The name of an errno, such as `ENOENT`; its number if it has no name.
  package init(errnoName errno: Int32) {
    self = ErrnoName.name(of: errno).map { DisplayText(typed: $0) } ?? "errno \(errno)"
  }

  /// The name of a signal, such as `SIGKILL`; its number if it has no name.
  package init(signalName signal: Int32) {
    self = SignalName.name(of: signal).map { DisplayText(typed: $0) } ?? "signal \(signal)"
  }
}
