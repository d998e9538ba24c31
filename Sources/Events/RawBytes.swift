/// Bytes that a traced process chose: a path, the name of a terminal, an argument.
///
/// They are hostile until the function that makes display text has escaped them, so this type has no conversion to
/// `String`. Equality and hashing use the exact bytes.
public struct RawBytes: Hashable, Sendable {
  /// The bytes as the kernel gave them, without a final NUL.
  public let bytes: [UInt8]

  /// A copy of the bytes.
  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// The UTF-8 of trusted text, such as a literal.
  public init(utf8 text: String) { self.bytes = Array(text.utf8) }

  /// Whether there are no bytes.
  public var isEmpty: Bool { bytes.isEmpty }
}

extension RawBytes: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(utf8: value) }
}

/// The `comm` of a process: at most 15 bytes, stored inline so that a fork allocates nothing.
public struct Comm: Hashable, Sendable {
  private let low: UInt64
  private let high: UInt64

  /// Takes bytes up to the first NUL, at most 15 (`TASK_COMM_LEN - 1`).
  public init(_ bytes: some Sequence<UInt8>) {
    var words: (UInt64, UInt64) = (0, 0)
    for (index, byte) in bytes.prefix(15).enumerated() {
      if byte == 0 { break }
      if index < 8 {
        words.0 |= UInt64(byte) &<< UInt64(truncatingIfNeeded: index &* 8)
      } else {
        words.1 |= UInt64(byte) &<< UInt64(truncatingIfNeeded: (index &- 8) &* 8)
      }
    }
    (low, high) = words
  }

  /// Takes the 16 bytes of `task_struct.comm` as two little-endian words, up to the first NUL. Later bytes are ignored.
  public init(word low: UInt64, _ high: UInt64) {
    let first = Self.upToNUL(UInt64(littleEndian: low))
    self.low = first.word
    // The sixteenth byte is a NUL in the kernel, and never belongs to the comm.
    self.high = first.ends ? 0 : Self.upToNUL(UInt64(littleEndian: high) & 0x00ff_ffff_ffff_ffff).word
  }

  /// The word up to its first zero byte, and whether it has one.
  private static func upToNUL(_ word: UInt64) -> (word: UInt64, ends: Bool) {
    let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    guard zeros != 0 else { return (word, false) }
    let bits = zeros.trailingZeroBitCount & ~7
    return (bits == 0 ? 0 : word & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- bits)), true)
  }

  /// The bytes without the final NUL. - Complexity: O(15).
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(15)
    for index in 0..<15 {
      let word = index < 8 ? low : high
      let byte = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: (index % 8) &* 8))
      if byte == 0 { break }
      result.append(byte)
    }
    return result
  }

  /// Whether there are no bytes.
  public var isEmpty: Bool { low & 0xff == 0 }

  /// The bytes as one number, for hash tables.
  public var mixed: UInt64 { low ^ high &* 0x9e37_79b9_7f4a_7c15 }

  /// Lends the bytes without the final NUL, and without an allocation.
  public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { raw in
      raw.withMemoryRebound(to: UInt8.self) { bytes in
        body(UnsafeBufferPointer(rebasing: bytes.prefix { $0 != 0 }))
      }
    }
  }
}

extension Comm: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value.utf8) }
}

/// An argument vector or an environment in the layout of the kernel: strings in one block, each closed by NUL.
///
/// One allocation for any number of strings; copies share it. `trueLength` shows whether it was cut.
public struct StringVector: Hashable, Sendable {
  /// The block. The last string has no NUL if the block was cut, or if the process overwrote it.
  public let bytes: [UInt8]
  /// The length of the block in the traced process, in bytes; more than `bytes.count` when it was cut.
  public let trueLength: Int

  /// No strings.
  public static let empty = StringVector(bytes: [])

  /// A vector with this block.
  /// - Parameter trueLength: the length before any cut; the block's own length when left out.
  public init(bytes: [UInt8], trueLength: Int? = nil) {
    self.bytes = bytes
    self.trueLength = Swift.max(trueLength ?? bytes.count, bytes.count)
  }

  /// Makes the block from separate strings.
  public init(_ strings: some Sequence<some Sequence<UInt8>>) {
    var block: [UInt8] = []
    for string in strings {
      block.append(contentsOf: string)
      block.append(0)
    }
    self.init(bytes: block)
  }

  /// Makes the block from text, for tests.
  public init(_ strings: [String]) { self.init(strings.map(\.utf8)) }

  /// Whether a part of the block was left out.
  public var isCut: Bool { trueLength > bytes.count }
}

extension StringVector: Sequence {
  /// The strings in order, without their NULs.
  public func makeIterator() -> Iterator { Iterator(bytes: bytes, position: 0) }

  /// Returns the strings one by one. - Complexity: O(bytes) in all, without a copy.
  public struct Iterator: IteratorProtocol {
    let bytes: [UInt8]
    var position: Int

    public mutating func next() -> ArraySlice<UInt8>? {
      guard position < bytes.count else { return nil }
      let end = bytes[position...].firstIndex(of: 0) ?? bytes.count
      defer { position = end &+ 1 }
      return bytes[position..<end]
    }
  }
}
