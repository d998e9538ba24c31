import CLinux
import TUI

/// What the program was started with, as the kernel handed it to this process.
///
/// `CommandLine` is not asked: it reads /proc/self/cmdline, and where that is missing there are no arguments at all,
/// which would mean to trace everything.
enum Arguments {
  /// Behind the program's name, byte for byte.
  static let bytes: [[UInt8]] = (0..<lnx_argument_count()).dropFirst().map { index in
    var bytes: [UInt8] = []
    guard var next = lnx_argument(index) else { return bytes }
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }

  /// The same as text, for the parser. In a command to trace, which is taken from `bytes`, what is not UTF-8 is replaced.
  /// - Throws: `Failure` for another argument that is not UTF-8: it would be taken for a different one.
  static func text() throws -> [String] {
    let own = bytes.prefix { $0 != terminator }
    for argument in own where String(validating: argument, as: UTF8.self) == nil {
      throw Failure(
        "an argument is not UTF-8: \(DisplayText(typed: String(decoding: argument, as: UTF8.self)))",
        status: Failure.usage)
    }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a command is announced and nothing follows, as in `-- $COMMAND` with no such variable.
  static var lackCommand: Bool { bytes.firstIndex(of: terminator).map { $0 == bytes.count - 1 } ?? false }

  private static let terminator = Array("--".utf8)
}
