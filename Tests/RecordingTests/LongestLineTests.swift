import Events
import Testing

@testable import Recording

/// The longest lines: the reader accepts every line that the encoder can write, with its standard bound.
@Suite
struct LongestLineTests {
  private let facts = ProcessFacts(id: ProcessID(pid: .max, startTime: 1 << 62), parent: nil, comm: Comm([0xff, 1]))

  private func expectReadBack(_ event: ProcessEvent, _ what: String) throws {
    var encoder = JSONLineEncoder(wallOffset: 0, includesEnvironment: true)
    encoder.append(event)
    #expect(encoder.byteCount < JSONLineReader.defaultMaximumLineLength, "\(what)")
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(encoder.bytes[...], into: &events)
    try reader.finish(into: &events)
    #expect(reader.tooLongLines == 0 && events.count == 1, "\(what)")
    // Not by `#expect`, which would print megabytes.
    let isSame = events.first?.event == event
    #expect(isSame, "\(what)")
  }

  /// The kernel takes 6 MiB of arguments and environment in all (three quarters of `_STK_LIM`), and each string up to
  /// 128 KiB. The longest lines have control bytes only, and one byte that is not UTF-8, so that Base64
  /// comes too, in strings of one byte, of none, and of the greatest length.
  @Test(arguments: [0, 1, 131_071])
  func `The largest arguments and environment fit into a line`(length: Int) throws {
    let string = [UInt8](repeating: 1, count: length) + [0]
    let block = [0xff, 0] + Array(repeatElement(string, count: (3 << 20) / string.count).joined())
    let entry = Array("A=".utf8) + string
    let env = [0xff, 0] + Array(repeatElement(entry, count: (3 << 20) / entry.count).joined())
    let image = ProcessImage(
      time: 1, comm: "x", file: RawBytes(Array(repeating: 1, count: 4096)), argv: StringVector(bytes: block),
      env: StringVector(bytes: env))
    try expectReadBack(.exec(ExecEvent(process: facts, image: image)), "strings of \(length)")
  }

  /// All pids of Linux need about 230 MB. A sixteenth of them shows the length of an element.
  @Test func `A census of as many processes as Linux can have fits the bound`() throws {
    let count = 1 << 18
    let longest = ProcessID(pid: 4_194_304, startTime: 1 << 62)
    let event = CensusEvent(
      time: 1 << 62, alive: Array(repeating: CensusEvent.Living(id: longest, parent: longest), count: count))
    try expectReadBack(.census(event), "a census")
    var encoder = JSONLineEncoder(wallOffset: 0)
    encoder.append(.census(event))
    #expect(encoder.byteCount * 16 < JSONLineReader.defaultMaximumLineLength)
  }

  @Test func `A loss with the most names fits into a line`() throws {
    let record = LostRecord(
      kind: .failedExec, time: 1 << 62, id: facts.id, parent: facts.id, comm: Comm(Array(repeating: 0xff, count: 15)),
      uid: .max)
    try expectReadBack(
      .lost(LostEvent(time: 1, counts: LossCounts(), records: Array(repeating: record, count: 8192))), "a loss")
  }
}
