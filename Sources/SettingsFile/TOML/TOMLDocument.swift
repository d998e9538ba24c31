/// A parsed TOML file: every value with its path and its place in the text, so that an error can name its line and a
/// new value can be inserted without changing the rest, including comments.
package struct TOMLDocument: Hashable, Sendable {
  /// One value. Each member of an inline table is an entry.
  package struct Entry: Hashable, Sendable {
    /// The keys from the root to it. Elements of arrays of tables have their number in the path, as `name[0]`.
    package var path: [String]
    /// The line on which it starts, from 1.
    package var line: Int
    /// The value.
    package var value: TOMLValue
    /// The bytes of the value in the text.
    var valueRange: Range<Int>
    /// The keys before its last one in its table: `a` and `b` for `a.b.c = value`.
    var prefix: [String]
    /// Whether it is in the braces of an inline table.
    var isInline: Bool
  }

  /// A table in the text, with a header or braces.
  struct Table: Hashable, Sendable {
    var path: [String]
    var line: Int
    var isInline: Bool
    /// The place for a first entry: after the header's line, or after the opening brace.
    var start: Int
  }

  /// The text.
  package let bytes: [UInt8]
  /// All values, in the order of the text.
  package internal(set) var entries: [Entry] = []
  var tables: [Table] = []
  /// The end of the root's entries: before the first header's line.
  var rootEnd: Int

  /// The most dots in a key or header, because toml++ recurses for each of them.
  static let dotLimit = 100

  /// The most whole numbers beyond 64 bits, because the text is read again for each of them.
  private static let largeIntegerLimit = 16

  /// Parses a text.
  /// - Throws: `TOMLError` at the first place that is not TOML.
  package init(_ bytes: [UInt8]) throws(TOMLError) {
    self.bytes = bytes
    rootEnd = bytes.count
    let places = TOMLPlaces(bytes)
    try places.checkDots(limit: Self.dotLimit)
    // A whole number beyond 64 bits is an error to TOML, and ends the reading. It is read as a string of the same
    // length.
    var text = bytes
    var largeIntegers: [Int: String] = [:]
    while true {
      let source = TOMLSource(text)
      guard let error = source.failure(in: places) else {
        var reader = TOMLNodeReader(source, places: places, largeIntegers: largeIntegers)
        reader.read(into: &self)
        return
      }
      guard error.isLargeInteger, largeIntegers.count < Self.largeIntegerLimit,
        let token = places.token(before: error.offset), largeIntegers[token.lowerBound] == nil
      else { throw places.worded(error) }
      largeIntegers[token.lowerBound] = String(decoding: bytes[token], as: UTF8.self)
      text[token.lowerBound] = UInt8(ascii: "'")
      text[token.upperBound - 1] = UInt8(ascii: "'")
    }
  }

  /// The entry with a path; nil if there is none.
  package subscript(_ path: [String]) -> Entry? { entries.first { $0.path == path } }
}

/// A value of TOML 1.0.
package enum TOMLValue: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// A whole number beyond 64 bits, as it is written. The rest of the file is read nevertheless.
  case largeInteger(String)
  case float(Double)
  case boolean(Bool)
  /// A date, a time or both. No setting has such a value.
  case moment
  case array([TOMLValue])
  /// An empty inline table, or any table in an array, without its members. The members of other tables are entries.
  case table

  /// The kind of the value, with an article, for errors.
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

/// The place where a text is not TOML, and the reason.
package struct TOMLError: Error, Hashable, CustomStringConvertible {
  /// The line, from 1.
  package var line: Int
  /// The column in Unicode scalar values, from 1.
  package var column: Int
  /// The reason, as text after the place and a colon.
  package var message: String

  package var description: String { "line \(line), column \(column): \(message)" }
}
