import Events
import Testing

@testable import Recording

/// Lines of other programs.
@Suite
struct DecoderTests {
  private func decode(_ text: String) throws(JSONLineError) -> RecordedEvent? {
    try JSONLineDecoder().decode(Array(text.utf8)[...], number: 3)
  }

  @Test func `Only required members are needed; unknown members and null are ignored`() throws {
    let line =
      #" { "new" : [ {"a":[1,-2.5e+3,"x",true,false,null]} ] , "ev":"fork","boot":9,"pid":5,"start":8,"uid":0,"#
      + #""tty":null} "#
    let facts = ProcessFacts(
      id: ProcessID(pid: 5, startTime: 8), parent: nil, comm: "", session: ProcessFacts.unknownSession,
      processGroup: ProcessFacts.unknownSession)
    #expect(try decode(line)?.event == .fork(ForkEvent(time: 9, process: facts)))
  }

  @Test func `A kind of event that this version does not know gives no event`() throws {
    #expect(try decode(#"{"ev":"teleport"}"#) == nil)
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(Array("{\"ev\":\"teleport\"}\n\n \r\n".utf8)[...], into: &events)
    #expect(events.isEmpty && reader.unknownKinds == 1 && reader.lineCount == 3)
  }

  @Test func `A failed exec whose errno has only a name`() throws {
    let line = #"{"ev":"fail","boot":9,"pid":5,"start":8,"uid":0,"errno":"EACCES","argv":["\u00e9\ud83d\ude00\/"]}"#
    guard case .failedExec(let event) = try decode(line)?.event else {
      Issue.record("not a failed exec")
      return
    }
    #expect(event.errno == 13)
    #expect(event.image.argv == StringVector(["é😀/"]))
  }

  static let faults: [(line: String, column: Int, message: String)] = [
    ("", 1, "expected an object"),
    ("[]", 1, "expected an object"),
    ("{", 2, "expected a string"),
    ("{}", 1, #"expected a member "ev" in the object"#),
    (#"{"ev":"fork"}"#, 1, #"expected a member "boot" in the object"#),
    (#"{"ev":"fork","boot":1,"start":1,"uid":0}"#, 1, #"expected a member "pid" in the object"#),
    (#"{"ev":"fork","boot":1,"pid":1,"start":1,"uid":0,"ppid":4}"#, 1, #"expected a member "pstart" in the object"#),
    (#"{"ev":"exit","boot":1,"pid":1,"start":1,"uid":0}"#, 1, #"expected a member "exit" or "sig" in the object"#),
    (#"{"ev":"fail","boot":1,"pid":1,"start":1,"uid":0}"#, 1, #"expected a member "ret" in the object"#),
    (#"{"ev":"lost","boot":1}x"#, 23, "expected the end of the line"),
    (#"{"ev":"lost","boot":1,}"#, 23, "expected a string"),
    (#"{"ev":"lost" "boot":1}"#, 14, "expected ',' or '}'"),
    (#"{"ev"="lost"}"#, 6, "expected ':'"),
    (#"{"pid":0}"#, 8, "expected an integer from 1 to 2147483647"),
    (#"{"boot":01}"#, 10, "expected ',' or '}'"),
    (#"{"pid":1.5}"#, 8, "expected an integer from 1 to 2147483647"),
    (#"{"boot":-1}"#, 9, "expected an integer from 0 to 4611686018427387904"),
    (#"{"boot":4611686018427387905}"#, 9, "expected an integer from 0 to 4611686018427387904"),
    (#"{"boot":"9"}"#, 9, "expected a number"),
    (#"{"ret":1}"#, 8, "expected an integer from -2147483647 to 0"),
    (#"{"core":1}"#, 9, "expected true or false"),
    (#"{"argv":"x"}"#, 9, "expected an array"),
    (#"{"argv":["a","b\u0000c"]}"#, 14, "expected a string without NUL"),
    (#"{"argv":["a",3]}"#, 14, "expected a string"),
    (#"{"argv_b64":["YQ="]}"#, 14, "expected Base64"),
    (#"{"env":{"A":1}}"#, 13, "expected a string"),
    (#"{"ts":"yesterday"}"#, 7, "expected an RFC 3339 time, such as 2026-03-01T18:05:18.123456789Z"),
    (#"{"errno":"ENOPE"}"#, 10, "expected the name of an errno, such as ENOENT"),
    (#"{"comm":"\x"}"#, 11, #"expected one of " \ / b f n r t u after the backslash"#),
    (#"{"comm":"\ud800"}"#, 11, "expected a surrogate pair"),
    (#"{"comm":"\ud800\u0041"}"#, 22, "expected the second half of a surrogate pair"),
    (#"{"comm":"\u12g4"}"#, 14, "expected four hexadecimal digits"),
    ("{\"comm\":\"a\tb\"}", 11, "expected an escape in place of a control character"),
    (#"{"comm":"abc"#, 13, "expected the string's closing quote"),
    (
      #"{"ev":"fork","boot":1,"pid":1,"start":1,"uid":0,"comm":"0123456789abcdef"}"#, 1,
      "expected a comm of at most 15 bytes without NUL"
    ),
    (#"{"x":nul}"#, 6, "expected a value"),
    (#"{"x":"# + String(repeating: "[", count: 100), 69, "nested deeper than 64 levels"),
  ]

  @Test(arguments: faults)
  func `An error names the column`(line: String, column: Int, message: String) {
    let expected = JSONLineError(kind: .malformed, line: 3, column: column, message: message)
    #expect(throws: expected) { try decode(line) }
  }

  @Test func `Bytes that are not UTF-8 are refused, not repaired`() {
    let line = Array(#"{"comm":"a"#.utf8) + [0xc0, 0x80] + Array(#""}"#.utf8)
    let expected = JSONLineError(kind: .malformed, line: 1, column: 11, message: "expected UTF-8")
    #expect(throws: expected) { try JSONLineDecoder().decode(line[...], number: 1) }
  }

  @Test func `An error is one line with the place`() {
    let error = JSONLineError(kind: .cutOff, line: 12, column: 34, message: "expected ':'")
    #expect("\(error)" == "line 12, column 34: expected ':' (the input ends within this line)")
  }
}
