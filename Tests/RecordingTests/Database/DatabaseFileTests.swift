import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// The file of a recording: who may read it, and what is no place for one.
@Suite
struct DatabaseFileTests {
  private let trip = DatabaseTrip()

  private func message(_ path: String) -> String {
    do throws(RecordingError) {
      _ = try DatabaseWriter(path: path, DatabaseTrip.session)
      return "made"
    } catch {
      return error.description
    }
  }

  @Test func `Only its owner can read it, and it is one file in the end`() throws {
    let mask = umask(0)
    defer { umask(mask) }
    let writer = try trip.write(SmallCommand.events, finish: false)
    for name in names(in: trip.scratch.path) {
      var facts = stat()
      #expect(stat(trip.scratch[name], &facts) == 0 && facts.st_mode & 0o7777 == 0o600, "\(name)")
    }
    try writer.finish(status: nil, at: 1)
    #expect(names(in: trip.scratch.path) == ["events.db"])
  }

  @Test func `Nothing that exists is opened`() throws {
    trip.scratch.write("events.db", "mine")
    symlink(trip.scratch["target"], trip.scratch["link"])
    mkfifo(trip.scratch["fifo"], 0o600)
    trip.scratch.write("other.db-wal", "left over")
    for (name, culprit) in [
      ("events.db", "events.db"), ("link", "link"), ("fifo", "fifo"), ("other.db", "other.db-wal"),
    ] {
      #expect(message(trip.scratch[name]) == "\(trip.scratch[culprit]) exists: remove it, or name another file")
    }
    #expect(text(of: trip.path) == "mine")
    #expect(contents(ofReadable: trip.scratch["target"]) == nil)
    #expect(message("/dev/null") == "/dev/null exists: remove it, or name another file")
    #expect(message("/dev/full") == "/dev/full exists: remove it, or name another file")
  }

  @Test func `A place without room for a file is named`() throws {
    let folder = trip.scratch.path
    #expect(message("\(folder)/no/x.db") == "cannot create \(folder)/no/x.db: No such file or directory")
    #expect(message("-") == "standard input cannot be a recording: name a file")
    #expect(message("\(folder)/") == "\(folder)/ is not the name of a file: name one to record to")
    #expect(message("").hasPrefix("'' is not the name of a file"))
    #expect(message("\(folder)/..").contains("is not the name of a file"))
    #expect(names(in: folder).isEmpty)
  }

  @Test func `A second recorder is refused, and the first goes on`() throws {
    let writer = try trip.write(SmallCommand.events, finish: false)
    #expect(message(trip.path) == "\(trip.path) exists: remove it, or name another file")
    #expect(try writer.write(SmallCommand.events, clock: Steps(0), isDurable: true))
    try writer.finish(status: nil, at: 1)
    #expect(trip.read().events.count == 2 * SmallCommand.events.count)
  }

  @Test func `A file that was removed or replaced stops the recording`() throws {
    let writer = try trip.write(SmallCommand.events, finish: false)
    unlink(trip.path)
    #expect(throws: RecordingError.database(path: trip.path, " was removed: the recording has stopped")) {
      try writer.write(SmallCommand.events, clock: Steps(0), isDurable: false)
    }
    trip.scratch.write("events.db", "another")
    #expect(throws: RecordingError.self) {
      try writer.write(SmallCommand.events, clock: Steps(0), isDurable: false)
    }
    #expect(text(of: trip.path) == "another")
  }

  @Test func `Another program's lock is waited for`() throws {
    let writer = try trip.write(SmallCommand.events, finish: false)
    let other = try SQLiteConnection(Array(trip.path.utf8), .writing)
    try other.run("BEGIN IMMEDIATE")
    #expect(try !writer.write(SmallCommand.events, clock: Steps(0), isDurable: false))
    try other.run("ROLLBACK")
    #expect(try writer.write(SmallCommand.events, clock: Steps(0), isDurable: false))
    other.close()
    try writer.finish(status: nil, at: 1)
    #expect(trip.read().events.count == 2 * SmallCommand.events.count)
  }

  /// As after `kill -9`: the file, and what SQLite has beside it.
  @Test func `A recording is read while it is written, and after its writer is gone`() throws {
    let writer = try trip.write(SmallCommand.events, finish: false)
    #expect(trip.read().events.map(\.event) == SmallCommand.events)
    let copy = DatabaseTrip()
    for suffix in ["", "-wal"] {
      let bytes = contents(of: trip.path + suffix)
      let file = open(copy.path + suffix, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      #expect(write(file, bytes, bytes.count) == bytes.count)
      close(file)
    }
    var file = try EventFile(path: copy.path)
    #expect(try file.read()?.map(\.event) == SmallCommand.events)
    #expect(try file.read() == nil)
    #expect(
      file.notice == "\(copy.path) is not complete: it is being recorded, or its recorder was killed or had no room")
    #expect(try copy.rows("PRAGMA integrity_check") == [["ok"]])
    try writer.finish(status: nil, at: 1)
  }

  @Test func `A recording has the same answers while it is written and at its end`() throws {
    let query = "SELECT pid, parent_pid, comm, command, user, seconds, exit_code, signal FROM runs ORDER BY id"
    let writer = try trip.write(SmallCommand.events, finish: false)
    let before = try trip.rows(query)
    try writer.finish(status: nil, at: 1)
    #expect(try trip.rows(query) == before)
    #expect(
      before == [
        ["1", "", "", "", "", "", "", ""], ["10", "1", "bash", "bash", "alice", "", "", ""],
        ["11", "10", "make", "make -j8 all it", "alice", "4.0", "2", ""],
        ["12", "11", "cc", "cc -c main.c", "alice", "2.0", "", "SIGKILL"],
      ])
  }
}
