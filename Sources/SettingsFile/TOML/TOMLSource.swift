internal import CTOML

/// A text parsed by toml++.
final class TOMLSource {
  private let document: OpaquePointer
  /// The values, each after its container. They are valid as long as this object exists.
  let nodes: UnsafeBufferPointer<toml_node>

  init(_ bytes: [UInt8]) {
    document = bytes.withUnsafeBytes { toml_read($0.baseAddress, $0.count) }
    var count = 0
    let first = toml_nodes(document, &count)
    nodes = UnsafeBufferPointer(start: first, count: count)
  }

  deinit { toml_free(document) }

  /// The first error of the text; nil if it is TOML.
  func failure(in places: TOMLPlaces) -> TOMLFailure? {
    var place = toml_place()
    guard let text = toml_failure(document, &place).string else { return nil }
    let (line, column) = (max(Int(place.line), 1), max(Int(place.column), 1))
    return TOMLFailure(
      text: text, line: line, column: column, offset: places.offset(line: line, column: column))
  }
}

/// An error of toml++, such as `Error while parsing boolean: expected 'true', saw 'try'`.
struct TOMLFailure {
  var text: String
  var line: Int
  var column: Int
  /// The byte at that place.
  var offset: Int

  private static let opening = "Error while parsing "

  /// What toml++ was reading, such as `boolean`, and the reason of the error.
  private var parts: (what: Substring, reason: Substring)? {
    guard text.hasPrefix(Self.opening), let colon = text.firstIndex(of: ":") else { return nil }
    return (text[..<colon].dropFirst(Self.opening.count), text[colon...].dropFirst(2))
  }

  /// The reason, and then what toml++ was reading: `expected 'true', saw 'try' (boolean)`.
  var message: String { parts.map { "\($0.reason) (\($0.what))" } ?? text }

  var isLargeInteger: Bool { text.hasSuffix("is not representable in 64 bits") }
  var isOfString: Bool { parts?.what.hasSuffix("string") ?? false }
  var isOfValue: Bool {
    guard let what = parts?.what else { return false }
    return ["value", "boolean", "floating-point"].contains(what) || isMissingValue
  }
  /// Whether a value is missing.
  var isMissingValue: Bool {
    parts.map { $0.what == "key-value pair" && !$0.reason.hasPrefix("cannot redefine") } ?? false
  }
}

extension toml_text {
  /// The text in Swift; nil if there is none.
  var string: String? {
    bytes.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self) }
  }
}
