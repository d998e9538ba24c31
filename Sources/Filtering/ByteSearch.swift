/// Bytes to search for, with or without regard to the case of ASCII letters.
struct ByteSearch: Sendable, Hashable {
  /// In lower case if the case is ignored.
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

  /// The same search, with the needle stored at an address that the caller keeps valid.
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

/// A search without references to other objects, so that a million evaluations do no reference counting. The caller
/// keeps the needle valid.
struct ByteScan: @unchecked Sendable {
  let needle: UnsafeBufferPointer<UInt8>
  let ignoresCase: Bool
  let start: Start

  /// The bits in which the first two bytes of the needle are compared, and with what, in every byte of a word.
  struct Start: Sendable, Hashable {
    fileprivate let first: Pattern
    fileprivate let second: Pattern

    init(_ needle: [UInt8], ignoringCase: Bool) {
      func pattern(_ index: Int) -> Pattern {
        guard index < needle.count else { return .any }
        let byte = needle[index]
        return Pattern(byte, loose: byte == 0x20 || ignoringCase && ByteSearch.isLetter(byte))
      }
      (first, second) = (pattern(0), pattern(1))
    }
  }

  fileprivate struct Pattern: Sendable, Hashable {
    /// Bit 5 of a byte distinguishes upper from lower case, and a space from a NUL. Where the needle matches both, the
    /// bit is set on both sides. Some other bytes pass too; the exact comparison afterwards rejects them.
    private let set: UInt64
    private let byte: UInt64

    /// Any byte matches.
    static let any = Pattern(set: .max, byte: .max)

    private init(set: UInt64, byte: UInt64) { (self.set, self.byte) = (set, byte) }

    init(_ byte: UInt8, loose: Bool) {
      set = loose ? 0x2020_2020_2020_2020 : 0
      self.byte = UInt64(byte) &* 0x0101_0101_0101_0101 | set
    }

    /// Zero in each byte that may match.
    @inline(__always) func difference(_ word: UInt64) -> UInt64 { (word | set) ^ byte }
  }

  /// See `ByteSearch.isFound`.
  func isFound(in bytes: UnsafeBufferPointer<UInt8>, words: Bool) -> Bool {
    guard needle.count > 0 else { return true }
    guard bytes.count >= needle.count, let base = bytes.baseAddress else { return false }
    let ends = bytes.count &- needle.count
    var at = 0
    // Eight positions at a time, while there are as many bytes after the second byte's position too.
    while at &+ 9 <= bytes.count {
      let raw = UnsafeRawPointer(base + at)
      let here = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
      let next = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
      var places = Self.zeros(start.first.difference(here) | start.second.difference(next))
      while places != 0 {
        let place = at &+ (places.trailingZeroBitCount >> 3)
        if place <= ends, matches(base + place, words) { return true }
        places &= places &- 1
      }
      at &+= 8
    }
    while at <= ends {
      if matches(base + at, words) { return true }
      at &+= 1
    }
    return false
  }

  /// Whether the bytes equal the needle.
  func isAll(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count == needle.count && (bytes.isEmpty || bytes.baseAddress.map { matches($0, false) } ?? false)
  }

  /// Whether a string of a vector contains the needle, or equals it.
  func isFound(inStrings block: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    // If the block does not contain the needle, no string does.
    guard isFound(in: block, words: false) else { return false }
    var start = 0
    while start < block.count {
      var end = start
      while end < block.count, block[end] != 0 { end &+= 1 }
      let string = UnsafeBufferPointer(rebasing: block[start..<end])
      if isWhole ? isAll(of: string) : isFound(in: string, words: false) { return true }
      start = end &+ 1
    }
    return false
  }

  /// The highest bit of each zero byte, and possibly of bytes above it.
  @inline(__always) private static func zeros(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }

  @inline(__always) private func matches(_ bytes: UnsafePointer<UInt8>, _ words: Bool) -> Bool {
    for offset in 0..<needle.count {
      var byte = bytes[offset]
      if ignoresCase { byte = ByteSearch.folded(byte) }
      if words, byte == 0 { byte = 0x20 }
      if byte != needle[offset] { return false }
    }
    return true
  }
}

/// Keeps the needle of a scan at its address.
final class ByteNeedle: @unchecked Sendable {
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = memory.initialize(from: bytes)
    self.bytes = UnsafeBufferPointer(memory)
  }

  deinit { bytes.deallocate() }
}
