/// What bytes begin with that should be UTF-8: the one decoder of all rooms, which is the standard library's.
@frozen
public enum UTF8Step: Hashable, Sendable {
  case scalar(Unicode.Scalar, length: Int)
  /// The bytes of a sequence that is not finished, or one byte that begins none: what U+FFFD stands for. Each of these
  /// bytes is ill-formed by itself too.
  case illFormed(length: Int)

  /// Nil where there are no bytes.
  @inlinable
  public init?(_ bytes: some Sequence<UInt8>) {
    var rest = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    switch parser.parseScalar(from: &rest) {
    case .valid(let encoded): self = .scalar(Unicode.UTF8.decode(encoded), length: encoded.count)
    case .error(let length): self = .illFormed(length: length)
    case .emptyInput: return nil
    }
  }
}
