/// The roles of an expression's parts, for colours in a prompt. The expression may be incomplete or wrong.
public struct FilterSyntax: Sendable, Hashable {
  /// The role of a part.
  public enum Role: Sendable, Hashable {
    /// The name of a field or of a relation, without its sign.
    case field
    /// `:`, `=`, `!=`, `<` and so on, and the comma of a list.
    case `operator`
    /// The value after the operator.
    case value
    /// `and`, `or`, `not`, `!`.
    case keyword
    /// A regular expression with its delimiters.
    case regex
    /// Words without a field, with their quotes.
    case word
    /// `(` or `)`.
    case parenthesis
    /// A part that cannot be parsed, up to the end of the word.
    case error
  }

  /// One part.
  public struct Span: Sendable, Hashable {
    /// In characters (`Character`) of the text, from 0.
    public let range: Range<Int>
    /// The role of the part.
    public let role: Role
  }

  /// The parts, in the order of the text, without overlaps. White space belongs to no part.
  public let spans: [Span]
  /// The first error; nil where the expression can be parsed.
  public let error: FilterError?

  /// Parses a whole text. - Complexity: O(its length).
  public init(of text: String) {
    var parser = FilterParser(text)
    var first: FilterError?
    while true {
      do throws(FilterError) {
        _ = try parser.parse()
        break
      } catch {
        if first == nil { first = error }
        guard parser.recover(from: error) else { break }
      }
    }
    spans = parser.spans
    error = first
  }
}

/// Writes bytes in the filter language.
public enum FilterText {
  /// In quotes, with everything except plain ASCII as `\xNN`: `FilterParser` reads the same bytes again.
  public static func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case 0x22, 0x5c:
        text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7f:
        text += String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text + "\""
  }

  /// Without quotes if the parser reads the same bytes then, else in quotes.
  static func plainOrQuoted(_ bytes: [UInt8]) -> String {
    let isPlain = bytes.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || [0x2b, 0x2d, 0x2e, 0x2f, 0x40, 0x5f].contains(byte)
    }
    return isPlain && !bytes.isEmpty ? String(decoding: bytes, as: UTF8.self) : quoted(bytes)
  }
}
