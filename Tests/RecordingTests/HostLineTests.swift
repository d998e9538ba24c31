import Events
import Testing

@testable import Recording

/// The machine in lines of JSON.
@Suite
struct HostLineTests {
  private func event(_ time: UInt64) -> ProcessEvent {
    .fork(ForkEvent(time: time, process: ProcessFacts(id: ProcessID(pid: 2, startTime: time), parent: nil, comm: "a")))
  }

  private func lines(_ hosts: [RecordedHost?]) -> [UInt8] {
    var encoder = JSONLineEncoder(wallOffset: 1_700_000_000_000_000_000)
    for (index, host) in hosts.enumerated() {
      encoder.host = host
      encoder.append(event(UInt64(index + 5)))
    }
    return encoder.bytes
  }

  private func read(_ bytes: [UInt8]) throws -> [RecordedEvent] {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(bytes[...], into: &events)
    try reader.finish(into: &events)
    return events
  }

  @Test func `They follow the members that all events have`() {
    let text = String(decoding: lines([RecordedHost(name: "web-3", boot: "1a-2b")]), as: UTF8.self)
    #expect(text.contains(#","boot":5,"host":"web-3","boot_id":"1a-2b","pid":2,"#), "\(text)")
  }

  @Test(arguments: [
    RecordedHost(name: "web-3", boot: "1a-2b"), RecordedHost(name: "n\"\\\n\u{202e}é", boot: ""),
    RecordedHost(name: RawBytes([0x61, 0xff, 0x00, 0x80]), boot: RawBytes([0xfe])), RecordedHost(name: "", boot: "x"),
  ])
  func `What was read gives the same line again`(host: RecordedHost) throws {
    let first = lines([nil, host, host, RecordedHost(name: "other", boot: "y"), nil])
    let events = try read(first)
    #expect(events.map(\.host) == [nil, host, host, RecordedHost(name: "other", boot: "y"), nil])
    #expect(lines(events.map(\.host)) == first)
    #expect(events.map(\.event) == (0..<5).map { event($0 + 5) })
  }
}
