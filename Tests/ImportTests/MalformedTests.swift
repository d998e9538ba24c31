import Events
import TestSupport
import Testing

@testable import Recording

/// Wrong input of every format: no crash, bounded, and what is left out is counted.
@Suite
struct MalformedTests {
  private func read(
    _ bytes: [UInt8], _ format: TraceFormat, chunk: Int = 1 << 16, maximumLineLength: Int = 1 << 20
  ) -> (events: [RecordedEvent], reader: TraceLineReader) {
    var reader = TraceLineReader(format, named: Array("x".utf8), maximumLineLength: maximumLineLength)
    var events: [RecordedEvent] = []
    var start = 0
    while start < bytes.count {
      let end = min(start + chunk, bytes.count)
      reader.read(bytes[start..<end], into: &events)
      start = end
    }
    reader.finish(into: &events)
    return (events, reader)
  }

  private func sample(_ sample: SceneTests.Sample) -> [UInt8] { contents(of: SceneTrace.path(of: sample.name)) }

  /// Each event can be written and read again: no value is outside of its range.
  private func check(_ events: [RecordedEvent], _ what: String) {
    var encoder = JSONLineEncoder(wallOffset: nil, includesEnvironment: true)
    for event in events { encoder.append(event.event) }
    var reader = JSONLineReader()
    var again: [RecordedEvent] = []
    do throws(JSONLineError) {
      try reader.read(encoder.bytes[...], into: &again)
      try reader.finish(into: &again)
    } catch {
      Issue.record("\(what): \(error)")
    }
    #expect(again.count == events.count, "\(what)")
  }

  @Test(arguments: SceneTests.samples)
  func `A trace cut at any byte is read up to its last whole line`(_ sample: SceneTests.Sample) {
    let bytes = self.sample(sample)
    var whole = TraceLineReader(sample.format, named: [], maximumLineLength: 1 << 20)
    var events: [RecordedEvent] = []
    var (start, count) = (0, 0)
    for end in 0...bytes.count {
      // A copy of the reader goes on to the cut.
      var reader = whole
      var rest: [RecordedEvent] = []
      reader.read(bytes[start..<end], into: &rest)
      reader.finish(into: &rest)
      #expect(reader.foreignLines == 0, "cut at \(end)")
      // A value of JSON shows that it is whole, without its line feed.
      let isWhole = end == start || !sample.format.importer.needsLineEnd && bytes[end] == 0x0a
      #expect(reader.cutLine == (isWhole ? nil : reader.lineCount), "cut at \(end)")
      // A later cut shows no fewer events: lines wait for others, but none is forgotten.
      #expect(events.count + rest.count >= count, "cut at \(end)")
      count = events.count + rest.count
      if end < bytes.count, bytes[end] == 0x0a {
        whole.read(bytes[start...end], into: &events)
        start = end + 1
      }
    }
    #expect(count == read(bytes, sample.format).events.count)
    check(read(bytes, sample.format).events, sample.name)
  }

