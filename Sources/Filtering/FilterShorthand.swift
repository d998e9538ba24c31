/// A condition with a name of its own, written `is:NAME`: short for an expression.
enum FilterShorthand: String, Sendable, CaseIterable {
  /// Nonzero, or an exec failed.
  case failed
  /// Exited with another code than 0, or killed by a signal.
  case nonzero
  case killed, running, exited
  /// Started within the last two seconds.
  case new

  /// The conditions that it stands for, one of which has to match.
  fileprivate var tests: [FilterTest] {
    switch self {
    case .failed: Self.nonzero.tests + [FilterTest(.fails, .number([1...Int64.max]))]
    case .nonzero: [FilterTest(.exit, .number([1...Int64.max]))] + Self.killed.tests
    case .killed: [FilterTest(.sig, .known)]
    case .running: [FilterTest(.state, .choice(FilterState.running))]
    case .exited: [FilterTest(.state, .choice(FilterState.exited))]
    case .new: [FilterTest(.age, .number([Int64.min...Self.newAge &- 1]))]
    }
  }

  /// The age from which on a process is not new, in nanoseconds: as its sign in the view has it.
  private static let newAge: Int64 = 2_000_000_000
}

extension FilterParser {
  /// `is:` with one of the names, or several with commas between them.
  mutating func parseIs(_ name: String, _ sign: String) throws(FilterError) -> FilterNode {
    let start = position
    try parseName(name, sign)
    let tests = try parseList(after: "\(name):") { (parser, prefix) throws(FilterError) -> [FilterTest] in
      let first = parser.position
      while let character = parser.current, character != ",", !Self.isDelimiter(character) { parser.position &+= 1 }
      let wanted = String(parser.text[first..<parser.position]).lowercased()
      guard let shorthand = FilterShorthand(rawValue: wanted) else {
        let all = FilterShorthand.allCases.map(\.rawValue).joined(separator: " ")
        let place = first
        parser.position = first
        throw parser.error(
          wanted.isEmpty
            ? "expected one of \(all) after \(prefix)"
            : "unknown \(name):\(wanted): \(Self.markAdvice(wanted) ?? "use one of \(all)")",
          at: place)
      }
      return shorthand.tests
    }
    let span = start..<position
    let parts = tests.joined().map { FilterNode(.test($0), span) }
    return parts.count == 1 ? parts[0] : FilterNode(.any(parts), span)
  }
}
