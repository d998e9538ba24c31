import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// What goes into a database comes out of it.
@Suite
struct DatabaseRoundTripTests {
  @Test(arguments: 0..<40)
  func `Every event equals itself after a database, whatever bytes are in it`(seed: Int) throws {
    var random = RandomEvents(seed: UInt64(seed))
    let events = (0..<200).map { _ in random.event() }
    let trip = DatabaseTrip()
    try trip.write(events, each: 1 + random.number(below: 90))
    let read = trip.read()
    #expect(read.fault == nil, "seed \(seed)")
    #expect(read.events.map(\.event) == events, "seed \(seed)")
  }

  /// Events of a few processes, so that the columns of one event depend on other rows.
  @Test(arguments: 0..<40)
  func `Events of the same processes keep their own facts`(seed: Int) throws {
    var random = RandomEvents(seed: UInt64(seed) &+ 1000)
    let identities = (1...4).map { ProcessID(pid: Int32($0), startTime: UInt64($0) * 10) }
    let users: [RawBytes?] = [nil, "alice", "bob"]
    func facts() -> ProcessFacts {
      ProcessFacts(
        id: identities[random.number(below: 4)],
        parent: random.chance(3) ? nil : identities[random.number(below: 4)],
        comm: random.chance(2) ? "sh" : "make", uid: UInt32(random.number(below: 2)),
        innerPID: random.chance(3) ? Int32(random.number(below: 3)) : nil, user: users[random.number(below: 3)])
    }
    let events = (0..<300).map { index -> ProcessEvent in
      // Time goes backwards too.
      let time = UInt64(random.number(below: 100))
      let image = ProcessImage(time: time, comm: random.chance(2) ? "sh" : "cc", argv: StringVector(["a", "\(index)"]))
      return switch random.number(below: 5) {
      case 0: .fork(ForkEvent(time: time, process: facts(), isByParent: random.chance(2)))
      case 1: .exec(ExecEvent(process: facts(), image: image))
      case 2: .failedExec(FailedExecEvent(process: facts(), errno: 2, image: image))
      case 3: .existing(ExistingProcess(time: time, process: facts(), image: image, isAgain: random.chance(2)))
      default:
        .exit(
          ExitEvent(
            time: time, process: facts(), status: ExitStatus(code: 1),
            reaper: random.chance(2) ? identities[random.number(below: 4)] : nil))
      }
    }
    let trip = DatabaseTrip()
    try trip.write(events, each: 7)
    #expect(trip.read().fault == nil)
    #expect(trip.read().events.map(\.event) == events, "seed \(seed)")
  }

