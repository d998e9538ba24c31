/// The bytes of a word of the command line. The parser's strings have U+FFFD where a word is not UTF-8, and so two words
/// may be the same string: a file is to be opened by its bytes.
enum ArgumentBytes {
  /// The bytes of the argument that became this string; nil where they are those of the string.
  static func of(_ text: String) -> [UInt8]? {
    guard text.unicodeScalars.contains("\u{fffd}") else { return nil }
    let words = (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
      CommandLine.unsafeArgv[index].map { word in
        var bytes: [UInt8] = []
        var next = word
        while next.pointee != 0 {
          bytes.append(UInt8(bitPattern: next.pointee))
          next += 1
        }
        return bytes
      }
    }
    return words.first { String(decoding: $0, as: UTF8.self) == text }
  }
}
