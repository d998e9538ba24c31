internal import Events

/// Reads UTF-8 as RFC 3629 defines it: no overlong form, no surrogate, nothing above U+10FFFF. A byte that does not
/// begin or continue a well-formed sequence comes out alone, and reading goes on with the very next byte.
struct UTF8Scanner<Bytes: Collection<UInt8>>: IteratorProtocol {
  enum Element: Hashable {
    case scalar(Unicode.Scalar, length: Int)
    case badByte(UInt8)
  }

  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  mutating func next() -> Element? {
    switch UTF8Step(rest) {
    case .scalar(let scalar, let length)?:
      rest = rest.dropFirst(length)
      return .scalar(scalar, length: length)
    case .illFormed?: return .badByte(rest.removeFirst())
    case nil: return nil
    }
  }
}
