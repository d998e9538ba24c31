import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// Files with traces of other programs.
@Suite
struct TraceFileTests {
  private let trace = "7 execve(\"/bin/a\", [\"a\"], 0x7f /* 9 vars */) = 0\nwhat\n7 +++ exited with 0 +++\n"

  /// Reads a file, and how it ended: the message without the name of the file.
  private func read(
    _ path: String, _ format: TraceFormat? = nil
  ) throws -> (events: [RecordedEvent], message: String) {
    var events: [RecordedEvent] = []
    do throws(RecordingError) {
      var file = try EventFile(path: path, format: format)
      while let some = try file.read() { events += some }
      return (events, String((file.notice ?? "").dropFirst(path.utf8.count + 1)))
    } catch {
      return (events, String(error.description.dropFirst(path.utf8.count + 1)))
    }
  }

  @Test(arguments: ["cp in x", "gzip -c in >x", "zstd -qc in >x", "sed 's/$/\\r/' in >x"])
  func `A trace is found in a file and through gzip and zstd, and what is wrong is said`(script: String) throws {
    let scratch = Scratch()
    scratch.write("in", trace)
    try #require(system("cd \(scratch.path) && \(script)") == 0)
    let (events, message) = try read(scratch["x"])
    #expect(events.count == 2)
    #expect(
      message == "is read as strace's output, but line 2 is not of it, which is left out; "
        + "it has no times: only the order of its events is known")
  }

  @Test func `A named format is taken, and a file without a line of it is an error`() throws {
    let scratch = Scratch()
    scratch.write("lines", "7 brk(0) = 1\n7 +++ exited with 0 +++\n")
    scratch.write("other", "hello\n")
    scratch.write("empty", "")
    #expect(try read(scratch["lines"], .strace).events.count == 1)
    #expect(
      try read(scratch["other"], .perf).message
        == "has no line of perf script's sched events: leave out --from, or name another format")
    #expect(try read(scratch["other"]).message.hasPrefix("is text of no format that is read: "))
    #expect(try read(scratch["empty"], .strace).message.hasPrefix("is empty"))
    scratch.write("quiet", "7 brk(NULL) = 0x5555\n")
    #expect(
      try read(scratch["quiet"], .strace).message
        == "has no process in its lines of strace's output; it has no times: only the order of its events is known")
  }

  @Test func `A last line without its end is left out, as it may be cut short`() throws {
    let scratch = Scratch()
    scratch.write("x", "7 10:00:00 execve(\"/bin/a\", [\"a\"], 0x7f) = 0\n7 10:00:01 +++ exited with 0 +++")
    let (events, message) = try read(scratch["x"])
    #expect(
      events.count == 1
        && message
          == "ends within line 2, which is left out; it has no exits: which of its processes have ended is unknown"
    )
  }

  @Test func `Events of a pipe come as soon as a line shows the format`() throws {
    let scratch = Scratch()
    let path = scratch["pipe"]
    try #require(mkfifo(path, 0o600) == 0)
    let writer = open(path, O_RDWR | O_CLOEXEC)
    defer { close(writer) }
    var file = try EventFile(path: path)
    for (text, count) in [
      ("make: hello\n", 0), ("7 10:00:00 execve(\"/bin/a\", [\"a\"], 0x7f) = 0\n", 1),
      ("8 10:00:01 +++ exited with 0 +++\n", 1),
    ] {
      _ = write(writer, text, text.utf8.count)
      #expect(try file.read()?.count == count, "\(text)")
    }
  }

  @Test func `Arguments and times of a trace survive lines and recordings`() throws {
    let scratch = Scratch()
    scratch.write("x", "COMM\nPCOMM            PID    PPID   RET ARGS\nx                7      6        0 /bin/x a \n")
    let events = try read(scratch["x"], .execsnoop).events
    var encoder = JSONLineEncoder(wallOffset: nil)
    for event in events { encoder.append(event.event) }
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self).contains(#""marks":["reconstructed","no-times","no-exits"]"#))
    var reader = JSONLineReader()
    var again: [RecordedEvent] = []
    try reader.read(encoder.bytes[...], into: &again)
    #expect(again.map(\.event) == events.map(\.event))
    let writer = try DatabaseWriter(path: scratch["x.db"], DatabaseWriter.Session(version: "test", started: 0))
    _ = try writer.write(events.map(\.event), clock: nil, isDurable: false)
    try writer.finish(status: nil, at: events.last?.event.time ?? 0)
    #expect(try read(scratch["x.db"]).events.map(\.event) == events.map(\.event))
  }
}
