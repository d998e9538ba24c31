public import Events

/// A condition on processes and log entries, written in the filter language.
///
///     git                    git in the comm, the program's path or an argument
///     comm=sh !user:root     a comm of sh, not run by root
///     under:4711             the descendants of process 4711
///     dur>1s or exit>0       see docs/FILTERS.md
///
/// Parsing compiles it. Matching allocates nothing, except for texts that are joined for a regular expression.
public struct Filter: Sendable {
  /// The text of the expression.
  public let text: String
  /// The parsed expression.
  let node: FilterNode
  /// The expression, compiled for evaluation.
  public let program: FilterProgram

  init(text: String, node: FilterNode) {
    self.text = text
    self.node = node
    program = FilterProgram(node)
  }

  /// Parses an expression. An empty one matches everything. - Complexity: O(its length).
  /// - Throws: `FilterError` where it cannot be parsed.
  public static func parse(_ text: String) throws(FilterError) -> Filter {
    var parser = FilterParser(text)
    return Filter(text: text, node: try parser.parse())
  }

  /// Matches only this command: exactly this comm.
  public static func command(_ comm: Comm) -> Filter {
    Filter(
      text: "comm=" + FilterText.quoted(comm.bytes), node: FilterNode(.test(FilterTest(.comm, .equals([comm.bytes])))))
  }

  /// Whether it has no condition.
  public var isEmpty: Bool {
    if case .all(let parts) = node.form { parts.isEmpty } else { false }
  }

  /// Reports the first regular expression that has reached a limit since the filter was parsed; nil for none. Show it
  /// to the user, because the matches are not reliable then.
  public var trouble: FilterTrouble? {
    for regex in program.regexes { if let trouble = regex.trouble { return trouble } }
    return nil
  }
}

/// Why an expression cannot be parsed, in one line.
public struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place, in characters from 1; one past the end where something is missing there.
  public let column: Int
  /// The error, such as what was expected at the place.
  public let message: String

  /// Place and reason in one line.
  public var description: String { "column \(column): \(message)" }
}
