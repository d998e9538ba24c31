import Events
import Testing

@testable import Recording

/// Written events are read back.
@Suite
struct RoundTripTests {
  @Test(arguments: 0..<40)
  func `Every event survives a line, whatever its bytes`(seed: Int) throws {
    var random = RandomEvents(seed: UInt64(seed))
    let events = (0..<100).map { _ in random.event() }
    var encoder = JSONLineEncoder(wallOffset: seed.isMultiple(of: 2) ? 1_700_000_000_000_000_000 : nil)
    encoder.includesEnvironment = true
    for event in events { encoder.append(event) }

    var reader = JSONLineReader()
    var read: [RecordedEvent] = []
    // In pieces that end anywhere.
    var position = 0
    while position < encoder.bytes.count {
      let end = min(encoder.bytes.count, position + 1 + random.number(below: 500))
      try reader.read(encoder.bytes[position..<end], into: &read)
      position = end
    }
    try reader.finish(into: &read)

    // The time of `exec` and `fail` is that of the image.
    #expect(read.map(\.event) == events, "seed \(seed)")
    #expect(read.map(\.sequence) == (1...100).map { UInt64($0) })
    #expect(reader.lineCount == 100)
  }

  @Test func `Unknown arguments have no member, and are read as unknown`() throws {
    let facts = ProcessFacts(id: ProcessID(pid: 7, startTime: 1), parent: nil, comm: "x", uid: 0)
    for (marks, length, known) in [
      (Marks.argvUnreadable, 0, false), ([.fromProc, .incomplete], 0, false), (.argvUnreadable, 30, false),
      (.argvCut, 30, false), ([], 0, true), (.envUnreadable, 0, true),
    ] {
      let image = ProcessImage(
        time: 5, comm: "x", file: "/f", argv: StringVector(bytes: [], trueLength: length), marks: marks)
      let event = ProcessEvent.failedExec(FailedExecEvent(process: facts, errno: 2, image: image))
      var encoder = JSONLineEncoder(wallOffset: nil)
      encoder.append(event)
      let text = String(decoding: encoder.bytes, as: UTF8.self)
      #expect(text.contains("\"argv\":") == known && image.argvIsUnknown != known)
      var reader = JSONLineReader()
      var events: [RecordedEvent] = []
      try reader.read(encoder.bytes[...], into: &events)
      #expect(events.map(\.event) == [event])
      // As older versions wrote it.
      let old = text.replacing("\"marks\"", with: "\"argv\":[],\"marks\"")
      if !known {
        try reader.read(Array(old.utf8)[...], into: &events)
        #expect(events.last?.event == event)
      }
    }
  }

  @Test func `The wall clock's time is read back to the nanosecond`() throws {
    var encoder = JSONLineEncoder(wallOffset: 1_772_388_318_123_456_789)
    encoder.append(.lost(LostEvent(time: 0, counts: LossCounts())))
    encoder.append(.lost(LostEvent(time: 86_400_000_000_001, counts: LossCounts())))
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(encoder.bytes[...], into: &events)
    #expect(events.map(\.wallTime) == [1_772_388_318_123_456_789, 1_772_474_718_123_456_790])
    #expect(events.allSatisfy { $0.wallOffset == encoder.wallOffset })
  }

  @Test func `An impossible wall clock time has no ts; an impossible boot time is written but not read`() throws {
    var encoder = JSONLineEncoder(wallOffset: Int64.max)
    encoder.append(.lost(LostEvent(time: 1, counts: LossCounts())))
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(encoder.bytes[...], into: &events)
    #expect(events == [RecordedEvent(event: .lost(LostEvent(time: 1, counts: LossCounts())), sequence: 1)])

    encoder.removeAll()
    let facts = ProcessFacts(id: ProcessID(pid: .max, startTime: .max), parent: nil, comm: "x", uid: .max)
    let usage = ResourceUsage(userTime: .max, systemTime: .max, peakMemory: .max)
    let status = ExitStatus(waitStatus: .min)
    encoder.append(.exit(ExitEvent(time: .max, process: facts, status: status, usage: usage)))
    let text = String(decoding: encoder.bytes, as: UTF8.self)
    #expect(text.contains(#""boot":18446744073709551615,"pid":2147483647,"start":18446744073709551615,"#))
    #expect(text.contains(#""wstatus":-2147483648,"dur":0,"utime":18446744073709551615,"#))
    let expected = JSONLineError(
      kind: .malformed, line: 2, column: 29, message: "expected an integer from 0 to 4611686018427387904")
    #expect(throws: expected) { try reader.read(encoder.bytes[...], into: &events) }
  }

  @Test func `Every line is one line of ASCII-safe JSON: no control byte but the last line feed`() {
    var random = RandomEvents(seed: 7)
    var encoder = JSONLineEncoder(wallOffset: 0)
    encoder.includesEnvironment = true
    for _ in 0..<300 {
      encoder.removeAll()
      encoder.append(random.event())
      #expect(encoder.bytes.last == UInt8(ascii: "\n"))
      #expect(encoder.bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7f })
      let text = String(validating: encoder.bytes, as: UTF8.self)
      #expect(text != nil)
      #expect(text?.unicodeScalars.contains { (0x80...0x9f) ~= $0.value || (0x202a...0x202e) ~= $0.value } == false)
    }
  }
}
