/// What the parts of an expression are, for a prompt to colour; also of one that is not complete or wrong.
public struct FilterSyntax: Sendable, Hashable {
  /// What a part is.
  public enum Role: Sendable, Hashable {
    /// The name of a field or of a relation, without its sign.
    case field
    /// `:`, `=`, `!=`, `<` and so on, also a comma.
    case `operator`
    /// What stands after the operator.
    case value
    /// `and`, `or`, `not`, `!`.
    case keyword
    /// A regular expression with what encloses it.
    case regex
    /// Words that stand by themselves, with quotes around them.
    case word
    case parenthesis
    /// What cannot be read, up to the end of the word.
    case error
  }

  /// One part.
  public struct Span: Sendable, Hashable {
    /// In characters (`Character`) of the text, from 0.
    public let range: Range<Int>
    /// What it is.
    public let role: Role
  }

  /// In the order of the text, without overlaps; what is between them is white space.
  public let spans: [Span]
  /// What is wrong first; nil where the expression can be read.
  public let error: FilterError?

  /// Looks at all of a text. - Complexity: O(its length).
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
