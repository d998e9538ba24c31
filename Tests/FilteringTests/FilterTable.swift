import TestSupport
import Testing

/// Expressions with the pids of `FilterMachine` that they match, as matches.txt lists them.
enum FilterTable {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let pids: [Int32]
    var testDescription: String { text }
  }

  static let arrow = " → "
  static let path = Surroundings.repository + "/Tests/FilteringTests/matches.txt"

  static var rows: [Row] {
    get throws {
      try lines(of: path).map { line in
        let arrow = try #require(line.firstRange(of: arrow), "\(line)")
        let pids = line[arrow.upperBound...].split(separator: " ").compactMap { Int32($0) }
        return Row(text: String(line[..<arrow.lowerBound]), pids: pids)
      }
    }
  }

  static func lines(of path: String, keepingEmpty: Bool = false) throws -> [String] {
    let content = try #require(text(of: path), "\(path) is missing")
    return content.split(separator: "\n", omittingEmptySubsequences: !keepingEmpty).map(String.init)
  }
}
