internal import Glibc

/// The mount points in this program's mount namespace.
enum MountTable {
  /// Where file systems of a type are mounted, in the order of mounting.
  static func mountPoints(ofType type: String) -> [String] {
    mountPoints(ofType: type, in: ProcFiles.contents(of: "/proc/self/mounts") ?? [])
  }

  /// The same for the text of such a file (proc(5), fstab(5)).
  static func mountPoints(ofType type: String, in table: [UInt8]) -> [String] {
    table.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count > 2, words[2].elementsEqual(type.utf8) else { return nil }
      return String(decoding: unescaped(words[1]), as: UTF8.self)
    }
  }

  /// Replaces a backslash and three octal digits with the byte: the kernel escapes blanks and backslashes like this.
  private static func unescaped(_ word: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ 0x30...0x37 ~= $0 }) {
        result.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
