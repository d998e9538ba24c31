/// Bytes to look for, with or without regard to the case of ASCII letters.
struct ByteSearch: Sendable {
  private let needle: [UInt8]
  private let ignoresCase: Bool

  init(_ needle: [UInt8], ignoringCase: Bool) {
    self.needle = ignoringCase ? needle.map(Self.folded) : needle
    ignoresCase = ignoringCase
  }

  func isFound(in bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { isFound(in: $0, nul: 0) }
  }

  func isFound(in bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { isFound(in: $0, nul: 0) }
  }

  /// Looks through a whole vector, where a space also matches the boundary between two strings.
  func isFound(inWordsOf vector: StringVector) -> Bool {
    vector.bytes.withUnsafeBufferPointer { block in
      let isClosed = block.last == 0
      return isFound(in: UnsafeBufferPointer(rebasing: block.dropLast(isClosed ? 1 : 0)), nul: 0x20)
    }
  }

  private func isFound(in bytes: UnsafeBufferPointer<UInt8>, nul: UInt8) -> Bool {
    guard let first = needle.first else { return true }
    guard bytes.count >= needle.count else { return false }
    for start in 0...(bytes.count - needle.count) where read(bytes[start], nul) == first {
      var length = 1
      while length < needle.count, read(bytes[start + length], nul) == needle[length] { length += 1 }
      if length == needle.count { return true }
    }
    return false
  }

  private func read(_ byte: UInt8, _ nul: UInt8) -> UInt8 {
    byte == 0 ? nul : ignoresCase ? Self.folded(byte) : byte
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
