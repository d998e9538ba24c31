/// A condition on processes and log entries, written in the filter language.
///
///     git                    git in the comm, the program's path or an argument
///     comm=sh !user:root     a comm of sh, and not run by root
///     dur>1s or exit>0       docs/FILTERS.md has all of it
///
/// Reading it compiles it. Using it allocates nothing, but for texts that are put together for a regular expression.
public struct Filter: Sendable {
  /// As it was written.
  public let text: String
  /// As it was read.
  let node: FilterNode
  let program: FilterProgram

  init(text: String, node: FilterNode) {
    self.text = text
    self.node = node
    program = FilterProgram(node)
  }

  /// Reads an expression. An empty one matches everything. - Complexity: O(its length).
  public static func parse(_ text: String) throws(FilterError) -> Filter {
    var parser = FilterParser(text)
    return Filter(text: text, node: try parser.parse())
  }

  /// Only this command: exactly this comm.
  public static func command(_ comm: Comm) -> Filter {
    Filter(
      text: "comm=" + FilterText.quoted(comm.bytes), node: FilterNode(.test(FilterTest(.comm, .equals([comm.bytes])))))
  }

  /// It has no condition.
  public var isEmpty: Bool {
    if case .all(let parts) = node.form { parts.isEmpty } else { false }
  }

  /// The first of its regular expressions that could not be followed to the end of some text since it was read; nil
  /// while all is well. To be shown: what matches is not to be relied on then.
  public var trouble: FilterTrouble? {
    for regex in program.regexes { if let trouble = regex.trouble { return trouble } }
    return nil
  }
}

/// Why an expression cannot be read, on one line.
public struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, counted in characters from 1; one past the end where something is missing there.
  public let column: Int
  /// What was expected there.
  public let message: String

  /// Place and reason on one line.
  public var description: String { "column \(column): \(message)" }
}
