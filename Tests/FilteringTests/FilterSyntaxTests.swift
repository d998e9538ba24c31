import Testing

@testable import Filtering

/// The parts of a filter.
@Suite
struct FilterSyntaxTests {
  /// The text with each part in its role's brackets.
  private func drawn(_ text: String) -> String {
    let characters = Array(text)
    return FilterSyntax(of: text).spans.map { span in
      let part = String(characters[span.range])
      return switch span.role {
      case .field: "F<\(part)>"
      case .operator: "O<\(part)>"
      case .value: "V<\(part)>"
      case .keyword: "K<\(part)>"
      case .regex: "R<\(part)>"
      case .word: "W<\(part)>"
      case .parenthesis: "P<\(part)>"
      case .error: "E<\(part)>"
      }
    }.joined(separator: " ")
  }

  @Test(arguments: [
    ("", ""),
    ("git  status", "W<git> W<status>"),
    ("comm=sh,bash", "F<comm> O<=> V<sh> O<,> V<bash>"),
    ("!dur<50ms", "K<!> F<dur> O<<> V<50ms>"),
    ("a AND not \"b c\" or d", "W<a> K<AND> K<not> W<\"b c\"> K<or> W<d>"),
    ("a && b||c | d", "W<a> K<&&> W<b> K<||> W<c> K<|> W<d>"),
    ("exit>0||has:sig", "F<exit> O<>> V<0> K<||> F<has> O<:> F<sig>"),
    ("a|b |c &d", "W<a|b> W<|c> W<&d>"),
    ("comm == sh", "F<comm> O<=> O<=> V<sh>"),
    ("exit >0 status != 1", "F<exit> O<>> V<0> F<status> O<!=> V<1>"),
    ("\"a||b\" comm=\"&&\"", "W<\"a||b\"> F<comm> O<=> V<\"&&\">"),
    ("(a b)", "P<(> W<a> W<b> P<)>"),
    ("argv~\"a b\" /x y/", "F<argv> O<~> R<\"a b\"> R</x y/>"),
    ("comm~^(a|b)$ c", "F<comm> O<~> R<^(a|b)$> W<c>"),
    ("has:exe under:1,2", "F<has> O<:> F<exe> F<under> O<:> V<1> O<,> V<2>"),
    ("child:(comm:é x)", "F<child> O<:> P<(> F<comm> O<:> V<é> W<x> P<)>"),
    // Incomplete or wrong
    ("(a", "P<(> W<a>"),
    ("comm:", "F<comm> O<:>"),
    ("comm: x", "F<comm> O<:> W<x>"),
    ("a foo:x b", "W<a> E<foo:x> W<b>"),
    ("pid=x or comm=y", "F<pid> O<=> E<x> E<or> F<comm> O<=> V<y>"),
    ("dur<50 x", "F<dur> O<<> E<50> W<x>"),
    ("a) b", "W<a> E<)> W<b>"),
    ("a \"b c", "W<a> E<\"b c>"),
    ("comm~(a b", "F<comm> O<~> E<(a> W<b>"),
    ("comm<a b", "F<comm> E<<a> W<b>"),
    ("or x", "E<or> W<x>"),
    ("has:nosuch x", "F<has> O<:> E<nosuch> W<x>"),
  ])
  func `Parts are found`(_ text: String, _ expected: String) { #expect(drawn(text) == expected) }

  @Test func `The parts of every expression of the table are in order`() throws {
    for row in try FilterTable.rows {
      let syntax = FilterSyntax(of: row.text)
      #expect(syntax.error == nil, "\(row.text)")
      let characters = Array(row.text)
      var covered = 0
      for span in syntax.spans {
        #expect(span.range.lowerBound >= covered && span.role != .error, "\(row.text)")
        #expect(characters[covered..<span.range.lowerBound].allSatisfy { $0.isWhitespace }, "\(row.text)")
        covered = span.range.upperBound
      }
      #expect(characters[covered...].allSatisfy { $0.isWhitespace }, "\(row.text)")
    }
  }

  @Test func `Nodes have the right places in the text`() throws {
    let node = try Filter.parse(" a (b or !c) under:(d)").node
    guard case .all(let parts) = node.form else { Issue.record("no conjunction"); return }
    #expect(node.span == 1..<22)
    #expect(parts.map(\.span) == [1..<2, 3..<12, 13..<22])
  }
}
