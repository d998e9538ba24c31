/// Reads UTF-8 as RFC 3629 defines it: no overlong form, no surrogate, nothing above U+10FFFF. A byte that does not
/// begin or continue a well-formed sequence comes out alone, and reading goes on with the very next byte.
struct UTF8Scanner<Bytes: Sequence<UInt8>>: IteratorProtocol {
  enum Element: Hashable {
    case scalar(Unicode.Scalar, length: Int)
    case badByte(UInt8)
  }

  private var bytes: Bytes.Iterator
  /// Bytes read ahead that were found not to belong to the sequence before them. At most three.
  private var ahead: [UInt8] = []

  init(_ bytes: Bytes) { self.bytes = bytes.makeIterator() }

  private mutating func take() -> UInt8? { ahead.isEmpty ? bytes.next() : ahead.removeFirst() }

  mutating func next() -> Element? {
    guard let first = take() else { return nil }
    if first < 0x80 { return .scalar(Unicode.Scalar(first), length: 1) }
    guard let (length, second) = Self.shape(first) else { return .badByte(first) }

    var value = UInt32(first) & (0x7f &>> UInt32(truncatingIfNeeded: length))
    var read: [UInt8] = []
    for position in 1..<length {
      guard let byte = take() else { break }
      read.append(byte)
      let allowed = position == 1 ? second : 0x80...0xbf
      guard allowed.contains(byte) else { break }
      value = value &<< 6 | UInt32(byte & 0x3f)
      if position == length &- 1, let scalar = Unicode.Scalar(value) { return .scalar(scalar, length: length) }
    }
    ahead.insert(contentsOf: read, at: 0)
    return .badByte(first)
  }

  /// How long a sequence with this first byte is, and what its second byte may be: the table of RFC 3629, section 4.
  private static func shape(_ first: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch first {
    case 0xc2...0xdf: (2, 0x80...0xbf)
    case 0xe0: (3, 0xa0...0xbf)
    case 0xe1...0xec, 0xee...0xef: (3, 0x80...0xbf)
    case 0xed: (3, 0x80...0x9f)
    case 0xf0: (4, 0x90...0xbf)
    case 0xf1...0xf3: (4, 0x80...0xbf)
    case 0xf4: (4, 0x80...0x8f)
    default: nil
    }
  }
}
