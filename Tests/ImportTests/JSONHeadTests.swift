import Testing

@testable import Recording

/// Formats that are JSON are told by the members of their objects.
@Suite
struct JSONHeadTests {
  @Test func `An object of another shape that has the words of a format is not of it`() {
    for word in ["process_exec", "comm_before_exec", "@timestamp", "ID", "SYSCALL"] {
      let line = #"{"argv":["\#(word)"],"boot":1,"ev":"exec"}"# + "\n"
      #expect(FormatGuess(Array(line.utf8), isWhole: true) == .own, "\(word)")
    }
  }

  @Test func `The start of a long object is told by its words`() {
    let pad = String(repeating: "x", count: FormatGuess.headLength)
    for (text, format) in [
      (#"{"process_exec":{"process":{"arguments":""#, TraceFormat.tetragon),
      (#"{"version":"1","generator":"tracexec_exporter_json","baseline":{"env":{"A":""#, .tracexec),
      (#"{"@timestamp":"2026-11-30T05:58:51Z","process":{"command_line":""#, .ecs),
    ] {
      #expect(FormatGuess(Array((text + pad).utf8), isWhole: false) == .trace(format))
    }
  }
}
