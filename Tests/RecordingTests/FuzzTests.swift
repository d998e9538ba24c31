import Testing

@testable import Recording

/// Damaged streams: they give events or an error, never a crash or a hang.
@Suite
struct FuzzTests {
  /// A stream with a line of every kind.
  private static let stream: [UInt8] = {
    var random = RandomEvents(seed: 11)
    var encoder = JSONLineEncoder(wallOffset: 5)
    encoder.includesEnvironment = true
    for kind in 0..<RandomEvents.kinds { encoder.append(random.event(ofKind: kind)) }
    return encoder.bytes
  }()

  private func read(_ bytes: some Collection<UInt8>) -> (events: [RecordedEvent], error: JSONLineError?) {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    do throws(JSONLineError) {
      try reader.read(Array(bytes)[...], into: &events)
      try reader.finish(into: &events)
      return (events, nil)
    } catch {
      return (events, error)
    }
  }

  @Test func `A stream cut at any byte gives its complete lines and reports the cut line`() {
    let stream = Self.stream
    let all = read(stream)
    #expect(all.error == nil && all.events.count == RandomEvents.kinds)
    for length in 0...stream.count {
      let cut = stream[..<length]
      let lines = cut.count { $0 == UInt8(ascii: "\n") }
      let result = read(cut)
      let endsALine = length == 0 || cut.last == UInt8(ascii: "\n")
      // A line that lacks only its line end is complete too.
      let isWhole = endsALine || (length < stream.count && stream[length] == UInt8(ascii: "\n"))
      if isWhole {
        #expect(result.error == nil, "cut at \(length)")
        #expect(result.events[...] == all.events.prefix(endsALine ? lines : lines + 1), "cut at \(length)")
      } else {
        #expect(result.error?.kind == .cutOff && result.error?.line == lines + 1, "cut at \(length)")
        #expect(result.events[...] == all.events.prefix(lines), "cut at \(length)")
      }
    }
  }

  @Test func `Flipped bits never crash or hang the reader`() {
    var stream = Self.stream
    let whole = read(stream)
    var refused = 0
    for position in stream.indices {
      let mask = UInt8(1) << UInt8(position % 8)
      stream[position] ^= mask
      let result = read(stream)
      stream[position] ^= mask
      if let error = result.error {
        refused += 1
        #expect(error.line >= 1 && error.column >= 1)
        // A new line end may have moved the damage to the end of the previous line. Lines above that are unchanged.
        let untouched = max(0, error.line - 2)
        #expect(result.events.prefix(untouched) == whole.events.prefix(untouched))
      }
    }
    // Many flips change a letter of a name or of a value, which no reader can detect; it must detect damaged syntax.
    #expect(refused > stream.count / 20)
  }

  @Test(arguments: 0..<20)
  func `Random bytes, and random JSON-like text`(seed: Int) {
    var random = RandomEvents(seed: UInt64(seed + 1000))
    let alphabet = Array("{}[]\",:\\u0019eE+-.trufalsn \n\t".utf8)
    for _ in 0..<200 {
      let raw = (0..<random.number(below: 80)).map { _ in UInt8(truncatingIfNeeded: random.number()) }
      let text = (0..<random.number(below: 80)).map { _ in alphabet[random.number(below: alphabet.count)] }
      for bytes in [raw, text] {
        let result = read(bytes)
        #expect(result.events.isEmpty, "\(bytes)")
      }
    }
  }

  @Test(arguments: [1, 7, 300, 5000])
  func `A line that is too long is skipped and counted, wherever its pieces end`(piece: Int) throws {
    let event = #"{"ev":"lost","boot":1}"# + "\n"
    let long = #"{"ev":"lost","boot":1,"x":""# + String(repeating: "x", count: 1000) + "\"}\n"
    let bytes = Array((event + long + event + long + long + event + String(long.dropLast())).utf8)
    var reader = JSONLineReader(maximumLineLength: 1000)
    var events: [RecordedEvent] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      try reader.read(bytes[start..<min(start + piece, bytes.count)], into: &events)
    }
    try reader.finish(into: &events)
    #expect(events.count == 3 && reader.lineCount == 7 && reader.tooLongLines == 4 && reader.firstTooLongLine == 2)
  }

  @Test(arguments: [" \t[1", "yes", "\0\0\0", "\u{feff}x"])
  func `A line that does not start as an object is refused before its end`(beginning: String) {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    let error = #expect(throws: JSONLineError.self) {
      try reader.read(Array(beginning.utf8)[...], into: &events)
      try reader.read(Array("  ".utf8)[...], into: &events)
    }
    #expect(error?.kind == .malformed && error?.message == "expected an object")
  }

  @Test(arguments: [1, 2, 3, 100])
  func `A byte order mark, a record separator and a carriage return are ignored`(piece: Int) throws {
    let event = #"{"ev":"lost","boot":1}"#
    let bytes = Array("\u{feff}\(event)\r\n\u{1e}\(event)\n\u{feff}  \(event)\n\u{feff}\n\u{1e}\(event)".utf8)
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      try reader.read(bytes[start..<min(start + piece, bytes.count)], into: &events)
    }
    try reader.finish(into: &events)
    #expect(events.count == 4 && reader.lineCount == 5)
  }

  @Test func `A line may be as long as the bound`() throws {
    let line = Array(#"{"ev":"lost","boot":1}"#.utf8)
    var reader = JSONLineReader(maximumLineLength: line.count)
    var events: [RecordedEvent] = []
    try reader.read((line + [0x0a])[...], into: &events)
    #expect(events.count == 1)
  }
}
