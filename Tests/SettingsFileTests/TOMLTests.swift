import Testing

@testable import SettingsFile

/// TOML.
private let valueExpected = "expected a value: a quoted string, a number, true, false, a list or a table"

@Suite
struct TOMLTests {
  private func value(_ text: String) throws -> TOMLValue? { try TOMLDocument(Array("a = \(text)".utf8))[["a"]]?.value }

  @Test(
    arguments: [
      ("\"x\"", .string("x")), ("'a\\b'", .string("a\\b")), ("\"\\u00e9\\U0001F600\\t\\\"\\\\\"", .string("é😀\t\"\\")),
      ("\"\"\"\none\ntwo \\\n   three\"\"\"", .string("one\ntwo three")), ("'''x'y'''", .string("x'y")),
      ("\"\"\"a\"\"\"\"\"", .string("a\"\"")), ("\"\"", .string("")), ("''", .string("")),
      ("0", .integer(0)), ("-17", .integer(-17)), ("+1_000", .integer(1000)), ("0xff", .integer(255)),
      ("0o17", .integer(15)), ("0b101", .integer(5)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .largeInteger("9223372036854775808")),
      ("-9_223_372_036_854_775_809", .largeInteger("-9_223_372_036_854_775_809")),
      ("0xffffffffffffffffff", .largeInteger("0xffffffffffffffffff")), ("1.5", .float(1.5)), ("-2e3", .float(-2000)),
      ("6.5E-1", .float(0.65)),
      ("inf", .float(.infinity)), ("true", .boolean(true)), ("false", .boolean(false)),
      ("2026-03-01", .moment), ("18:05:18.5", .moment),
      ("2026-03-01 18:05:18Z", .moment),
      ("[1, \"x\", [true],]", .array([.integer(1), .string("x"), .array([.boolean(true)])])),
      ("[ # why\n 1, # one\n\n 2 ]", .array([.integer(1), .integer(2)])), ("[]", .array([])), ("{}", .table),
      ("[{a = 1}, {}]", .array([.table, .table])),
    ] as [(String, TOMLValue)])
  func `Values`(_ text: String, _ expected: TOMLValue) throws { #expect(try value(text) == expected) }

  @Test(
    arguments: [
      "", "x", "01", "1_", "_1", "1__0", "1.", ".5", "1e", "0xg", "+0xf", "--1", "tru", "\"x", "'x", "\"\\q\"",
      "\"\\u12\"",
      "\"\\ud800\"", "[1", "[1 2]", "{a = 1", "{a = 1,}", "{a = 1, a = 2}", "0b2", "0x", "0o-7", "\"a\nb\"", "1 2",
      "\"\u{1}\"", "inf1", "\"\"\"x\"\"",
    ])
  func `Wrong values`(_ text: String) { #expect(throws: TOMLError.self) { try value(text) } }

  @Test func `Keys and tables`() throws {
    let text = """
      \u{feff}a.b = 1 # dotted
      "x y".'z' = 2

      [t] # header
      c = {d = {e = 3}, f.g = 4}
      [t.u]
      h = 5
      [[list]]
      i = 6
      [list.sub]
      j = 7
      [[list]]
      i = 8
      """
    let document = try TOMLDocument(Array(text.utf8))
    let found = document.entries.map { "\($0.line) \($0.path.joined(separator: "/"))" }
    #expect(
      found == [
        "1 a/b", "2 x y/z", "5 t/c/d/e", "5 t/c/f/g", "7 t/u/h", "9 list[0]/i", "11 list[0]/sub/j", "13 list[1]/i",
      ])
  }

  @Test(
    arguments: [
      ("a = 1\na = 2", 2, 5, "cannot redefine existing integer 'a' (key-value pair)"),
      ("[t]\n[t]", 2, 1, "cannot redefine existing table 't' (table header)"),
      ("a = 1\n[a]", 2, 1, "cannot redefine existing integer 'a' as table (table header)"),
      ("a = 1\n[a.b]", 2, 6, "cannot redefine existing integer 'a.b' as table (table header)"),
      ("a = {b = 1}\n[a.c]", 2, 6, "cannot insert 'a.c' into existing inline table (table header)"),
      ("a = {b = 1}\na.c = 2", 2, 1, "cannot redefine existing table as dotted key-value pair (key-value pair)"),
      ("a.b = 1\n[a]", 2, 1, "cannot redefine existing table 'a' (table header)"),
      ("[[a]]\n[a]", 2, 1, "cannot redefine existing array 'a' as table (table header)"),
      ("a 1", 1, 3, "expected '=', saw '1' (key-value pair)"),
      ("= 1", 1, 1, "expected keys, tables, whitespace or comments, saw '=' (root table)"),
      ("[a", 1, 3, "encountered end-of-file (table header)"),
      ("a = 1 b = 2", 1, 7, "expected a comment or whitespace, saw 'b' (key-value pair)"),
      ("x = 1\n  b = 1 ; no", 2, 9, "expected a comment or whitespace, saw ';' (key-value pair)"),
      ("a = 1\r b = 2", 1, 7, "expected '\\n' after '\\r', saw ' ' (key-value pair)"),
      (
        "# \u{7}", 1, 3, "control characters other than TAB (U+0009) are explicitly prohibited in comments (comment)"
      ),
      ("a = [1 2]", 1, 8, "expected comma or closing ']', saw '2' (array)"),
      ("é = 1", 1, 1, "expected keys, tables, whitespace or comments, saw 'é' (root table)"),
      ("a = 'é' b", 1, 9, "expected a comment or whitespace, saw 'b' (key-value pair)"),
      ("\u{feff}a = 1 b", 1, 7, "expected a comment or whitespace, saw 'b' (key-value pair)"),
      // Missing quotes.
      ("a = ]", 1, 5, valueExpected), ("a = ", 1, 5, valueExpected), ("a = mono # dark", 1, 5, valueExpected),
      ("a = no", 1, 5, valueExpected), ("a = try", 1, 5, valueExpected), ("a = 'é'\nb = infinite", 2, 5, valueExpected),
      ("a = ['x', word]", 1, 11, valueExpected), ("a = {b = word}", 1, 10, valueExpected),
      ("a = # none\nb = 1", 1, 5, valueExpected),
      ("a = \"b", 1, 7, "expected the closing quote of the string"),
      ("a = 'b\nc = 'd'", 1, 7, "expected the closing quote of the string"),
      ("a = \"b\r\nc = 1", 1, 7, "expected the closing quote of the string"),
      ("a" + String(repeating: ".a", count: 200) + " = 1", 1, 1, "expected no more than 100 dots on a line"),
      // Not a comment: the string before it ends on this line.
      (
        "x=[\"\"\"\n#\"\"\", {" + String(repeating: "a.", count: 60_000) + "a=1}]", 2, 1,
        "expected no more than 100 dots on a line"
      ),
      ("a = \"1\"\na = \"2\"", 2, 5, "cannot redefine existing string 'a' (key-value pair)"),
    ] as [(String, Int, Int, String)])
  func `Errors name the place`(_ text: String, _ line: Int, _ column: Int, _ message: String) {
    #expect(throws: TOMLError(line: line, column: column, message: message)) { try TOMLDocument(Array(text.utf8)) }
  }

  @Test func `Text that is not UTF-8 is reported`() {
    #expect(throws: TOMLError(line: 2, column: 5, message: "Encountered invalid utf-8 sequence")) {
      try TOMLDocument(Array("a = 1\nb = '".utf8) + [0xff, 0x27])
    }
  }

