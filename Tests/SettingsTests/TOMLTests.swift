import Testing

@testable import Settings

@Suite("TOML")
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
      ("2026-03-01", .moment("2026-03-01")), ("18:05:18.5", .moment("18:05:18.5")),
      ("2026-03-01 18:05:18Z", .moment("2026-03-01 18:05:18Z")),
      ("[1, \"x\", [true],]", .array([.integer(1), .string("x"), .array([.boolean(true)])])),
      ("[ # why\n 1, # one\n\n 2 ]", .array([.integer(1), .integer(2)])), ("[]", .array([])), ("{}", .table),
      ("[{a = 1}, {}]", .array([.table, .table])),
    ] as [(String, TOMLValue)])
  func values(_ text: String, _ expected: TOMLValue) throws { #expect(try value(text) == expected) }

  @Test(
    arguments: [
      "", "x", "01", "1_", "_1", "1__0", "1.", ".5", "1e", "0xg", "+0xf", "--1", "tru", "\"x", "'x", "\"\\q\"",
      "\"\\u12\"",
      "\"\\ud800\"", "[1", "[1 2]", "{a = 1", "{a = 1,}", "{a = 1, a = 2}", "0b2", "0x", "0o-7", "\"a\nb\"", "1 2",
      "\"\u{1}\"", "inf1", "\"\"\"x\"\"",
    ])
  func wrongValues(_ text: String) { #expect(throws: TOMLError.self) { try value(text) } }

  @Test func keysAndTables() throws {
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
      ("a = 1\na = 2", 2, 1, "a key that is not defined before"),
      ("[t]\n[t]", 2, 1, "a table that is not defined before"),
      ("a = 1\n[a]", 2, 1, "a table that is not defined before"),
      ("a = 1\n[a.b]", 2, 1, "a table, but a is a value"),
      ("a = {b = 1}\n[a.c]", 2, 1, "a table, but a is a value"),
      ("a = {b = 1}\na.c = 2", 2, 1, "a key whose table is not defined elsewhere"),
      ("a.b = 1\n[a]", 2, 1, "a table that is not defined before"),
      ("[a.b]\n[a]\nb.c = 1", 3, 1, "a key whose table is not defined elsewhere"),
      ("[[a]]\n[a]", 2, 1, "a table that is not defined before"),
      ("a 1", 1, 3, "= after the key"), ("= 1", 1, 1, "a key"), ("[a", 1, 3, "] after the table's name"),
      ("[[a]", 1, 5, "] after the table's name"), ("a = 1 b = 2", 1, 7, "the end of the line"),
      ("x = 1\n  b = 1 ; no", 2, 9, "the end of the line"),
      ("a = 1\r b = 2", 1, 7, "a line feed after the carriage return"),
      ("# \u{7}", 1, 3, "no control characters in a comment"),
      ("a = ]", 1, 5, "a value: a quoted string, a number, true, false, a list or a table"),
      ("a = \"b", 1, 5, "the closing quote of the string"), ("a = [1 2]", 1, 8, ", or ] in the list"),
    ] as [(String, Int, Int, String)])
  func errorsNameThePlace(_ text: String, _ line: Int, _ column: Int, _ expected: String) {
    #expect(throws: TOMLError(line: line, column: column, expected: expected)) { try TOMLDocument(Array(text.utf8)) }
  }

  @Test func whatIsNotUTF8IsNamed() {
    #expect(throws: TOMLError(line: 2, column: 6, expected: "UTF-8")) {
      try TOMLDocument(Array("a = 1\nb = '".utf8) + [0xff, 0x27])
    }
  }

  @Test func nestingIsBounded() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: TOMLError(line: 1, column: 37, expected: "no more than 32 levels of nesting")) { try value(deep) }
    let tables = String(repeating: "{a=", count: 100_000)
    #expect(throws: TOMLError.self) { try value(tables) }
  }

  /// Cut anywhere and with any byte changed it is read or refused, never more.
  @Test func anyTextIsReadOrRefused() {
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
