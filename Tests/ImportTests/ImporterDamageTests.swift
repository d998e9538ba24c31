import Events
import TestSupport
import Testing

@testable import Recording

/// Damaged traces: they give events and counts, never a crash, a hang or memory without a bound.
@Suite
struct ImporterDamageTests {
  /// Whole lines of each format with records of several processes.
  private static let samples: [(format: TraceFormat, bytes: [UInt8])] = [
    (.audit, Array(scene("audit-enriched.log").prefix(9000))),
    (.laurel, scene("laurel.ndjson")),
    (.tetragon, Array(tetragon.utf8)),
    (.sysmon, Array(sysmon.utf8)),
    (.ecs, Array(ecs.utf8)),
    (.tracexec, Array(tracexec.utf8)),
  ].map { format, bytes in
    // Up to the last line end of the first lines.
    let some = bytes.prefix(9000)
    return (format, Array(some[...(some.lastIndex(of: 0x0a) ?? some.startIndex)]))
  }

  private static let tetragon: String = {
    typealias Make = TetragonImporterTests
    let parent = Make.process(100, boot: 5_000_000_000, binary: "/usr/bin/make", arguments: "-j8")
    let child = Make.process(200, boot: 5_000_001_000, arguments: #"-c \"a b\""#)
    let limit = #"{"rate_limit_info":{"number_of_dropped_process_events":"3"},"node_name":"web-1"}"# + "\n"
    return Make.exec(child, parent, at: 5_000_001_000) + limit
      + Make.exit(child, parent, at: 5_000_002_000, #","signal":"SIGKILL""#) + Make.exit(parent, at: 5_000_003_000)
  }()

  private static let sysmon = [(1, 60), (1, 61), (5, 60), (5, 61)].map { id, pid in
    "Nov 30 05:58:57 web-1 sysmon: <Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>\(id)</EventID>"
      + "<TimeCreated SystemTime=\"2026-11-30T05:58:5\(id).500000000Z\"/><Computer>web-1</Computer></System><EventData>"
      + "<Data Name=\"UtcTime\">2026-11-30 05:58:50.100</Data><Data Name=\"ProcessGuid\">{d65774de-\(pid)}</Data>"
      + "<Data Name=\"ProcessId\">\(pid)</Data><Data Name=\"Image\">/usr/bin/ls</Data>"
      + "<Data Name=\"CommandLine\">ls &quot;a b&quot; &#233;</Data><Data Name=\"ParentProcessId\">50</Data>"
      + "<Data Name=\"ParentImage\">/bin/sh</Data></EventData></Event>\n"
  }.joined()

  private static let ecs = [("fork", "start"), ("exec", "start"), ("end", "end")].map { action, type in
    #"{"@timestamp":"2026-11-30T05:58:51Z","ecs.version":"8","event":{"category":["process"],"action":["\#(action)"],"type":"\#(type)"},"#
      + #""process":{"pid":20,"entity_id":"A","args":["ls","é\n"],"exit_code":1,"user.id":"5","parent":{"pid":10,"name":"sh"}}}"#
      + "\n"
  }.joined()

  private static let tracexec =
    #"{"version":"1","generator":"tracexec_exporter_json","baseline":{"cwd":"/","env":{"A":"1"}}}"#
    + [20, 21].map { pid in
      #"{"id":1,"pid":\#(pid),"cwd":"/","comm_before_exec":"sh","result":0,"filename":"/bin/ls","argv":{"result":"success","value":["ls"]},"#
        + #""env":{"result":"success","value":{"added":{"B":"2"},"removed":[],"modified":{}}},"timestamp":1700000000000000000}"#
        + "\n"
    }.joined()

  /// Each event can be written and read again: no value is outside of its range.
  private func checkRoundTrip(_ events: [RecordedEvent], _ what: String) {
    var encoder = JSONLineEncoder(wallOffset: nil, includesEnvironment: true)
    for event in events { encoder.append(event.event) }
    var reader = JSONLineReader()
    var again: [RecordedEvent] = []
    #expect(throws: Never.self, "\(what)") {
      try reader.read(encoder.bytes[...], into: &again)
      try reader.finish(into: &again)
    }
    #expect(again.map(\.event) == events.map(\.event), "\(what)")
  }

  /// No line of a sample makes more events.
  private static let mostEventsOfLine = 4

  @Test(arguments: samples.indices)
  func `A sample is read whole, in pieces of any length, with CRLF and with a byte order mark`(index: Int) {
    let (format, bytes) = Self.samples[index]
    let whole = ReadTrace(format, bytes)
    #expect(whole.foreignLines == 0 && whole.cutLine == nil && whole.events.count > 1)
    for piece in [1, 7, 1000] { #expect(ReadTrace(format, bytes, piece: piece).events == whole.events) }
    let windows = bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    #expect(ReadTrace(format, windows).events == whole.events)
    let marked = ReadTrace(format, [0xef, 0xbb, 0xbf] + bytes)
    #expect(marked.events == whole.events && marked.foreignLines == 0)
    #expect(FormatGuess([0xef, 0xbb, 0xbf] + windows, isWhole: true) == .trace(format))
  }

  @Test(arguments: samples.indices)
  func `A sample that is cut at any byte gives the events of its whole lines`(index: Int) {
    let (format, bytes) = Self.samples[index]
    let whole = ReadTrace(format, bytes)
    for length in 0..<bytes.count {
      let cut = ReadTrace(format, Array(bytes[..<length]))
      #expect(cut.foreignLines == 0, "\(length)")
      // A line that only lacks its line feed is whole where its text shows that.
      let endsLine = length == 0 || bytes[length - 1] == 0x0a
      let isWhole = endsLine || bytes[length] == 0x0a && !format.importer.needsLineEnd
      let lines = bytes[..<length].count { $0 == 0x0a }
      let isBetweenValues = format == .tracexec && bytes[length - (length > 0 ? 1 : 0)] == UInt8(ascii: "}")
      if !isBetweenValues { #expect(cut.cutLine == (isWhole ? nil : lines + 1), "\(length)") }
      // An event of the audit system may lack records then.
      if format != .audit { #expect(cut.events[...] == whole.events.prefix(cut.events.count), "\(length)") }
      #expect(cut.events.count <= whole.events.count, "\(length)")
    }
  }

  @Test(arguments: samples.indices)
  func `Flipped bits, lost and doubled bytes are at most wrong lines`(index: Int) {
    let (format, bytes) = Self.samples[index]
    var wrong = 0
    for seed in Seeds.first(1000) {
      var random = SeededGenerator(seed: seed)
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: damaged.remove(at: place)
        case 1: damaged.insert(damaged[place], at: place)
        case 2: damaged[place] = UInt8.random(in: 0...255, using: &random)
        default: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      }
      let trace = ReadTrace(format, damaged)
      wrong += trace.foreignLines
      let lines = damaged.count { $0 == 0x0a } + 1
      checkRoundTrip(trace.events, "seed \(seed)")
      #expect(trace.foreignLines <= lines && trace.events.count <= lines * Self.mostEventsOfLine, "seed \(seed)")
    }
    // Most damage is in values, which no reader can know.
    #expect(wrong > 0)
  }

  @Test(arguments: samples.indices)
  func `Lines of all formats in one file: those of the others are counted or tell nothing`(index: Int) {
    let (format, bytes) = Self.samples[index]
    let whole = ReadTrace(format, bytes)
    var mixed: [UInt8] = []
    let other = Self.samples[(index + 1) % Self.samples.count]
    let (mine, others) = (bytes.split(separator: 0x0a), other.bytes.split(separator: 0x0a))
    for (place, line) in mine.enumerated() {
      mixed +=
        Array(line) + [0x0a] + Array(others[place % others.count]) + [0x0a] + Array("\u{1}\u{2} noise \u{ff}\n".utf8)
    }
    let trace = ReadTrace(format, mixed)
    #expect(trace.plain.map(\.line) == whole.plain.map(\.line))
    #expect(trace.foreignLines > 0 && trace.firstForeignLine ?? 0 <= 3)
  }

  @Test(arguments: samples.indices)
  func `A line longer than the bound is left out, and the next ones are read`(index: Int) {
    let (format, bytes) = Self.samples[index]
    let whole = ReadTrace(format, bytes)
    let first = bytes.prefix { $0 != 0x0a }
    let long = Array(first) + Array(repeating: UInt8(ascii: "x"), count: 200_000) + [0x0a]
    let trace = ReadTrace(format, long + bytes, piece: 4096, maximumLineLength: 100_000)
    #expect(trace.tooLongLines == 1 && trace.events == whole.events)
  }

  @Test(arguments: [TraceFormat.laurel, .tetragon, .ecs, .tracexec])
  func `Deep nesting is a wrong line, and an open value takes memory up to its bound only`(format: TraceFormat) {
    for open in [#"{"a":"#, "["] {
      let deep = String(repeating: open, count: 100_000) + "\n"
      #expect(ReadTrace(format, deep + "x\n").events.isEmpty)
    }
    var values = JSONValues(maximumLength: 1000)
    let line = Array("  \"a\": [1, 2, 3],".utf8)
    #expect(values.read(Array("{".utf8)[...]) { (scanner) throws(JSONFault) in try scanner.object() })
    for _ in 0..<10_000 {
      #expect(values.read(line[...]) { (scanner) throws(JSONFault) in try scanner.object() })
    }
    #expect(values.heldBytes < 2000)
    // The value is wrong since it is too long, and what follows is read.
    var objects = 0
    #expect(
      !values.read(Array("\"b\": 1 } {}".utf8)[...]) { (scanner) throws(JSONFault) in
        objects += 1
        return try scanner.object()
      })
    #expect(objects == 1 && !values.isOpen)
  }
}

extension JSONScanner {
  /// Skips an object.
  fileprivate mutating func object() throws(JSONFault) -> JSONValues.Outcome {
    guard kind == .object else { throw fault("expected an object") }
    try skipValue()
    return .good
  }
}
