/// A TOML file taken apart: every value with its path and its place in the text, so that a wrong one can be named by
/// its line and a new one be put in without touching the rest, comments included.
package struct TOMLDocument: Hashable, Sendable {
  /// One value. Inline tables are taken apart: each of their members is an entry.
  package struct Entry: Hashable, Sendable {
    /// The keys from the root to it. Elements of arrays of tables have their number in the path, as `name[0]`.
    package var path: [String]
    /// The line that it begins on, from 1.
    package var line: Int
    package var value: TOMLValue
    /// The bytes of its value.
    var valueRange: Range<Int>
    /// The bytes of its key up to the last part, such as `a.b.` of `a.b.c`.
    var prefixRange: Range<Int>
    /// It stands between the braces of an inline table.
    var isInline: Bool
  }

  /// A table that stands in the text, by a header or by braces.
  struct Table: Hashable, Sendable {
    var path: [String]
    var line: Int
    var isInline: Bool
    /// Where a first entry would go: behind the header's line, or behind the opening brace.
    var start: Int
  }

  package let bytes: [UInt8]
  package internal(set) var entries: [Entry] = []
  var tables: [Table] = []
  /// Where the root's entries end: before the first header's line.
  var rootEnd: Int

  /// - Throws: `TOMLError` at the first place that is not TOML.
  package init(_ bytes: [UInt8]) throws(TOMLError) {
    self.bytes = bytes
    rootEnd = bytes.count
    var parser = TOMLParser(bytes)
    try parser.parse(into: &self)
  }

  package subscript(_ path: [String]) -> Entry? { entries.first { $0.path == path } }
}

/// A value of TOML 1.0.
package enum TOMLValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// A whole number beyond 64 bits, as it is written: the rest of the file counts all the same.
  case largeInteger(String)
  case float(Double)
  case boolean(Bool)
  /// A date, a time or both, as it is written: nothing here needs one.
  case moment(String)
  case array([TOMLValue])
  /// A table without members, `{}`. Others are taken apart into entries; within an array they keep nothing but this.
  case table

  /// What it is, with an article, for errors.
  package var kind: String {
    switch self {
    case .string: "a string"
    case .integer, .largeInteger: "a whole number"
    case .float: "a number with a fraction"
    case .boolean: "true or false"
    case .moment: "a date or time"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

/// Where a text is not TOML, and what was expected there.
package struct TOMLError: Error, Hashable, CustomStringConvertible {
  /// From 1; the column counts bytes.
  package var line: Int
  package var column: Int
  package var expected: String

  package var description: String { "line \(line), column \(column): expected \(expected)" }
}
