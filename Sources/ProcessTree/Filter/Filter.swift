/// A condition on processes and log entries, written in the filter language.
///
///     git                    git in the comm, the program's path or an argument
///     comm=sh !user:root     a comm of sh, and not run by root
///     argv:"-o main" or pid=1,2
public struct Filter: Sendable {
  /// As it was written.
  public let text: String
  let expression: FilterExpression

  /// Reads an expression. An empty one matches everything.
  public static func parse(_ text: String) throws(FilterError) -> Filter {
    var parser = FilterParser(text)
    return Filter(text: text, expression: try parser.parse())
  }

  /// Only this command: exactly this comm.
  public static func command(_ comm: Comm) -> Filter {
    Filter(
      text: "comm=" + FilterText.quoted(comm.bytes), expression: .test(FilterTest(.comm, .equals([comm.bytes]))))
  }

  /// Whether every match of this is certain to match the other too.
  func isNarrower(than other: Filter) -> Bool { false }

  /// It has no condition.
  public var isEmpty: Bool {
    if case .all(let parts) = expression { parts.isEmpty } else { false }
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
