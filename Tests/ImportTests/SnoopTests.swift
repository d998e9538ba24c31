import Events
import Testing

@testable import Recording

/// Text of execsnoop, exitsnoop and execsnoop.bt.
@Suite
struct SnoopTests {
  /// A line of execsnoop with some of its columns.
  private func line(_ lead: String, _ comm: String, _ rest: String) -> String {
    lead + comm + String(repeating: " ", count: 17 - comm.utf8.count) + rest
  }

  @Test(
    arguments: [
      ("", "", 1_000_000_001, nil), ("TIME     ", "10:00:01 ", 36_001_000_000_000, nil),
      ("TIME(s)  ", "1.500   ", 2_500_000_000, nil), ("UID    ", "1000  ", 1_000_000_001, 1000),
      ("UID    ", "1000000", 1_000_000_001, 1_000_000),
      ("TIME     TIME(s)  UID    ", "10:00:01 12345.5000     ", 12_346_500_000_000, 0),
    ] as [(String, String, UInt64, UInt32?)])
  func `All columns of execsnoop are read by its header`(
    header: String, lead: String, time: UInt64, uid: UInt32?
  ) throws {
    let text = [line(header, "PCOMM", "PID    PPID   RET ARGS"), line(lead, "a b", "7      6        0 /bin/a b ")]
    let (events, reader) = read(.execsnoop, text.joined(separator: "\n"))
    guard case .exec(let event)? = events.first?.event else {
      Issue.record("no exec")
      return
    }
    #expect(event.time == time && event.process.uid == uid ?? ProcessFacts.unknownID && event.process.comm == "a b")
    #expect(event.process.id.pid == 7 && event.process.parent?.pid == 6 && reader.foreignLines == 0)
    #expect(event.image.file == "/bin/a" && event.image.marks.isSuperset(of: [.reconstructed, .endless]))
  }

  @Test func `Results, cuts and quotes of execsnoop are read`() {
    let text = [
      line("", "PCOMM", "PID    PPID   RET ARGS"), line("", "sh", "7      6       -2 /bin/x --a "),
      line("", "x", "7      6        0 /bin/x a b  ..."), line("", "x", "7      6        0 /bin/x ... "),
      line("", "x", #"7      6        0 "/bin/x" "a b" "c\"d" "" "e\tf" "#), line("", "x", "7      ?        0 /bin/y"),
      "not a line", line("", "x", "7      6        5 /bin/x"), line("", "x", "0      6        0 /bin/x"),
    ]
    let (_, reader) = read(.execsnoop, text.joined(separator: "\n"))
    #expect(
      outline(.execsnoop, text.joined(separator: "\n")) == [
        "fail 7 2 /bin/x: /bin/x|--a", "exec 7 x: /bin/x|a|b|...", "exec 7 x: /bin/x|...",
        "exec 7 x: /bin/x|a b|c\"d||e\tf", "exec 7 x: /bin/y",
      ])
    #expect(reader.foreignLines == 3 && reader.firstForeignLine == 7)
  }

  @Test func `Lines before the header are of other programs`() {
    let text = [line("", "x", "7      6        0 /bin/x"), line("", "PCOMM", "PID    PPID   RET ARGS")]
    #expect(read(.execsnoop, text.joined(separator: "\n")).reader.foreignLines == 1)
  }

  private let exits = "TIME(s)  PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE"

  @Test func `A process of exitsnoop starts its age before its exit, and is the parent of those that exited before`() {
    let text = [
      exits, line("10:00:01 ", "c", "9       8       9       0.50    0"),
      line("10:00:02 ", "b", "8       7       8       2.25    code 3"),
      line("10:00:02 ", "t", "8       7       88      0.25    0"),
      line("10:00:03 ", "a", "7       1       7       5.00    signal 11 (Segmentation fault), core dumped"),
    ]
    let (events, _) = read(.exitsnoop, text.joined(separator: "\n"))
    let ends = events.compactMap { if case .exit(let event) = $0.event { event } else { nil } }
    #expect(ends.map(\.process.id.pid) == [9, 8, 7])
    #expect(ends.map { $0.time - $0.process.id.startTime } == [500_000_000, 2_250_000_000, 5_000_000_000])
    #expect(ends.map(\.status.waitStatus) == [0, 768, 139])
    #expect(ends[0].process.parent == ends[1].process.id && ends[1].process.parent == ends[2].process.id)
    #expect(ends[2].process.parent?.pid == 1)
  }

  @Test func `A pid that exits twice is two processes, and each child has the one that ran`() {
    let text = [
      exits, line("10:00:01 ", "c", "9       8       9       0.50    0"),
      line("10:00:02 ", "b", "8       7       8       2.00    0"),
      line("10:10:01 ", "c", "10      8       10      0.50    0"),
      line("10:10:02 ", "b", "8       7       8       2.00    0"),
    ]
    let ends = read(.exitsnoop, text.joined(separator: "\n")).events
      .compactMap { if case .exit(let event) = $0.event { event.process } else { nil } }
    #expect(ends[0].parent == ends[1].id && ends[2].parent == ends[3].id && ends[1].id != ends[3].id)
  }

  @Test func `Lines that wait for a parent are bounded`() {
    var reader = TraceLineReader(.exitsnoop, named: [], maximumLineLength: 1 << 20)
    var events: [RecordedEvent] = []
    reader.read(Array((exits + "\n").utf8)[...], into: &events)
    for index in 0..<10_000 {
      let text = line("10:00:01 ", "c", "\(index + 100)    1       \(index + 100)    0.50    0\n")
      reader.read(Array(text.utf8)[...], into: &events)
    }
    #expect(events.count > 5000 && reader.foreignLines == 0)
    reader.finish(into: &events)
    #expect(events.count == 10_000)
  }

  @Test func `bcc's exitsnoop with a label and UTC is read`() {
    let text = [
      "TIME-UTC     LABEL PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE ",
      line("10:00:01.250 exit  ", "c d", "9       8       9       0.50    code 1"),
    ]
    #expect(outline(.exitsnoop, text.joined(separator: "\n")) == ["exit 9 256"])
  }

  @Test func `Both forms of execsnoop.bt are read`() {
    #expect(
      outline(.bpftrace, "Attaching 3 probes...\nTIME(ms)   PID   ARGS\n2460       3466  ls --color=auto\n4005 3473  x")
        == ["exec 3466 : ls|--color=auto", "exec 3473 : x"])
    let (events, reader) = read(
      .bpftrace, "Attached 1 probe\nTIME            PID     PPID    ARGS\n08:57:52.430193 3187374 1971701 ls -l\nx")
    guard case .exec(let event)? = events.first?.event else {
      Issue.record("no exec")
      return
    }
    #expect(event.process.id.pid == 3_187_374 && event.process.parent?.pid == 1_971_701 && reader.foreignLines == 1)
  }
}
