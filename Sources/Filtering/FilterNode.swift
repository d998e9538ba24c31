/// A parsed expression; every part has its place in the text. The parser bounds its depth.
struct FilterNode: Sendable {
  indirect enum Form: Sendable {
    case test(FilterTest)
    /// True without parts.
    case all([FilterNode])
    case any([FilterNode])
    case not(FilterNode)
    /// A condition on another process.
    case relation(FilterRelation, FilterNode)
  }

  var form: Form
  /// In characters of the text, from 0.
  var span: Range<Int>

  init(_ form: Form, _ span: Range<Int> = 0..<0) {
    self.form = form
    self.span = span
  }
}

/// One condition on one process or log entry.
struct FilterTest: Sendable, Hashable {
  enum Condition: Sendable, Hashable {
    /// Contains these bytes.
    case contains(ByteSearch)
    /// Equals one of these byte for byte; or, for a user, has one of these numbers.
    case equals([[UInt8]], numbers: [Int64] = [])
    case regex(FilterRegex)
    /// Is in one of these ranges.
    case number([ClosedRange<Int64>])
    /// Has one of these bits.
    case choice(UInt32)
    /// Has a known value.
    case known
  }

  /// Nil for a word without a field, which is searched for in comm, exe and argv.
  let field: FilterField?
  let condition: Condition
  /// Written with `!=` or `!~`: true exactly where it would be false without.
  let isNegated: Bool

  init(_ field: FilterField?, _ condition: Condition, isNegated: Bool = false) {
    self.field = field
    self.condition = condition
    self.isNegated = isNegated
  }
}
