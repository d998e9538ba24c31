/// A parsed expression, with the place of each part in the text. The parser limits its depth.
struct FilterNode: Sendable {
  indirect enum Form: Sendable {
    case test(FilterTest)
    /// All parts; true if there are none.
    case all([FilterNode])
    /// At least one part.
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
  /// Whether it was written with `!=` or `!~`, which invert the result.
  let isNegated: Bool

  init(_ field: FilterField?, _ condition: Condition, isNegated: Bool = false) {
    self.field = field
    self.condition = condition
    self.isNegated = isNegated
  }
}

/// A relation of a process to others in the tree, by original parents.
enum FilterRelation: String, Sendable, Hashable, CaseIterable {
  /// A descendant of a process that matches, at any depth.
  case under
  /// A child of a process that matches.
  case child
  /// The parent of a process that matches.
  case parent
}
