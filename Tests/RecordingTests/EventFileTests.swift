import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// Files of events.
@Suite
struct EventFileTests {
  /// Calls `body` with the path of a new file, and removes the file.
  private func withFile(_ content: String, _ body: (_ path: String) throws -> Void) throws {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    scratch.write("events", content)
    let path = scratch["events"]
    try body(path)
  }

  private func readAll(_ path: String, maximumLineLength: Int = 1 << 20) throws(RecordingError) -> [ProcessEvent] {
    var file = try EventFile(path: path, maximumLineLength: maximumLineLength)
    var events: [ProcessEvent] = []
    while let piece = try file.read() { events += piece.map(\.event) }
    return events
  }

  private let lost = #"{"ev":"lost","boot":1}"#

  @Test func `An empty file has no events`() throws {
    for (content, what) in [("", "is empty"), ("\n \n", "has no event that this version knows")] {
      try withFile(content) { path in
        var file = try EventFile(path: path)
        while let events = try file.read() { #expect(events.isEmpty) }
        #expect(file.notice == "\(path) \(what): make a recording with `execsnoop-top record`")
      }
    }
  }

  @Test func `A last line without its line end counts`() throws {
    try withFile(lost + "\n" + lost) { path in try #expect(readAll(path).count == 2) }
  }

  @Test func `A file larger than one piece`() throws {
    let count = 40_000
    try withFile(String(repeating: lost + "\n", count: count)) { path in try #expect(readAll(path).count == count) }
  }

  @Test func `Events before a fault come first, then the fault at each read`() throws {
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

  @Test func `An incomplete last line is left out and reported`() throws {
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

  @Test(arguments: [1, 4096, 3 << 20])
  func `NUL bytes that a power cut left in place of the last line are left out`(_ count: Int) throws {
    let nul = String(repeating: "\0", count: count)
    try withFile(lost + "\n" + lost + "\n" + nul) { path in
      var file = try EventFile(path: path)
      var events = 0
      while let some = try file.read() { events += some.count }
      #expect(events == 2 && file.notice == "\(path) ends within line 3, which is left out")
    }
    // Between lines they are an error.
    try withFile(lost + "\n" + nul + lost + "\n") { path in
      let error = #expect(throws: RecordingError.self) { try readAll(path, maximumLineLength: 4 << 20) }
      guard case .line(_, let fault) = error else { return }
      #expect(fault.kind == .malformed && fault.line == 2)
    }
  }

  @Test func `A file with one line that is not an event is not a recording`() throws {
    try withFile("\n{\"ev\"") { path in
      let error = #expect(throws: RecordingError.self) { try readAll(path) }
      guard case .line(_, let fault) = error else { return }
      #expect(fault.kind == .cutOff && fault.line == 2)
    }
  }

  @Test func `A missing file and a directory are errors of one line`() {
    #expect(throws: RecordingError.system(operation: "open", path: "/nonexistent/x", errno: ENOENT)) {
      try readAll("/nonexistent/x")
    }
    let folder = RecordingError.system(operation: "read", path: "/", errno: EISDIR)
    #expect(throws: folder) { try readAll("/") }
    #expect("\(folder)" == "/ is a directory: name the file in it that `execsnoop-top record` wrote")
    #expect(
      "\(RecordingError.system(operation: "open", path: "-", errno: EACCES))"
        == "cannot open standard input: Permission denied")
  }

  @Test func `/dev/zero is refused at once`() throws {
    let error = #expect(throws: RecordingError.self) { try readAll("/dev/zero") }
    #expect(error?.description.hasPrefix("/dev/zero contains only NUL bytes: ") == true)
  }

  @Test func `A line that is too long is left out and reported; a file of such lines is not a recording`() throws {
    let long = #"{"ev":"lost","boot":1,"x":""# + String(repeating: "x", count: 2000) + "\"}\n"
    try withFile(lost + "\n" + long + lost + "\n" + long) { path in
      var file = try EventFile(path: path, maximumLineLength: 1000)
      var count = 0
      while let events = try file.read() { count += events.count }
      #expect(count == 2)
      #expect(
        file.notice == "\(path) has 2 lines longer than 1000 bytes, which are left out; line 2 is the first")
    }
    try withFile("\n" + long) { path in
      let expected = JSONLineError(
        kind: .tooLong, line: 2, column: 1001, message: "expected the line's end within 1000 bytes")
      #expect(throws: RecordingError.line(path: path, expected)) { try readAll(path, maximumLineLength: 1000) }
    }
  }

  @Test func `A symbolic link is followed`() throws {
    try withFile(lost + "\n") { path in
      let link = path + ".link"
      try #require(symlink(path, link) == 0)
      defer { unlink(link) }
      try #expect(readAll(link).count == 1)
    }
  }
}
