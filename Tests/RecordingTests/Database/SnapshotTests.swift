import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// Copies of a recording that goes on.
@Suite
struct SnapshotTests {
  private let trip = DatabaseTrip()

  private func events(_ numbers: Range<Int>) -> [ProcessEvent] {
    numbers.flatMap { number -> [ProcessEvent] in
      let start = UInt64(number) * 1000
      let facts = ProcessFacts(id: ProcessID(pid: Int32(number), startTime: start), parent: nil, comm: "job")
      return [
        .fork(ForkEvent(time: start + 1, process: facts, isByParent: true)),
        .exec(
          ExecEvent(
            process: facts,
            image: ProcessImage(
              time: start + 2, comm: "job",
              argv: StringVector(["job", String(repeating: "x", count: 300), "\(number)"])))),
        .exit(ExitEvent(time: start + 3, process: facts, status: ExitStatus(code: 0))),
      ]
    }
  }

  private func read(_ name: String) throws -> [ProcessEvent] {
    var file = try EventFile(path: trip.scratch[name])
    var events: [ProcessEvent] = []
    while let more = try file.read() { events += more.map(\.event) }
    #expect(file.notice == nil)
    return events
  }

  @Test(arguments: [nil, RecordingRing(bytes: 64 << 20)])
  func `A snapshot has what is written until its end`(ring: RecordingRing?) throws {
    let writer = try DatabaseWriter(
      path: trip.path, DatabaseWriter.Session(version: "test", started: 1, ring: ring))
    var written = events(1..<6000)
    #expect(try writer.write(written, clock: Steps(0), isDurable: false))
    try writer.startSnapshot()
    var parts = 0
    while writer.isMakingSnapshot {
      guard let made = try writer.copySnapshot(at: 77) else {
        // Between two parts the recording goes on.
        let more = events(10_000 + parts * 100..<10_050 + parts * 100)
        #expect(try writer.write(more, clock: Steps(0), isDurable: false))
        written += more
        parts += 1
        continue
      }
      #expect(made.path == trip.scratch["events-1.db"] && made.size > 1 << 20)
    }
    #expect(parts > 1)
    #expect(try read("events-1.db") == written)
    let later = events(90_000..<90_010)
    #expect(try writer.write(later, clock: Steps(0), isDurable: false))
    try writer.finish(status: nil, at: 1)
    #expect(try read("events.db") == written + later)
    #expect(try read("events-1.db") == written)
    #expect(names(in: trip.scratch.path).sorted() == ["events-1.db", "events.db"])
    var facts = stat()
    #expect(stat(trip.scratch["events-1.db"], &facts) == 0 && facts.st_mode & 0o7777 == 0o600)
  }

  @Test func `A snapshot overwrites nothing, and leaves nothing that is not complete`() throws {
    let writer = try trip.write(SmallCommand.events, finish: false)
    trip.scratch.write("events-1.db", "mine")
    mkfifo(trip.scratch["events-2.db"], 0o600)
    trip.scratch.write("events-3.db-wal", "left over")
    try writer.startSnapshot()
    while try writer.isMakingSnapshot && writer.copySnapshot(at: 1) == nil {}
    #expect(try read("events-4.db") == SmallCommand.events)
    #expect(text(of: trip.scratch["events-1.db"]) == "mine")
    // One that was begun is removed at the end.
    try writer.startSnapshot()
    #expect(names(in: trip.scratch.path).contains("events-5.db"))
    try writer.finish(status: nil, at: 1)
    #expect(!names(in: trip.scratch.path).contains("events-5.db"))
    #expect(trip.read().events.count == SmallCommand.events.count)
  }
}
