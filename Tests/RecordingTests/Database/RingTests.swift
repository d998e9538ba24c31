import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// Recordings that forget their oldest processes.
@Suite
struct RingTests {
  private let trip = DatabaseTrip()

  private func writer(_ ring: RecordingRing) throws -> DatabaseWriter {
    try DatabaseWriter(
      path: trip.path,
      DatabaseWriter.Session(version: "test", started: 1, includesEnvironment: true, ring: ring))
  }

  /// Writes events in the portions that the writer asks for, and checks the size after each.
  private func write(_ events: [ProcessEvent], to writer: DatabaseWriter, within bytes: Int = .max) throws {
    var rest = events[...]
    while !rest.isEmpty {
      let portion = rest.prefix(writer.portion(of: rest))
      #expect(try writer.write(portion, clock: Steps(0), isDurable: false))
      rest = rest.dropFirst(portion.count)
      if writer.size / 11 > bytes / 10 { Issue.record("\(writer.size) bytes") }
    }
  }

  /// A reference in the file that leads nowhere, and a value that nothing uses.
  private func expectWhole() throws {
    #expect(try trip.rows("PRAGMA integrity_check") == [["ok"]])
    let images = ["execs", "failed_execs", "existing"]
    let events = images + ["forks", "exits"]
    var uses: [(table: String, column: String, of: String)] = [
      ("exits", "reaper", "processes"), ("outputs", "process", "processes"), ("processes", "comm", "strings"),
      ("processes", "profile", "profiles"),
      ("processes", "parent", "processes"),
    ]
    for table in events {
      for (column, of) in [
        ("process", "processes"), ("parent", "processes"), ("comm", "strings"), ("profile", "profiles"),
      ] { uses.append((table, column, of)) }
    }
    for table in images {
      for (column, of) in [("program", "programs"), ("environment", "environments"), ("image_comm", "strings")] {
        uses.append((table, column, of))
      }
    }
    for column in ["exe", "file", "interpreter", "cwd"] { uses.append(("programs", column, "strings")) }
    for column in ["tty", "cgroup", "user"] { uses.append(("profiles", column, "strings")) }
    for (table, column, of) in uses {
      let lost = try trip.rows(
        "SELECT count(*) FROM \(table) WHERE \(column) > 0 AND \(column) NOT IN (SELECT id FROM \(of))")
      #expect(lost == [["0"]], "\(table).\(column)")
    }
    for value in ["strings", "programs", "environments", "profiles"] {
      let used = uses.filter { $0.of == value }.map {
        "SELECT \($0.column) FROM \($0.table) WHERE \($0.column) NOT NULL"
      }
      let idle = try trip.rows(
        "SELECT count(*) FROM \(value) WHERE id NOT IN (\(used.joined(separator: " UNION ")))")
      #expect(idle == [["0"]], "\(value)")
    }
  }

  private static let boot: UInt64 = 1 << 45

  private func facts(_ pid: Int, _ parent: Int, _ comm: Comm, cgroup: RawBytes = "/user.slice") -> ProcessFacts {
    ProcessFacts(
      id: ProcessID(pid: Int32(pid), startTime: Self.boot + UInt64(pid)),
      parent: parent == 0 ? nil : ProcessID(pid: Int32(parent), startTime: Self.boot + UInt64(parent)), comm: comm,
      uid: 1000,
      cgroup: cgroup, user: "alice")
  }

  private func fork(_ facts: ProcessFacts) -> ProcessEvent {
    .fork(ForkEvent(time: facts.id.startTime + 9, process: facts, isByParent: true))
  }

  private func exec(_ facts: ProcessFacts, _ argument: String, cwd: RawBytes = "/work") -> ProcessEvent {
    .exec(
      ExecEvent(
        process: facts,
        image: ProcessImage(
          time: facts.id.startTime + 100, comm: facts.comm, file: "./job", exe: "/work/job", cwd: cwd,
          argv: StringVector(["./job", argument]), env: StringVector(["A=\(argument)"]))))
  }

  private func exit(_ facts: ProcessFacts) -> ProcessEvent {
    .exit(ExitEvent(time: facts.id.startTime + 900, process: facts, status: ExitStatus(code: 0)))
  }

