/// Bytes to search for, with or without regard to the case of ASCII letters.
struct ByteSearch: Sendable, Hashable {
  /// In small letters where the case is ignored.
  let needle: [UInt8]
  let ignoresCase: Bool
  private let start: ByteScan.Start

  init(_ needle: [UInt8], ignoringCase: Bool) {
    self.needle = ignoringCase ? needle.map(Self.folded) : needle
    ignoresCase = ignoringCase
    start = ByteScan.Start(self.needle, ignoringCase: ignoringCase)
  }

  /// - Parameter words: whether the bytes are strings with NULs between them, which a space also matches.
  /// - Complexity: O(bytes), some eight at a time where the first two bytes of the needle are rare.
  func isFound(in bytes: UnsafeBufferPointer<UInt8>, words: Bool = false) -> Bool {
    needle.withUnsafeBufferPointer { scan(with: $0).isFound(in: bytes, words: words) }
  }

  /// The same for a needle that is stored elsewhere.
  func scan(with needle: UnsafeBufferPointer<UInt8>) -> ByteScan {
    ByteScan(needle: needle, ignoresCase: ignoresCase, start: start)
  }

  /// Whether each text that contains this needle also contains the other's.
  func implies(_ other: ByteSearch) -> Bool {
    if ignoresCase && !other.ignoresCase && other.needle.contains(where: Self.isLetter) { return false }
    let text = other.ignoresCase ? needle.map(Self.folded) : needle
    return text.withUnsafeBufferPointer { other.isFound(in: $0) }
  }

  @inline(__always) static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  static func isLetter(_ byte: UInt8) -> Bool { folded(byte) &- 0x61 < 26 }
}
