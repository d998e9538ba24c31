/// The roles of an expression's parts, to colour a prompt; also for an incomplete or wrong expression.
public struct FilterSyntax: Sendable, Hashable {
  /// The role of a part.
  public enum Role: Sendable, Hashable {
    /// The name of a field or of a relation, without its sign.
    case field
    /// `:`, `=`, `!=`, `<` and so on, also a comma.
    case `operator`
    /// The value after the operator.
    case value
    /// `and`, `or`, `not`, `!`.
    case keyword
    /// A regular expression with its delimiters.
    case regex
    /// Words without a field, with their quotes.
    case word
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

  /// In the order of the text, without overlaps; white space between them.
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