  @Test func `Environments are left out unless they are asked for`() throws {
    let trip = DatabaseTrip()
    let writer = try DatabaseWriter(path: trip.path, DatabaseWriter.Session(version: "test", started: 1))
    #expect(try writer.write(SmallCommand.events, clock: Steps(0), isDurable: true))
    try writer.finish(status: 2, at: 5)
    #expect(!contents(of: trip.path).contains("HOME=/home/alice".utf8))
    #expect(trip.read().events.count == SmallCommand.events.count)
    #expect(
      try trip.rows("SELECT version, ended, is_complete, status, has_environments FROM sessions") == [
        ["test", "5", "1", "2", "0"]
      ])
  }

  @Test func `The wall clock comes back, with where it was set`() throws {
    var clock = Steps<UInt64, Int64>(1_772_388_318_123_456_789)
    clock.append(1_772_388_999_000_000_001, from: 12 * SmallCommand.second)
    let trip = DatabaseTrip()
    try trip.write(SmallCommand.events, clock: clock)
    // Of a clock that is seen for the first time after a step, the latest offset is known.
    #expect(trip.read().events.allSatisfy { $0.wallOffset == 1_772_388_999_000_000_001 })

    let other = DatabaseTrip()
    let writer = try DatabaseWriter(path: other.path, DatabaseTrip.session)
    let before = Steps<UInt64, Int64>(1_772_388_318_123_456_789)
    #expect(try writer.write(SmallCommand.events.prefix(4), clock: before, isDurable: false))
    #expect(try writer.write(SmallCommand.events.dropFirst(4), clock: clock, isDurable: false))
    try writer.finish(status: nil, at: 1)
    #expect(
      other.read().events.map(\.wallOffset) == SmallCommand.events.map { clock.value(at: $0.time) })
  }

  @Test func `Values are stored once, and what is not UTF-8 has its bytes`() throws {
    let trip = DatabaseTrip()
    var events = SmallCommand.events
    let facts = ProcessFacts(id: ProcessID(pid: 13, startTime: 5), parent: nil, comm: "x")
    events.append(
      .exec(
        ExecEvent(
          process: facts,
          image: ProcessImage(time: 9, comm: "x", argv: StringVector([Array("x".utf8), [0xff, 0x41]])))))
    try trip.write(events)
    #expect(try trip.rows("SELECT count(*) FROM strings WHERE text = '/home/alice'") == [["1"]])
    #expect(try trip.rows("SELECT count(*) FROM profiles") == [["2"]])
    #expect(
      try trip.rows("SELECT argv, hex(argv_bytes) FROM execs WHERE argv_bytes NOT NULL") == [
        ["[\"x\",\"\u{fffd}A\"]", "7800FF4100"]
      ])
    #expect(
      try trip.rows("SELECT value FROM execs, json_each(argv) WHERE execs.id = (SELECT min(id) FROM execs)") == [
        ["make"], ["-j8"], ["all it"],
      ])
    #expect(trip.read().events.map(\.event) == events)
  }

  /// As the program of version 1 left it.
  @Test func `A recording of version 1 is read`() throws {
    let trip = DatabaseTrip()
    try trip.write(SmallCommand.events)
    for column in ["ring_size", "ring_time", "forgotten", "complete_since"] {
      try trip.change("ALTER TABLE sessions DROP COLUMN \(column)")
    }
    try trip.change("DROP VIEW runs; ALTER TABLE exits DROP COLUMN killer")
    try trip.change("PRAGMA user_version = 1; CREATE INDEX execs_of_process ON execs(process)")
    let read = trip.read()
    #expect(read.fault == nil)
    #expect(read.events.map(\.event) == SmallCommand.events)
    #expect(try trip.rows("SELECT count(*) FROM processes") == [["4"]])
  }

  /// As the program of version 2 left it.
  @Test func `A recording of version 2, without killers and output, is read`() throws {
    let trip = DatabaseTrip()
    try trip.write(SmallCommand.events)
    try trip.change(
      "DROP VIEW runs; DROP VIEW output_log; DROP VIEW event_log; DROP TABLE outputs; "
        + "ALTER TABLE exits DROP COLUMN killer; PRAGMA user_version = 2")
    let read = trip.read()
    #expect(read.fault == nil)
    #expect(read.events.map(\.event) == SmallCommand.events)
  }

  @Test func `SQL shows what killed a process`() throws {
    let trip = DatabaseTrip()
    let killers: [Killer] = [
      .process(Killer.Sender(id: ProcessID(pid: 7, startTime: 6), comm: "bash", uid: 0)), .kernel(code: 1),
      .outOfMemory(Killer.Memory(anonymous: 5, limit: 9)), .terminal("pts/3"),
    ]
    let events = killers.enumerated().map { index, killer in
      let id = ProcessID(pid: Int32(index + 10), startTime: UInt64(index + 10))
      return ProcessEvent.exit(
        ExitEvent(
          time: 100, process: ProcessFacts(id: id, parent: nil, comm: "x"), status: ExitStatus(signal: 9),
          killer: killer))
    }
    try trip.write(events)
    #expect(trip.read().events.map(\.event) == events)
    #expect(try trip.rows("SELECT killer FROM runs ORDER BY id") == [["bash"], ["kernel"], ["oom"], ["terminal"]])
    #expect(try trip.rows("SELECT killer ->> '$.limit' FROM exits WHERE killer ->> '$.by' = 'oom'") == [["9"]])
  }

  /// What a storm costs on the disk, without what the kernel adds to real events.
  @Test func `A process of a storm takes at most 135 bytes`() throws {
    let storm = 20_000
    var events: [ProcessEvent] = []
    let parent = ProcessID(pid: 100, startTime: 1 << 45)
    for index in 0..<storm {
      let start = (1 << 45) + UInt64(index) * 150_000
      var facts = ProcessFacts(
        id: ProcessID(pid: Int32(1000 + index), startTime: start), parent: parent, comm: "sh", uid: 1000, gid: 1000,
        session: 77, processGroup: 99, tty: "pts/3", cgroup: "/user.slice/user-1000.slice/session-3.scope",
        user: "alice")
      events.append(.fork(ForkEvent(time: start + 9_000, process: facts, isByParent: true)))
      facts.comm = "storm-child"
      events.append(
        .exec(
          ExecEvent(
            process: facts,
            image: ProcessImage(
              time: start + 300_000, comm: "storm-child", file: "./storm-child", exe: "/work/build/storm-child",
              cwd: "/work/build", argv: StringVector(["./storm-child", "--number", "\(index)"])))))
      events.append(
        .exit(
          ExitEvent(
            time: start + 900_000, process: facts, status: ExitStatus(code: 0),
            usage: ResourceUsage(userTime: 0, systemTime: 412_345, peakMemory: 700_416, minorFaults: 42))))
    }
    let trip = DatabaseTrip()
    let writer = try trip.write(events)
    #expect(writer.size / storm <= 135, "\(writer.size / storm) bytes")
    #expect(trip.read().events.map(\.event) == events)
  }
}