  @Test(arguments: SceneTests.samples)
  func `Pieces of any size give the same events`(_ sample: SceneTests.Sample) {
    let bytes = self.sample(sample)
    let whole = read(bytes, sample.format).events
    for chunk in [1, 2, 3, 61, 4096] { #expect(read(bytes, sample.format, chunk: chunk).events == whole) }
  }

  @Test(arguments: SceneTests.samples)
  func `CRLF and a byte order mark change nothing`(_ sample: SceneTests.Sample) {
    let bytes = self.sample(sample)
    var other: [UInt8] = [0xef, 0xbb, 0xbf]
    for byte in bytes { other += byte == 0x0a ? [0x0d, 0x0a] : [byte] }
    #expect(read(other, sample.format).events == read(bytes, sample.format).events)
    #expect(FormatGuess(other, isWhole: true) == .trace(sample.format))
    #expect(FormatGuess(bytes, isWhole: true) == .trace(sample.format))
  }

  @Test(arguments: SceneTests.samples)
  func `Flipped bytes, removed and repeated parts crash nothing`(_ sample: SceneTests.Sample) {
    let bytes = self.sample(sample)
    for seed in Seeds.first(1000) {
      var random = SeededGenerator(seed: seed)
      var other = bytes
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let place = Int.random(in: 0..<other.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: other[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: other[place] = UInt8.random(in: 0...255, using: &random)
        case 2: other.removeSubrange(place..<min(place + Int.random(in: 1...200, using: &random), other.count))
        case 3:
          // Digits are numbers: very large ones overflow.
          other.insert(contentsOf: repeatElement(0x39, count: Int.random(in: 1...25, using: &random)), at: place)
        default:
          let end = min(place + Int.random(in: 1...500, using: &random), other.count)
          other.insert(contentsOf: other[place..<end], at: Int.random(in: 0..<other.count, using: &random))
        }
        if other.isEmpty { other = bytes }
      }
      check(read(other, sample.format).events, "\(sample.name), seed \(seed)")
    }
  }

  @Test(arguments: SceneTests.samples)
  func `Every format reads the samples of all others without a crash, and counts their lines`(
    _ sample: SceneTests.Sample
  ) {
    let bytes = self.sample(sample)
    for format in TraceFormat.allCases where format != sample.format {
      let (events, reader) = read(bytes, format)
      check(events, "\(sample.name) as \(format)")
      #expect(reader.foreignLines > 0, "\(sample.name) as \(format)")
      #expect(reader.foreignLines + reader.knownLines == reader.lineCount)
    }
  }

  @Test(arguments: SceneTests.samples)
  func `Lines of other programs between the lines are left out, counted, and the first one is named`(
    _ sample: SceneTests.Sample
  ) {
    let bytes = self.sample(sample)
    let lines = bytes.split(separator: 0x0a)
    var other: [UInt8] = []
    for (index, line) in lines.enumerated() {
      other += line + [0x0a]
      if index % 5 == 3 { other += Array("gcc: warning: what\n".utf8) }
    }
    let (events, reader) = read(other, sample.format)
    #expect(events.map(\.event) == read(bytes, sample.format).events.map(\.event))
    #expect(reader.foreignLines == (lines.count + 1) / 5 && reader.firstForeignLine == 5)
    let notice = reader.notices.first ?? ""
    #expect(notice.contains("line 5 is not of it") && notice.contains("the first of \(reader.foreignLines)"))
  }

  @Test func `A line of 100 MB is left out, in bounded memory`() throws {
    let sample = SceneTests.samples[0]
    let lines = self.sample(sample).split(separator: 0x0a, omittingEmptySubsequences: false)
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    var reader = TraceLineReader(sample.format, named: Array("x".utf8), maximumLineLength: 1 << 22)
    var events: [RecordedEvent] = []
    reader.read(lines[0] + [0x0a], into: &events)
    for _ in 0..<100 { reader.read(piece[...], into: &events) }
    for line in lines.dropFirst() { reader.read([0x0a] + line, into: &events) }
    reader.finish(into: &events)
    #expect(events.map(\.event) == read(self.sample(sample), sample.format).events.map(\.event))
    #expect(reader.tooLongLines == 1 && reader.firstTooLongLine == 2)
    #expect(reader.notices == ["has a line longer than 4194304 bytes, line 2, which is left out"])
  }

  @Test func `A long argument is read up to the bound of a line`() {
    let argument = String(repeating: "\\377", count: 1 << 18)
    let line = "7 execve(\"/bin/true\", [\"true\", \"\(argument)\"], 0x7ffe /* 9 vars */) = 0\n"
    let (events, _) = read(Array(line.utf8), .strace, maximumLineLength: 1 << 22)
    guard case .exec(let event)? = events.first?.event else {
      Issue.record("no exec")
      return
    }
    #expect(event.image.argv.bytes.count == 5 + (1 << 18) + 1)
  }
}
