import Events
import Glibc
import TestSupport

@testable import Recording

/// A recording of a test's own, with what writing and reading it needs.
final class DatabaseTrip {
  let scratch = Scratch("recording", mode: 0o700)
  var path: String { scratch["events.db"] }

  static let session = DatabaseWriter.Session(version: "test", started: 1, includesEnvironment: true)

  /// Writes events in transactions of some events, and completes the recording.
  @discardableResult
  func write(
    _ events: [ProcessEvent], clock: Steps<UInt64, Int64> = Steps(0), each count: Int = 1000, finish: Bool = true
  ) throws -> DatabaseWriter {
    let writer = try DatabaseWriter(path: path, Self.session)
    var rest = events[...]
    while !rest.isEmpty {
      guard try writer.write(rest.prefix(count), clock: clock, isDurable: false) else { throw Locked() }
      rest = rest.dropFirst(count)
    }
    if finish { try writer.finish(status: nil, at: 2) }
    return writer
  }

  struct Locked: Error {}

  /// All events, and the error after them.
  func read() -> (events: [RecordedEvent], fault: RecordingError?) {
    var events: [RecordedEvent] = []
    do throws(RecordingError) {
      var file = try EventFile(path: path)
      while let more = try file.read() { events += more }
      return (events, nil)
    } catch {
      return (events, error)
    }
  }

  /// Changes the file as another program could.
  func change(_ sql: String) throws {
    let connection = try SQLiteConnection(Array(path.utf8), .writing)
    try connection.run(sql)
    connection.close()
  }

  /// All rows of a query, with the values of each as text.
  func rows(_ sql: String) throws -> [[String]] {
    let connection = try SQLiteConnection(Array(path.utf8), .reading)
    defer { connection.close() }
    return try Self.rows(sql, connection)
  }

  static func rows(_ sql: String, _ connection: SQLiteConnection) throws -> [[String]] {
    let statement = try connection.prepare(sql)
    var result: [[String]] = []
    while try statement.step() {
      result.append((0..<statement.columnCount).map { String(decoding: statement.text($0), as: UTF8.self) })
    }
    return result
  }
}

/// Events of one small command: a shell that runs two programs, one of which fails.
enum SmallCommand {
  static let second: UInt64 = 1_000_000_000

  private static func facts(_ pid: Int32, _ parent: Int32, _ comm: Comm) -> ProcessFacts {
    ProcessFacts(
      id: ProcessID(pid: pid, startTime: UInt64(pid) * second),
      parent: parent == 0 ? nil : ProcessID(pid: parent, startTime: UInt64(parent) * second), comm: comm, uid: 1000,
      gid: 1000, session: 10, processGroup: 10, tty: "pts/3", cgroup: "/user.slice", user: "alice")
  }

  private static func image(_ time: UInt64, _ comm: Comm, _ words: [String]) -> ProcessImage {
    ProcessImage(
      time: time, comm: comm, file: RawBytes(utf8: "/bin/\(words[0])"), exe: RawBytes(utf8: "/usr/bin/\(words[0])"),
      cwd: "/home/alice", argv: StringVector(words), env: StringVector(["PATH=/bin", "HOME=/home/alice"]))
  }

  static let events: [ProcessEvent] = [
    .existing(
      ExistingProcess(time: 10 * second, process: facts(10, 1, "bash"), image: image(9 * second, "bash", ["bash"]))),
    .fork(ForkEvent(time: 11 * second, process: facts(11, 10, "bash"), isByParent: true)),
    .failedExec(
      FailedExecEvent(process: facts(11, 10, "bash"), errno: 2, image: image(11 * second + 5, "bash", ["mak", "-j8"]))),
    .exec(ExecEvent(process: facts(11, 10, "make"), image: image(11 * second + 9, "make", ["make", "-j8", "all it"]))),
    .fork(ForkEvent(time: 12 * second, process: facts(12, 11, "make"), isByParent: true)),
    .exec(ExecEvent(process: facts(12, 11, "cc"), image: image(12 * second + 9, "cc", ["cc", "-c", "main.c"]))),
    .exit(
      ExitEvent(
        time: 14 * second, process: facts(12, 11, "cc"), status: ExitStatus(signal: 9),
        usage: ResourceUsage(userTime: second, systemTime: second / 2, peakMemory: 4096 * 100))),
    .exit(ExitEvent(time: 15 * second, process: facts(11, 10, "make"), status: ExitStatus(code: 2))),
  ]
}
