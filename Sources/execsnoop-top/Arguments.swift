import CLinux

/// The arguments of the program, as the kernel passed them to this process.
///
/// `CommandLine` is not used, because it reads /proc/self/cmdline. Without that file it has no arguments, and the
/// program would trace everything.
enum Arguments {
  /// The arguments after the program's name, byte for byte.
  static let bytes: [[UInt8]] = (0..<lnx_argument_count()).dropFirst().map { index in
    var bytes: [UInt8] = []
    guard var next = lnx_argument(index) else { return bytes }
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }

  /// The arguments as text, for the parser. Bytes that are not UTF-8 become U+FFFD, so two arguments may have the same
  /// text: to open or compare what an argument names, use `bytes(of:)`.
  static let text = bytes.map { String(decoding: $0, as: UTF8.self) }

  /// The bytes of the argument with this text; nil if they are equal to the text.
  static func bytes(of text: String) -> [UInt8]? {
    guard text.unicodeScalars.contains("\u{fffd}") else { return nil }
    return bytes.first { $0 != Array(text.utf8) && String(decoding: $0, as: UTF8.self) == text }
  }

  /// Whether nothing follows `--`, as in `-- $COMMAND` with an unset variable.
  static var lackCommand: Bool { bytes.firstIndex(of: terminator).map { $0 == bytes.count - 1 } ?? false }

  private static let terminator = Array("--".utf8)
}
