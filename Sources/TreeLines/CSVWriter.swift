/// Writes rows of comma-separated values, as RFC 4180 describes them: UTF-8, a comma between fields, CR and LF after each
/// row, and quotes around the fields that need them.
///
/// A row is always one line: control characters are written as `\u001b`, a line feed too. Bytes that are not UTF-8 become
/// U+FFFD. A spreadsheet takes a text that starts with `=`, `+`, `-` or `@` for a formula; such a text gets an apostrophe
/// in front, which a spreadsheet hides. Numbers get none.
///
///     var writer = CSVWriter()
///     writer.append(number: 42)
///     writer.append(text: "a, b")
///     writer.endRow()               // 42,"a, b"
public struct CSVWriter: Sendable {
  /// Complete rows.
  public private(set) var bytes: [UInt8] = []
  private var isFirst = true

  /// A writer without rows.
  public init() {}

  /// Removes the rows, and keeps their memory.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Ends the row.
  public mutating func endRow() {
    bytes += [0x0d, 0x0a]
    isFirst = true
  }

  /// Appends a field without a value.
  public mutating func appendEmpty() { startField() }

  /// Appends a whole number.
  public mutating func append(number: some BinaryInteger) {
    startField()
    bytes += Array(String(number).utf8)
  }

  /// Appends nanoseconds as seconds, with all digits that are not zero: `1.25`.
  public mutating func append(seconds nanoseconds: UInt64) {
    startField()
    bytes += Array(String(nanoseconds / 1_000_000_000).utf8)
    var rest = Array(String(1_000_000_000 &+ nanoseconds % 1_000_000_000).utf8.dropFirst())
    while rest.last == UInt8(ascii: "0") { rest.removeLast() }
    if !rest.isEmpty { bytes += [UInt8(ascii: ".")] + rest }
  }

  /// Appends a text of this program.
  public mutating func append(_ text: String) { append(text: Array(text.utf8)) }

  /// Appends a text that a process may have chosen.
  public mutating func append(text: some Collection<UInt8>) {
    startField()
    let start = bytes.count
    if Self.startsFormula(text) { bytes.append(UInt8(ascii: "'")) }
    var needsQuotes = false
    // Repairs what is not UTF-8.
    var pending = false
    for byte in String(decoding: text, as: UTF8.self).utf8 {
      if pending {
        pending = false
        // C1: controls that some terminals obey.
        if (0x80...0x9f).contains(byte) {
          bytes.removeLast()
          appendEscape(byte)
          continue
        }
      }
      switch byte {
      case 0..<0x20, 0x7f: appendEscape(byte)
      case UInt8(ascii: "\""):
        needsQuotes = true
        bytes += [byte, byte]
      case UInt8(ascii: ","):
        needsQuotes = true
        bytes.append(byte)
      default:
        pending = byte == 0xc2
        bytes.append(byte)
      }
    }
    guard needsQuotes else { return }
    bytes.insert(UInt8(ascii: "\""), at: start)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func startField() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  private mutating func appendEscape(_ byte: UInt8) {
    let digits = String(byte, radix: 16)
    bytes += Array("\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8)
  }

  /// Whether a spreadsheet would compute it: the four signs, also in their wide forms of East Asian text.
  private static func startsFormula(_ text: some Collection<UInt8>) -> Bool {
    switch text.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
    case 0xef:
      [[0xef, 0xbc, 0x9d], [0xef, 0xbc, 0x8b], [0xef, 0xbc, 0x8d], [0xef, 0xbc, 0xa0]].contains(Array(text.prefix(3)))
    default: false
    }
  }
}
