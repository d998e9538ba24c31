@testable import TUI

extension Frame {
  /// What `dump` says in few bytes: rows without the blanks at their ends, and of the attribute plane each row as runs,
  /// `B3 .12 b7` for three cells of `B`, twelve plain ones and seven of `b`. A row like the one above it is `=`.
  var compactDump: [String] {
    var lines: [String] = []
    var before: String?
    // Three parts with an empty line between them: text, attributes, legend.
    var part = 0
    for line in dump.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.isEmpty {
        part += 1
      } else if line.first == "|", part == 0 {
        var text = line.dropFirst().dropLast()
        while text.last == " " { text.removeLast() }
        lines.append("|" + text)
      } else if line.first == "|" {
        let runs = Self.runs(of: line.dropFirst().dropLast())
        lines.append(runs == before ? "=" : runs)
        before = runs
      } else {
        lines.append(String(line))
      }
    }
    return lines
  }

  private static func runs(of row: Substring) -> String {
    var runs: [String] = []
    var rest = row
    while let letter = rest.first {
      let count = rest.prefix { $0 == letter }.count
      runs.append(count == 1 ? "\(letter)" : "\(letter)\(count)")
      rest = rest.dropFirst(count)
    }
    return runs.joined(separator: " ")
  }
}