  /// A storm of more than twice what fits. The shell that makes it, and its own parent, run from the first event on.
  @Test func `The size is kept, and so are what runs and its ancestors`() throws {
    let size = RecordingRing.smallest
    let writer = try writer(RecordingRing(bytes: size))
    let shell = facts(2, 1, "bash")
    try write([fork(facts(1, 0, "init")), fork(shell), exec(shell, "first")], to: writer)
    // A chain: its first two have exited, and its last one runs.
    let chain = (3...5).map { facts($0, $0 - 1, "chain") }
    try write(chain.map(fork) + chain.map { exec($0, "chain") } + chain.prefix(2).map(exit), to: writer)
    for batch in 0..<70 {
      var events: [ProcessEvent] = []
      for index in 0..<1000 {
        let child = facts(100 + batch * 1000 + index, 2, "child", cgroup: RawBytes(utf8: "/c\(batch / 7)"))
        events += [
          fork(child), exec(child, "\(index) \(batch)", cwd: RawBytes(utf8: "/work/\(index % 100)")), exit(child),
        ]
      }
      // A process that starts programs for ever keeps only its last one.
      events.append(exec(shell, "again \(batch)"))
      try write(events, to: writer, within: size)
    }
    #expect(writer.forgotten > 30_000 && writer.forgotten < 70_000)
    #expect(writer.counts.processes == 70_005)
    try writer.finish(status: nil, at: 5)
    #expect(writer.size <= size)
    try expectWhole()
    let read = trip.read()
    #expect(read.fault == nil)
    let events = read.events.map(\.event)
    #expect(events.count > 10_000)
    // The newest are there, without a gap.
    let last = (69_000..<70_000).map { Int32(100 + $0) }
    let exits = Set(events.compactMap(\.exited))
    #expect(last.allSatisfy { exits.contains($0) })
    let kept = try trip.rows("SELECT pid, comm, is_running, command FROM runs WHERE pid < 6 ORDER BY id")
    #expect(
      kept == [
        ["1", "init", "1", ""], ["2", "bash", "1", "./job again 69"], ["3", "chain", "0", "./job chain"],
        ["4", "chain", "0", "./job chain"], ["5", "chain", "1", "./job chain"],
      ])
    let session = try trip.rows("SELECT ring_size, ring_time, forgotten, complete_since > 0, is_complete FROM sessions")
    #expect(session == [["\(size)", "", "\(writer.forgotten)", "1", "1"]])
    // The values of what was forgotten are gone.
    #expect(try trip.rows("SELECT count(*) FROM strings WHERE text IN ('/c0', '/c9')") == [["1"]])
  }

  @Test func `Processes that exited too long ago are forgotten`() throws {
    let writer = try writer(RecordingRing(nanoseconds: 300_000_000))
    let parent = facts(1, 0, "init")
    try write([fork(parent)], to: writer)
    for round in 0..<8 {
      let child = facts(10 + round, 1, "child")
      try write([fork(child), exec(child, "x"), exit(child)], to: writer)
      usleep(120_000)
    }
    try writer.finish(status: nil, at: 5)
    try expectWhole()
    let pids = try trip.rows("SELECT pid FROM runs WHERE pid >= 10 ORDER BY id").joined()
    #expect(pids.last == "17" && pids.count < 6 && pids.count > 0, "\(pids)")
    #expect(try trip.rows("SELECT comm, is_running FROM runs WHERE pid = 1") == [["init", "1"]])
  }

  /// Events of all kinds in any order: exits that come twice or before others, censuses, parents in circles.
  @Test(arguments: 0..<24)
  func `Nothing dangles, whatever comes`(seed: Int) throws {
    var random = RandomEvents(seed: UInt64(seed) &+ 77)
    let identities = (1...12).map { ProcessID(pid: Int32($0), startTime: UInt64($0) * 10) }
    let writer = try writer(RecordingRing(nanoseconds: 1))
    var events: [ProcessEvent] = []
    for _ in 0..<400 {
      if random.chance(3) { events.append(random.event()); continue }
      let facts = ProcessFacts(
        id: identities[random.number(below: 12)], parent: identities[random.number(below: 12)],
        comm: random.chance(2) ? "sh" : "make", uid: UInt32(random.number(below: 3)))
      let image = ProcessImage(time: 9, comm: "x", cwd: random.chance(2) ? "/a" : "/b", argv: StringVector(["a"]))
      switch random.number(below: 6) {
      case 0: events.append(.fork(ForkEvent(time: 5, process: facts, isByParent: true)))
      case 1: events.append(.exec(ExecEvent(process: facts, image: image)))
      case 2:
        events.append(.existing(ExistingProcess(time: 8, process: facts, image: image, isAgain: random.chance(2))))
      case 3: events.append(.failedExec(FailedExecEvent(process: facts, errno: 2, image: image)))
      default:
        events.append(
          .exit(
            ExitEvent(
              time: 7, process: facts, status: ExitStatus(code: 1),
              reaper: random.chance(2) ? identities[random.number(below: 12)] : nil)))
      }
    }
    var rest = events[...]
    while !rest.isEmpty {
      let count = 1 + random.number(below: 60)
      try write(Array(rest.prefix(count)), to: writer)
      rest = rest.dropFirst(count)
      // As if all of it were old.
      try writer.forgetAll(before: random.number(below: 40))
      if random.chance(3) { try expectWhole() }
    }
    try writer.finish(status: nil, at: 5)
    try expectWhole()
    let read = trip.read()
    #expect(read.fault == nil)
  }

  @Test func `A process that only its output names stays as long as that, and no longer`() throws {
    let writer = try writer(RecordingRing(nanoseconds: 1))
    let output = OutputEvent(time: 20, process: ProcessID(pid: 7, startTime: 10), stream: .error, bytes: [0x61])
    try write([.output(output)], to: writer)
    // The row of the process is passed, that of its output is not.
    try writer.forgetAll(before: 1)
    try expectWhole()
    #expect(try trip.rows("SELECT (SELECT count(*) FROM outputs), (SELECT count(*) FROM processes)") == [["1", "1"]])
    try writer.forgetAll(before: 0)
    #expect(try trip.rows("SELECT (SELECT count(*) FROM outputs), (SELECT count(*) FROM processes)") == [["0", "0"]])
    try write([.output(output)], to: writer)
    try writer.finish(status: nil, at: 5)
    try expectWhole()
    #expect(trip.read().fault == nil)
  }

  /// One event may not fill the ring, whatever its arguments are, and what fits is kept.
  @Test(arguments: [0x41, 0x01, 0xff] as [UInt8])
  func `Long arguments keep the size too`(byte: UInt8) throws {
    let size = RecordingRing.smallest
    let writer = try writer(RecordingRing(bytes: size))
    let long = Array(repeating: byte, count: 60_000) + [0]
    try write([fork(facts(1, 0, "init"))], to: writer)
    for pid in 2..<600 {
      let child = facts(pid, 1, "child")
      let argv = StringVector(bytes: Array("\(pid)".utf8) + long)
      let env = StringVector(bytes: Array("A=\(pid)".utf8) + long)
      let exec = ProcessEvent.exec(
        ExecEvent(process: child, image: ProcessImage(time: child.id.startTime, comm: "child", argv: argv, env: env)))
      try write([fork(child), exec, exit(child)], to: writer, within: size)
      // What is in the log and is not moved yet, too.
      #expect(writer.file.logSize <= size / 4)
    }
    try writer.finish(status: nil, at: 5)
    try expectWhole()
    let lengths = ["argv", "argv_bytes", "e.variables", "e.bytes"].map {
      "coalesce(length(CAST(\($0) AS BLOB)), 0)"
    }
    let kept = try trip.rows(
      "SELECT sum(\(lengths.joined(separator: " + "))) FROM execs JOIN environments e ON e.id = environment")
    #expect((kept.first?.first).flatMap { Int($0) } ?? 0 > size / 3, "\(kept)")
    #expect(trip.read().fault == nil)
  }

  /// The event that ends a recording is followed by more than fits.
  @Test func `A process that is pinned stays, with its ancestors and its event`() throws {
    for kind in ["exit", "exec", "fail"] {
      let path = "\(trip.path)-\(kind)"
      defer { unlink(path) }
      let writer = try DatabaseWriter(
        path: path,
        DatabaseWriter.Session(version: "test", started: 1, ring: RecordingRing(bytes: RecordingRing.smallest)))
      let chain = (1...3).map { facts($0, $0 - 1, "chain") }
      let last = chain[2]
      let image = ProcessImage(time: last.id.startTime + 500, comm: "chain", argv: StringVector(["./match"]))
      let match: ProcessEvent =
        switch kind {
        case "exit": exit(last)
        case "exec": .exec(ExecEvent(process: last, image: image))
        default: .failedExec(FailedExecEvent(process: last, errno: 2, image: image))
        }
      // Before it is written, as the recorder does.
      writer.pin(last.id, at: match.time)
      try write(chain.map(fork) + [exec(last, "before"), match], to: writer)
      try write((kind == "exit" ? [] : [exec(last, "after"), exit(last)]) + chain.prefix(2).map(exit), to: writer)
      let pad = String(repeating: "x", count: 20_000)
      for pid in 10..<500 {
        let child = facts(pid, 0, "child")
        try write([fork(child), exec(child, pad), exit(child)], to: writer)
      }
      #expect(writer.forgotten > 200)
      try writer.finish(status: nil, at: 5)
      let database = try SQLiteConnection(Array(path.utf8), .reading)
      let statement = try database.prepare(
        "SELECT group_concat(pid) || (SELECT count(*) FROM processes WHERE pid < 10) FROM (SELECT pid FROM exits "
          + "JOIN processes p ON p.id = process WHERE pid < 10 ORDER BY pid)")
      #expect(try statement.step() && statement.text(0) == Array("1,2,33".utf8), "\(kind)")
      let events = try database.prepare(
        "SELECT (SELECT count(*) FROM execs WHERE argv = '[\"./match\"]') * 10 + (SELECT count(*) FROM failed_execs)")
      let isThere = try events.step()
      let expected: [UInt8] = Array((kind == "exec" ? "10" : kind == "fail" ? "1" : "0").utf8)
      #expect(isThere && events.text(0) == expected, "\(kind)")
      database.close()
    }
  }

  @Test func `A bound that the running processes exceed ends the recording with a line`() throws {
    let writer = try writer(RecordingRing(bytes: 1))
    var line = ""
    do throws(RecordingError) {
      for pid in 1... {
        let one = facts(pid, 0, "idle", cgroup: RawBytes(utf8: String(repeating: "x", count: 1000) + "\(pid)"))
        #expect(try writer.write([fork(one), exec(one, "\(pid)")], clock: Steps(0), isDurable: false))
        if pid > 20_000 { break }
      }
    } catch {
      line = error.description
    }
    #expect(
      line == "\(trip.path): the running processes do not fit: give --ring a larger size: the recording has stopped")
    #expect(writer.size <= RecordingRing.smallest / 10 * 11)
  }

  @Test func `A reader that stays makes the recording wait, not grow`() throws {
    let writer = try writer(RecordingRing(bytes: RecordingRing.smallest))
    try write([fork(facts(1, 0, "init"))], to: writer)
    let reader = try SQLiteConnection(Array(trip.path.utf8), .reading)
    try reader.run("BEGIN")
    _ = try reader.prepare("SELECT count(*) FROM execs").step()
    var waits = false
    for pid in 2..<40_000 {
      let one = facts(pid, 1, "child")
      waits = try !writer.write([fork(one), exec(one, "x"), exit(one)], clock: Steps(0), isDurable: false)
      if waits { break }
    }
    #expect(waits && writer.size < RecordingRing.smallest)
    reader.close()
    #expect(try writer.write([fork(facts(50_000, 1, "later"))], clock: Steps(0), isDurable: true))
    try writer.finish(status: nil, at: 5)
    #expect(trip.read().fault == nil)
  }
}

extension ProcessEvent {
  /// The pid of an exit.
  fileprivate var exited: Int32? {
    if case .exit(let event) = self { event.process.id.pid } else { nil }
  }
}

extension DatabaseWriter {
  /// Forgets everything but some of the last rows.
  fileprivate func forgetAll(before count: Int) throws {
    try connection.run("BEGIN IMMEDIATE")
    try rows.forget(upTo: rows.lastID - Int64(count))
    try connection.run("COMMIT")
  }
}