  @Test func `Nesting is limited`() {
    for opening in ["[", "{a="] {
      let deep = String(repeating: opening, count: 40_000)
      #expect(throws: TOMLError.self) { try value(deep) }
    }
    // The deepest path of dots, again and again.
    let dots = String(repeating: "a.", count: TOMLDocument.dotLimit)
    let lines = (0..<600).map { "[\(dots)b\($0)]\nc = 1\n" }.joined()
    #expect((try? TOMLDocument(Array(lines.utf8)))?.entries.count == 600)
    let nested = String(repeating: "{\(dots)a = [\n", count: 15) + String(repeating: "]}", count: 15)
    #expect((try? TOMLDocument(Array("[\(dots)a]\n\(dots)a = [\n\(nested)]\n".utf8)))?.entries.count == 1)
    // Dots in a comment do not count.
    #expect(throws: Never.self) { try TOMLDocument(Array("# \(String(repeating: ".", count: 200))\n".utf8)) }
  }

  @Test func `Large integers do not affect other entries`() throws {
    let line = "[9223372036854775808, 'é', 0xffffffffffffffffff] # 1\n"
    let document = try TOMLDocument(Array("a = \(line)b = \(line)c = 1".utf8))
    let list = TOMLValue.array([
      .largeInteger("9223372036854775808"), .string("é"), .largeInteger("0xffffffffffffffffff"),
    ])
    #expect(document.entries.map(\.value) == [list, list, .integer(1)])
    let many = "a = [\(String(repeating: "99999999999999999999, ", count: 1000))]"
    #expect(throws: TOMLError.self) { try TOMLDocument(Array(many.utf8)) }
  }

  /// The bytes of each value and of the lines after headers, in a text with scalar values of all lengths.
  @Test func `Places are bytes`() throws {
    let text = """
      \u{feff}'é😀' = 0\r
      a.'é'.b = "é😀" # é
      [ t . 'ü' ] # é
      c = { d = 'é', 'é'.e = [ 1,
        2 ] } # é
      [[l]]
      f = '''
      é''' # é

      """
    let document = try TOMLDocument(Array(text.utf8))
    let values = document.entries.map { String(decoding: document.bytes[$0.valueRange], as: UTF8.self) }
    #expect(values == ["0", "\"é😀\"", "'é'", "[ 1,\n  2 ]", "'''\né'''"])
    #expect(document.entries.map(\.prefix) == [[], ["a", "é"], [], ["é"], []])
    #expect(document.entries.map(\.isInline) == [false, false, true, true, false])
    let starts = document.tables.map { String(decoding: document.bytes[$0.start...].prefix(6), as: UTF8.self) }
    #expect(starts == ["c = { ", " d = '", "f = ''"])
    #expect(String(decoding: document.bytes[document.rootEnd...].prefix(5), as: UTF8.self) == "[ t .")
  }

  /// A text that is cut anywhere or has any byte changed is parsed or refused, without a crash.
  @Test func `Any text is parsed or refused`() {
    let text = Array(
      "a.b = 1 # c\n'x y' = [1, 'z', 2.5e3]\n[t]\nc = {d = {e = \"\\u00e9\"}}\n[[l]]\nm = \"\"\"x\\\n y\"\"\"\nd = 2026-03-01\n"
        .utf8)
    var read = 0
    func look(_ bytes: [UInt8]) {
      guard let document = try? TOMLDocument(bytes) else { return }
      read += 1
      for entry in document.entries { #expect(entry.valueRange.upperBound <= bytes.count && entry.line >= 1) }
    }
    for end in 0...text.count { look(Array(text[..<end])) }
    for place in text.indices {
      for byte in [0x00, 0x0a, 0x22, 0x27, 0x2e, 0x3d, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0xff] as [UInt8] {
        var changed = text
        changed[place] = byte
        look(changed)
      }
    }
    #expect(read > 100, "some of them are TOML still")
  }
}
