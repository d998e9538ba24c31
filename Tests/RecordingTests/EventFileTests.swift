import Glibc
import ProcessTree
import Testing

@testable import Recording

@Suite("Files of events")
struct EventFileTests {
  /// Calls `body` with the path of a file of its own, which is gone afterwards.
  private func withFile(_ content: String, _ body: (_ path: String) throws -> Void) throws {
    var template = Array("/tmp/execsnoop-top-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let bytes = Array(content.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
    try body(path)
  }

  private func readAll(_ path: String, maximumLineLength: Int = 1 << 20) throws(RecordingError) -> [ProcessEvent] {
    var file = try EventFile(path: path, maximumLineLength: maximumLineLength)
    var events: [ProcessEvent] = []
    while let piece = try file.read() { events += piece.map(\.event) }
    return events
  }

  private let lost = #"{"ev":"lost","boot":1}"#

  @Test("an empty file has no events")
  func empty() throws {
    try withFile("") { path in try #expect(readAll(path) == []) }
  }

  @Test("a last line without its line end counts")
  func noLastLineEnd() throws {
    try withFile(lost + "\n" + lost) { path in try #expect(readAll(path).count == 2) }
  }

  @Test("a file larger than one piece")
  func large() throws {
    let count = 40_000
    try withFile(String(repeating: lost + "\n", count: count)) { path in try #expect(readAll(path).count == count) }
  }

  @Test("what stands before the fault is handed over first, then the fault again and again")
  func faultInTheMiddle() throws {
    try withFile(lost + "\n" + lost + "\n{\"ev\"\n" + lost + "\n") { path in
      var file = try EventFile(path: path)
      let whole = try file.read()
      #expect(whole?.count == 2)
      for _ in 0..<2 {
        let error = #expect(throws: RecordingError.self) { try file.read() }
        guard case .line(_, let fault) = error else { continue }
        #expect(fault.kind == .malformed && fault.line == 3)
        #expect(error?.description.hasPrefix("\(path), line 3, column 6: expected ':'") == true)
      }
      #expect(file.notice == nil)
    }
  }

  @Test("a last line that is cut is left out, whatever was cut off, and said")
  func cutLastLine() throws {
    for length in 1..<lost.utf8.count {
      try withFile(lost + "\n" + lost + "\n" + String(lost.prefix(length))) { path in
        var file = try EventFile(path: path)
        var count = 0
        while let events = try file.read() { count += events.count }
        #expect(count == 2 && file.cutLine == 3, "cut at \(length)")
        #expect(file.notice == "\(path) ends within line 3, which is left out")
      }
    }
  }

  @Test("a file of nothing but a line that is no event is no recording")
  func nothingButACutLine() throws {
    try withFile("\n{\"ev\"") { path in
      let error = #expect(throws: RecordingError.self) { try readAll(path) }
      guard case .line(_, let fault) = error else { return }
      #expect(fault.kind == .cutOff && fault.line == 2)
    }
  }

  @Test("a file that is not there, and a folder, are one line of error")
  func notAFile() {
    #expect(throws: RecordingError.system(operation: "open", path: "/nonexistent/x", errno: ENOENT)) {
      try readAll("/nonexistent/x")
    }
    #expect(throws: RecordingError.system(operation: "read", path: "/", errno: EISDIR)) { try readAll("/") }
    #expect(
      "\(RecordingError.system(operation: "open", path: "-", errno: EACCES))"
        == "cannot open standard input: Permission denied")
  }

  @Test("/dev/zero ends at the bound")
  func devZero() {
    let expected = JSONLineError(
      kind: .tooLong, line: 1, column: 100_001, message: "expected the line's end within 100000 bytes")
    #expect(throws: RecordingError.line(path: "/dev/zero", expected)) {
      try readAll("/dev/zero", maximumLineLength: 100_000)
    }
  }

  @Test("a symbolic link is followed")
  func symbolicLink() throws {
    try withFile(lost + "\n") { path in
      let link = path + ".link"
      try #require(symlink(path, link) == 0)
      defer { unlink(link) }
      try #expect(readAll(link).count == 1)
    }
  }
}
