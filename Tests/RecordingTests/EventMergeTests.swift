import Events
import TestSupport
import Testing

@testable import Recording

/// Events of several machines in one order.
@Suite
struct EventMergeTests {
  private static let second: UInt64 = 1_000_000_000

  private func event(
    _ time: UInt64, _ pid: Int32 = 1, start: UInt64? = nil, wall: Int64? = nil, host: RecordedHost? = nil
  ) -> RecordedEvent {
    let facts = ProcessFacts(id: ProcessID(pid: pid, startTime: start ?? time), parent: nil, comm: "a")
    return RecordedEvent(event: .fork(ForkEvent(time: time, process: facts)), wallTime: wall, host: host)
  }

  private func take(_ merge: inout EventMerge, at now: UInt64 = 0) -> [RecordedEvent] {
    var merged: [RecordedEvent] = []
    merge.take(at: now, into: &merged)
    return merged
  }

  private func ids(_ events: [RecordedEvent]) -> [ProcessID] {
    events.compactMap { if case .fork(let fork) = $0.event { fork.process.id } else { nil } }
  }

  private func hosts(_ events: [RecordedEvent]) -> [HostEvent] {
    events.compactMap { if case .host(let host) = $0.event { host } else { nil } }
  }

  @Test func `Events of one machine pass unchanged`() {
    for host in [nil, RecordedHost(name: "web", boot: "b")] {
      var merge = EventMerge([MergeSource(name: "a")])
      let events = (1...9).map { event($0, wall: Int64($0) + 1000, host: host) }
      merge.add(events, to: 0, at: 0)
      let merged = take(&merge)
      #expect(Array(merged.suffix(9)) == events)
      #expect(hosts(merged).map(\.name) == (host == nil ? [] : ["web"]))
      #expect(hosts(merged).allSatisfy { !$0.isOneOfSeveral })
      #expect(!merge.isOver && merge.wants(0) && merge.deadline == nil)
      merge.end(0)
      #expect(take(&merge).isEmpty && merge.isOver)
    }
  }

