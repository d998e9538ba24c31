internal import Events

/// Arguments as words that a shell reads back byte for byte: `sh`, `bash` and `zsh` alike.
///
/// Arguments are shown in another way (`DisplayText.commandLine`): there control bytes become visible escapes, here
/// the shell must reproduce them. Printable text is put in single quotes, in which no shell expands `$`, backticks,
/// `~`, globs or `!`. What is not (control bytes, bytes that are not UTF-8, scalars that act on the text around them)
/// is spelled out for `printf`: such bytes in a paste would be keys to the shell's line editor, and could end a
/// bracketed paste. Only a newline stays as it is, inside quotes, since scripts given as one argument are full of
/// them.
///
/// A NUL cannot be carried, but no argument can hold one either.
enum ShellQuoting {
  /// Words with a space between them. - Complexity: O(bytes).
  static func line(_ words: some Sequence<some Collection<UInt8>>) -> [UInt8] {
    var result: [UInt8] = []
    for word in words {
      if !result.isEmpty { result.append(UInt8(ascii: " ")) }
      append(word, to: &result)
    }
    return result
  }

  /// One word, quoted where it needs to be.
  static func word(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    append(bytes, to: &result)
    return result
  }

  static func append(_ bytes: some Collection<UInt8>, to result: inout [UInt8]) {
    if !bytes.isEmpty, bytes.allSatisfy(isPlain), bytes.first != UInt8(ascii: "=") {
      result.append(contentsOf: bytes)
      return
    }
    var writer = Writer(result: result)
    var rest = Array(bytes)[...]
    var scanner = UTF8Scanner(bytes)
    while let element = scanner.next() {
      switch element {
      case .badByte: writer.spell(rest.prefix(1))
      case .scalar(let scalar, let length):
        let isPrintable = scalar == "\n" || GlyphClass.of(scalar) != .unprintable
        if isPrintable { writer.quote(rest.prefix(length)) } else { writer.spell(rest.prefix(length)) }
        rest = rest.dropFirst(length - 1)
      }
      rest = rest.dropFirst()
    }
    if bytes.isEmpty { writer.quote([]) }
    writer.finish()
    result = writer.result
  }

  /// Bytes that have no special meaning to any shell, anywhere in a word. `=` has one at the start of a word (zsh);
  /// `~` has one after `=` too (bash).
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "_-./:=,+@%".utf8.contains(byte)
    }
  }

  /// The pieces of one word: runs in single quotes, and runs that `printf` spells.
  private struct Writer {
    private enum Piece { case none, quoted, spelled }

    private(set) var result: [UInt8]
    private var piece = Piece.none

    init(result: [UInt8]) { self.result = result }

    mutating func quote(_ bytes: ArraySlice<UInt8>) {
      begin(.quoted)
      for byte in bytes {
        if byte == UInt8(ascii: "'") { result.append(contentsOf: "'\\''".utf8) } else { result.append(byte) }
      }
    }

    /// In octal, of which POSIX's printf takes three digits. The newlines that `$(…)` would take off the end are never
    /// in here.
    mutating func spell(_ bytes: ArraySlice<UInt8>) {
      begin(.spelled)
      for byte in bytes {
        result.append(UInt8(ascii: "\\"))
        for shift in [6, 3, 0] as [UInt8] { result.append(UInt8(ascii: "0") + byte >> shift & 7) }
      }
    }

    mutating func finish() { begin(.none) }

    private mutating func begin(_ next: Piece) {
      guard piece != next else { return }
      switch piece {
      case .none: break
      case .quoted: result.append(UInt8(ascii: "'"))
      case .spelled: result.append(contentsOf: "')\"".utf8)
      }
      switch next {
      case .none: break
      case .quoted: result.append(UInt8(ascii: "'"))
      case .spelled: result.append(contentsOf: "\"$(printf '".utf8)
      }
      piece = next
    }
  }
}
