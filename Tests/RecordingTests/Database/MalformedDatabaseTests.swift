import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// Databases that are damaged, or made to harm: one line says what is wrong, and nothing crashes.
@Suite
struct MalformedDatabaseTests {
  private let trip = DatabaseTrip()

  private func expectLine(_ fault: RecordingError?, _ parts: String..., comment: String = "") {
    guard let line = fault?.description else {
      Issue.record("no fault, where \(parts) was expected \(comment)")
      return
    }
    #expect(line.hasPrefix(trip.path) && !line.contains("\n") && line.contains(": "), "\(line)")
    for part in parts { #expect(line.contains(part), "\(line)") }
  }

  private func changed(_ sql: String) throws -> (events: [RecordedEvent], fault: RecordingError?) {
    unlink(trip.path)
    try trip.write(SmallCommand.events)
    try trip.change(sql)
    return trip.read()
  }

  @Test func `Databases of others, and of other versions, are refused`() throws {
    expectLine(try changed("PRAGMA application_id = 7").fault, "is a database of another program", "record FILE")
    expectLine(
      try changed("PRAGMA user_version = 4").fault, "version 4", "reads versions 1 to 3",
      "open it with the execsnoop-top")
    expectLine(try changed("PRAGMA user_version = -2147483648").fault, "version -2147483648")
  }

  @Test func `Tables that are not the writer's are refused`() throws {
    expectLine(try changed("DROP TABLE exits").fault, "table exits: it is missing")
    expectLine(
      try changed("ALTER TABLE exits RENAME TO e; CREATE VIEW exits AS SELECT * FROM e").fault, "table exits",
      "not the one of version 3")
    expectLine(
      try changed("DROP TABLE losses; CREATE VIRTUAL TABLE losses USING fts5(a)").fault, "table losses", "not the one")
    expectLine(
      try changed("ALTER TABLE forks ADD COLUMN more AS (zeroblob(1000000000))").fault, "table forks", "not the one")
    expectLine(try changed("DROP TABLE clocks; CREATE TABLE clocks(a)").fault, "table clocks", "not the one")
  }

  @Test func `Values that no recording has are named with table and row`() throws {
    for (sql, place) in [
      ("UPDATE execs SET argv = 5", "table execs, row"), ("UPDATE execs SET argv = '[1]'", "argv is not a JSON array"),
      ("UPDATE execs SET argv = '[\"a\"'", "argv is not a JSON array"),
      ("UPDATE execs SET argv = x'00'", "argv is not text"), ("UPDATE execs SET age = 'x'", "age is not an integer"),
      ("UPDATE execs SET age = NULL", "age is NULL"), ("UPDATE execs SET age = 1.5", "age is not an integer"),
      ("UPDATE execs SET age = 9223372036854775807", "its age of 9223372036854775807"),
      ("UPDATE execs SET age = -9223372036854775808", "its age of -9223372036854775808"),
      ("UPDATE execs SET process = 999", "names row 999 of processes, which is not there"),
      ("UPDATE execs SET process = NULL", "process is NULL"),
      ("UPDATE execs SET program = -1", "names row -1 of programs, which is not there"),
      ("UPDATE execs SET marks = -1", "marks is -1"), ("UPDATE execs SET argv_length = -5", "argv_length is -5"),
      ("UPDATE execs SET environment = 77", "names row 77 of environments"),
      ("UPDATE environments SET variables = 'x'", "variables are not an object"),
      ("UPDATE exits SET status = 4294967296", "status is 4294967296"),
      ("UPDATE exits SET user_time = -1", "user_time is -1"),
      ("UPDATE exits SET peak_memory = 9223372036854775807", "peak_memory is 9223372036854775807"),
      ("UPDATE exits SET reaper = 5000", "names row 5000 of processes"),
      ("UPDATE processes SET pid = 0", "pid is 0"), ("UPDATE processes SET pid = 5000000000", "pid is 5000000000"),
      ("UPDATE processes SET start = -1", "start is -1"), ("UPDATE processes SET profile = 70", "row 70 of profiles"),
      ("UPDATE processes SET comm = NULL", "comm is NULL"),
      ("UPDATE strings SET text = 'longer than fifteen'", "comm is not at most 15 bytes"),
      ("UPDATE strings SET text = NULL", "text is NULL"), ("UPDATE profiles SET uid = -1", "uid is -1"),
      ("UPDATE failed_execs SET errno = -2", "errno is -2"), ("UPDATE clocks SET since = -1", "since is -1"),
      ("UPDATE clocks SET wall_offset = 'x'", "wall_offset is not an integer"),
    ] {
      expectLine(try changed(sql).fault, place, comment: sql)
    }
  }

  @Test func `Odd but possible contents are read`() throws {
    // Parents in a circle, the same process twice, times that go back, and rows of others.
    let circle = try changed("UPDATE processes SET parent = id")
    #expect(circle.fault == nil && circle.events.count == SmallCommand.events.count)
    let pair = try changed(
      "UPDATE processes SET parent = (SELECT max(id) FROM processes p WHERE p.id <> processes.id)")
    #expect(pair.fault == nil && pair.events.count == SmallCommand.events.count)
    let twins = try changed("UPDATE processes SET pid = 11, start = 11000000000")
    #expect(twins.fault == nil && twins.events.count == SmallCommand.events.count)
    let back = try changed("UPDATE execs SET age = -1000000000; UPDATE exits SET age = 0")
    #expect(back.fault == nil && back.events.count == SmallCommand.events.count)
    let more = try changed(
      """
      CREATE TABLE mine(a); CREATE TRIGGER t AFTER INSERT ON mine BEGIN DELETE FROM execs; END;
      CREATE VIEW v AS SELECT randomblob(1000000000)
      """)
    #expect(more.fault == nil && more.events.map(\.event) == SmallCommand.events)
    // Two events with one number: both are read.
    let same = try changed("UPDATE failed_execs SET id = (SELECT min(id) FROM execs)")
    #expect(same.fault == nil && same.events.count == SmallCommand.events.count)
  }

  /// What SQLite has beside a file that is written: a part that cannot be right is left out.
  @Test(arguments: 0..<8)
  func `Damage in the log beside the file never crashes the reader`(part: Int) throws {
    let writer = try trip.write(SmallCommand.events, each: 1, finish: false)
    let copies = ["", "-wal"].map { contents(of: trip.path + $0) }
    writer.abandon()
    var random = SeededGenerator(seed: UInt64(part) &+ 99)
    for round in 0..<60 {
      var log = copies[1]
      if round & 1 == 0 {
        log.removeLast(Int.random(in: 0...log.count, using: &random))
      } else {
        for _ in 0...Int.random(in: 0..<6, using: &random) {
          log[Int.random(in: 0..<log.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
      }
      replace(with: copies[0])
      for suffix in ["-wal", "-shm"] { unlink(trip.path + suffix) }
      let file = open(trip.path + "-wal", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      #expect(write(file, log, log.count) == log.count)
      close(file)
      let read = trip.read()
      #expect(read.fault.map { !$0.description.contains("\n") } ?? true)
      #expect(read.events.map(\.event) == Array(SmallCommand.events.prefix(read.events.count)))
    }
  }

  /// Each length of the file: all of the first page, then a step that meets every part of the pages.
  @Test func `A file that is cut anywhere gives events or one line`() throws {
    try trip.write(SmallCommand.events)
    let whole = contents(of: trip.path)
    for length in Array(0..<4096) + Array(stride(from: 4096, to: whole.count, by: 509)) {
      replace(with: Array(whole[..<length]))
      let read = trip.read()
      if let fault = read.fault {
        #expect(!fault.description.contains("\n"), "\(length): \(fault)")
      } else {
        // Nothing at all, as in a file that was never written.
        #expect(length == 0, "\(length)")
      }
    }
  }

  @Test(arguments: 0..<16)
  func `A file with changed bytes never crashes the reader`(part: Int) throws {
    try trip.write(SmallCommand.events)
    let whole = contents(of: trip.path)
    var random = SeededGenerator(seed: UInt64(part))
    for _ in 0..<120 {
      var bytes = whole
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        // The first page has the schema; the others have few bytes in use.
        let place = Int.random(in: 0..<(random.once(in: 3) ? 4096 : bytes.count), using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      replace(with: bytes)
      let read = trip.read()
      if let fault = read.fault { #expect(!fault.description.contains("\n"), "\(fault)") }
      #expect(read.events.count <= 1000)
    }
  }

  @Test func `A database in a pipe is told to be named`() throws {
    try trip.write(SmallCommand.events)
    let pipe = trip.scratch["pipe"]
    mkfifo(pipe, 0o600)
    let whole = contents(of: trip.path)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let writer = open(pipe, O_WRONLY | O_CLOEXEC)
    _ = write(writer, whole, 4096)
    close(writer)
    defer { close(reader) }
    var file = try EventFile(path: pipe)
    #expect(throws: RecordingError.self) { try file.read() }
    do { _ = try file.read() } catch {
      #expect("\(error)" == "\(pipe) is a database that comes through a pipe: name its file instead")
    }
  }

  private func replace(with bytes: [UInt8]) {
    unlink(trip.path)
    let file = open(trip.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    _ = write(file, bytes, bytes.count)
    close(file)
  }
}