  @Test func `Several files are merged by wall clock, and each machine has a number`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")])
    // The second machine booted 100 s earlier.
    merge.add([event(10, 7, wall: 2010), event(30, 8, wall: 2030)], to: 0, at: 0)
    merge.add([event(105, 7, wall: 2005), event(120, 7, wall: 2020)], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    let merged = take(&merge)
    #expect(
      ids(merged) == [
        ProcessID(pid: 7, startTime: 2005, host: 1), ProcessID(pid: 7, startTime: 2010),
        ProcessID(pid: 7, startTime: 2020, host: 1), ProcessID(pid: 8, startTime: 2030),
      ])
    #expect(merged.map(\.wallTime) == merged.map { Int64($0.event.time) })
    #expect(hosts(merged).map(\.name) == ["a", "b"] && hosts(merged).allSatisfy { $0.isOneOfSeveral })
    #expect(merge.isOver)
  }

  @Test func `Two recordings of one boot are one machine`() {
    let host = RecordedHost(name: "web", boot: "b")
    var merge = EventMerge([MergeSource(name: "a", host: host), MergeSource(name: "b", host: host)])
    merge.add([event(10, 7, wall: 2010)], to: 0, at: 0)
    merge.add([event(5, 7, wall: 2005)], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    let merged = take(&merge)
    #expect(ids(merged).map(\.host) == [0, 0] && hosts(merged).isEmpty && !merge.hasSeveralHosts)
  }

  @Test func `A stream of several machines is split`() {
    let (web, db) = (RecordedHost(name: "web", boot: "1"), RecordedHost(name: "db", boot: "2"))
    var merge = EventMerge([MergeSource(name: "-")])
    merge.add(
      [event(10, wall: 2010, host: web), event(500, wall: 2011, host: db), event(12, wall: 2012, host: web)], to: 0,
      at: 0)
    merge.end(0)
    let merged = take(&merge)
    #expect(ids(merged).map(\.host) == [0, 1, 0])
    #expect(ids(merged).map(\.startTime) == [2010, 2011, 2012])
    #expect(hosts(merged).filter(\.isOneOfSeveral).map(\.name) == ["web", "db"])
  }

  @Test func `A second machine that comes late keeps its processes apart`() {
    let (web, db) = (RecordedHost(name: "web", boot: "1"), RecordedHost(name: "db", boot: "2"))
    var merge = EventMerge([MergeSource(name: "-")])
    merge.add([event(10, wall: 1_000_010, host: web)], to: 0, at: 0)
    let first = take(&merge)
    #expect(ids(first) == [ProcessID(pid: 1, startTime: 10)])
    // Its processes started before the first machine did.
    let day: UInt64 = 86_400 * Self.second
    merge.add(
      [3, 4].map { event(day, 7, start: $0 * Self.second, wall: 1_000_020, host: db) } + [
        event(15, wall: 1_000_015, host: web)
      ], to: 0, at: 0)
    merge.end(0)
    let merged = take(&merge)
    #expect(hosts(merged).map(\.isOneOfSeveral) == [true, true])
    #expect(ids(merged).map(\.host) == [1, 1, 0])
    #expect(Set(ids(merged)).count == 3 && merged.map(\.event.time).suffix(3) == [20, 20, 15])
  }

  @Test func `The same name after another boot is another machine`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")])
    merge.add([event(10, wall: 2010, host: RecordedHost(name: "web", boot: "0123456789"))], to: 0, at: 0)
    merge.add([event(10, wall: 2020, host: RecordedHost(name: "web", boot: "9876543210"))], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    let merged = take(&merge)
    #expect(ids(merged).map(\.host) == [0, 1])
    #expect(hosts(merged).compactMap(\.note) == ["boot 01234567", "boot 98765432"])
  }

  @Test func `Events without wall times follow those of the others, in their own order`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")])
    merge.add([event(10, wall: 2010), event(40, wall: 2040)], to: 0, at: 0)
    merge.add([event(5), event(6), event(7)], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    let merged = take(&merge)
    #expect(ids(merged).map(\.host) == [0, 1, 1, 1, 0])
    #expect(ids(merged).map(\.startTime) == [2010, 2010, 2011, 2012, 2040])
  }

  @Test(arguments: ["b", "db"])
  func `A correction moves a machine's times`(name: String) {
    let sources = [MergeSource(name: "a"), MergeSource(name: "b")]
    var merge = EventMerge(sources, corrections: [name: 7, "nobody": 1])
    let db = RecordedHost(name: "db", boot: "2")
    merge.add([event(10, wall: 2010)], to: 0, at: 0)
    merge.add([event(8, wall: 2008, host: db)], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    #expect(ids(take(&merge)).map(\.startTime) == [2010, 2015])
    #expect(merge.unusedCorrections == ["nobody"])
  }

  @Test func `With their own times only the order is that of one clock`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")], keepsTimes: true)
    merge.add([event(10, 7, wall: 2010)], to: 0, at: 0)
    merge.add([event(105, 7, wall: 2005)], to: 1, at: 0)
    merge.end(0)
    merge.end(1)
    let merged = take(&merge)
    #expect(ids(merged) == [ProcessID(pid: 7, startTime: 105, host: 1), ProcessID(pid: 7, startTime: 10)])
    #expect(merged.compactMap(\.wallTime).suffix(2) == [2005, 2010])
  }

  @Test func `A silent stream is waited for, but not for long`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")])
    merge.add([event(10, wall: 2010)], to: 0, at: 100)
    #expect(take(&merge, at: 100).isEmpty)
    #expect(merge.deadline == 100 + EventMerge.patience && merge.wants(1) && !merge.wants(0))
    #expect(take(&merge, at: 99 + EventMerge.patience).isEmpty)
    #expect(ids(take(&merge, at: 100 + EventMerge.patience)).count == 1)
    #expect(merge.wants(0) && merge.deadline == nil)
    // What comes later than it should is not lost.
    merge.add([event(9, wall: 2005)], to: 1, at: 5 * Self.second)
    merge.end(0)
    #expect(ids(take(&merge, at: 5 * Self.second)) == [ProcessID(pid: 1, startTime: 2005, host: 1)])
  }

  @Test func `A stream that breaks is named, and the others go on`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b"), MergeSource(name: "c")])
    merge.add([event(10, wall: 2010)], to: 0, at: 0)
    merge.add([event(8, wall: 2008)], to: 1, at: 0)
    merge.end(1, failure: "its stream ended")
    merge.end(2, failure: "connection refused")
    let first = take(&merge)
    #expect(ids(first).map(\.host) == [1, 0])
    #expect(
      hosts(first).filter { $0.failure != nil }.map { [$0.name, $0.failure] } == [
        ["b", "its stream ended"], ["c", "connection refused"],
      ])
    merge.add([event(20, wall: 2020)], to: 0, at: 0)
    merge.end(0)
    #expect(ids(take(&merge)).map(\.startTime) == [2020] && merge.isOver)
  }

  @Test func `Times of hostile lines do not overflow`() {
    var merge = EventMerge([MergeSource(name: "a"), MergeSource(name: "b")], corrections: ["a": .min, "b": .max])
    merge.add([event(.max, wall: .max), event(0, wall: .min)], to: 0, at: .max)
    merge.add([event(1 << 62, wall: .min), event(.max), event(3, wall: 5)], to: 1, at: .max)
    merge.end(0)
    merge.end(1)
    #expect(ids(take(&merge, at: .max)).count == 5)
  }

  @Test func `A machine that starts again is another one of its name, and both show their boots`() {
    let (old, new) = (RecordedHost(name: "web", boot: "aaaaaaaaaa"), RecordedHost(name: "web", boot: "bbbbbbbbbb"))
    var merge = EventMerge([MergeSource(name: "-")])
    var merged: [RecordedEvent] = []
    merge.add([event(900, 7, start: 5, wall: 2000, host: old)], to: 0, at: 0)
    merge.take(at: 0, into: &merged)
    #expect(hosts(merged).map(\.label) == ["web"])
    merge.add([event(3, 7, start: 5, wall: 2100, host: new)], to: 0, at: 0)
    merge.take(at: 0, into: &merged)
    #expect(hosts(merged).dropFirst().map(\.label) == ["web (boot aaaaaaaa)", "web (boot bbbbbbbb)"])
    #expect(ids(merged).map(\.host) == [0, 1] && Set(ids(merged)).count == 2)
    #expect(hosts(merged).last?.boot == "bbbbbbbbbb")
  }

  @Test(arguments: Seeds.first(200)) func `Events are in the order of time, and of one time in that of the sources`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...12, using: &random)
    var merge = EventMerge((0..<count).map { MergeSource(name: RawBytes(utf8: "\($0)")) })
    var wanted: [(wall: Int64, source: Int, place: Int)] = []
    var rest = (0..<count).map { source -> [RecordedEvent] in
      var wall: Int64 = 0
      return (0..<Int.random(in: 0...30, using: &random)).map { place in
        wall += Int64.random(in: 0...3, using: &random)
        wanted.append((wall, source, place))
        return event(UInt64(wall) + 1000, Int32(place + 1), start: 1, wall: 5000 + wall, host: nil)
      }
    }
    var merged: [RecordedEvent] = []
    while !merge.isOver {
      for source in 0..<count where merge.wants(source) {
        let piece = Array(rest[source].prefix(Int.random(in: 1...9, using: &random)))
        rest[source].removeFirst(piece.count)
        if piece.isEmpty { merge.end(source) } else { merge.add(piece, to: source, at: 0) }
      }
      merge.take(at: 0, into: &merged)
    }
    wanted.sort { ($0.wall, $0.source, $0.place) < ($1.wall, $1.source, $1.place) }
    #expect(ids(merged).map(\.pid) == wanted.map { Int32($0.place + 1) }, "seed \(seed)")
    let names = Dictionary(hosts(merged).map { ($0.number, $0.name) }) { $1 }
    if names.count > 1 {
      #expect(ids(merged).map { names[$0.host] } == wanted.map { RawBytes(utf8: "\($0.source)") }, "seed \(seed)")
    }
  }
}
