/// Bytes to look for, with or without regard to the case of ASCII letters.
struct ByteSearch: Sendable, Hashable {
  /// In small letters where the case is ignored.
  let needle: [UInt8]
  let ignoresCase: Bool
  /// In which bits the needle's first and second byte are compared, and with what, in every byte of a word.
  private let first: Pattern
  private let second: Pattern

  private struct Pattern: Sendable, Hashable {
    /// Bit 5 of a byte tells a capital from a small letter, and a space from a NUL: where both may stand it is set on
    /// both sides. That lets some other bytes pass as well, which are compared for good afterwards.
    var set: UInt64
    var byte: UInt64

    /// Any byte may be it.
    static let any = Pattern(set: .max, byte: .max)

    private init(set: UInt64, byte: UInt64) { (self.set, self.byte) = (set, byte) }

    init(_ byte: UInt8, loose: Bool) {
      set = loose ? 0x2020_2020_2020_2020 : 0
      self.byte = UInt64(byte) &* 0x0101_0101_0101_0101 | set
    }

    /// Zero in each byte that may be the one looked for.
    @inline(__always) func difference(_ word: UInt64) -> UInt64 { (word | set) ^ byte }
  }

  init(_ needle: [UInt8], ignoringCase: Bool) {
    self.needle = ignoringCase ? needle.map(Self.folded) : needle
    ignoresCase = ignoringCase
    func pattern(_ index: Int) -> Pattern {
      let byte = index < needle.count ? needle[index] : 0
      return Pattern(byte, loose: byte == 0x20 || ignoringCase && Self.isLetter(byte))
    }
    first = pattern(0)
    second = needle.count > 1 ? pattern(1) : .any
  }

  /// - Parameter words: whether the bytes are strings with NULs between them, which a space then also matches.
  /// - Complexity: O(bytes), some eight of them at a time where the first two of the needle are rare.
  func isFound(in bytes: UnsafeBufferPointer<UInt8>, words: Bool = false) -> Bool {
    let length = needle.count
    guard length > 0 else { return true }
    guard bytes.count >= length, let base = bytes.baseAddress else { return false }
    let ends = bytes.count - length
    return needle.withUnsafeBufferPointer { needle in
      var at = 0
      // Eight places at a time, while there are as many bytes behind the place of the second byte as well.
      while at &+ 9 <= bytes.count {
        let raw = UnsafeRawPointer(base + at)
        let here = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
        let next = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        var places = Self.zeros(first.difference(here) | second.difference(next))
        while places != 0 {
          let place = at &+ (places.trailingZeroBitCount >> 3)
          if place <= ends, matches(base + place, needle, words) { return true }
          places &= places &- 1
        }
        at &+= 8
      }
      while at <= ends {
        if matches(base + at, needle, words) { return true }
        at &+= 1
      }
      return false
    }
  }

  /// The highest bit of each byte that is zero; perhaps also of bytes above such a one.
  @inline(__always) private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  @inline(__always) private func matches(
    _ bytes: UnsafePointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>, _ words: Bool
  ) -> Bool {
    for offset in 0..<needle.count {
      var byte = bytes[offset]
      if ignoresCase { byte = Self.folded(byte) }
      if words, byte == 0 { byte = 0x20 }
      if byte != needle[offset] { return false }
    }
    return true
  }

  /// Whether each text that holds this needle also holds the other's.
  func implies(_ other: ByteSearch) -> Bool {
    if ignoresCase && !other.ignoresCase && other.needle.contains(where: Self.isLetter) { return false }
    let text = other.ignoresCase ? needle.map(Self.folded) : needle
    return text.withUnsafeBufferPointer { other.isFound(in: $0) }
  }

  @inline(__always) static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  private static func isLetter(_ byte: UInt8) -> Bool { folded(byte) &- 0x61 < 26 }
}
