import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// docs/RECORDING.md: its recipes work, and its tables are those of the writer.
@Suite
struct RecordingDocumentTests {
  private let document = text(of: "\(Surroundings.repository)/docs/RECORDING.md") ?? ""
  private let trip = DatabaseTrip()

  /// The blocks of SQL, in order.
  private var recipes: [String] {
    document.split(separator: "```sql\n").dropFirst().compactMap { $0.split(separator: "\n```").first.map(String.init) }
  }

  private func record() throws {
    var events = SmallCommand.events
    let facts = ProcessFacts(
      id: ProcessID(pid: 20, startTime: 20 * SmallCommand.second),
      parent: ProcessID(pid: 10, startTime: 10 * SmallCommand.second),
      comm: "sudo", uid: 1000)
    events.append(
      .exec(
        ExecEvent(
          process: facts,
          image: ProcessImage(
            time: 21 * SmallCommand.second, comm: "sudo", argv: StringVector(["sudo", "-k"]), marks: [.privilegeChanged]
          ))))
    events.append(
      .output(
        OutputEvent(
          time: 13 * SmallCommand.second, process: ProcessID(pid: 12, startTime: 12 * SmallCommand.second),
          stream: .error, bytes: Array("cc: fatal error".utf8))))
    try trip.write(events, clock: Steps(1_772_388_318_000_000_000))
  }

  @Test func `Every recipe has an answer, by the library and by the shell`() throws {
    try record()
    #expect(recipes.count >= 10)
    let before = contents(of: trip.path)
    for recipe in recipes {
      let rows = try trip.rows(recipe)
      #expect(!rows.isEmpty, "\(recipe)")
      guard access("/usr/bin/sqlite3", X_OK) == 0 else {
        #expect(!Surroundings.requireKernel, "sqlite3 is missing")
        continue
      }
      #expect(try shell(recipe) == rows.map { $0.joined(separator: "|") }.joined(separator: "\n") + "\n", "\(recipe)")
    }
    #expect(contents(of: trip.path) == before)
  }

  @Test func `The recipes find what is there`() throws {
    try record()
    let runs = try trip.rows(recipes[0]).map { $0.joined(separator: "|") }
    #expect(
      runs == [
        "2026-03-01 18:05:19.000|1||||||",
        "2026-03-01 18:05:28.000|10|1|alice||||bash",
        "2026-03-01 18:05:29.000|11|10|alice|4.0|2||make -j8 all it",
        "2026-03-01 18:05:30.000|12|11|alice|2.0||SIGKILL|cc -c main.c",
        "2026-03-01 18:05:38.000|20|10|||||sudo -k",
      ])
    #expect(try trip.rows(recipes[1]).map { $0[0] } == ["11", "12"])
    #expect(try trip.rows(recipes[2]) == [["ENOENT", "/bin/mak", "1"]])
    #expect(try trip.rows(recipes[3]).map { $0[0] } == ["make", "cc"])
    #expect(try trip.rows(recipes[4]) == [["12", "cc -c main.c"]])
    #expect(try trip.rows(recipes[5]).map { $0[0] } == [" make -j8 all it", "   cc -c main.c"])
    let causes = try trip.rows(recipes[6]).map { $0[2] }
    #expect(causes.last == "make -j8 all it < bash")
    #expect(try trip.rows(recipes[7]) == [["3"]])
    #expect(try trip.rows(recipes[8]).map { $0[2] } == ["/bin", "/bin"])
    #expect(try trip.rows(recipes[9]).map { [$0[1], $0[3]] } == [["20", "setuid"]])
    #expect(try trip.rows(recipes[10]) == [["0", "0", "1"]])
    #expect(try trip.rows(recipes[11]) == [["12", "cc -c main.c", "stderr", "cc: fatal error"]])
  }

  /// What the sqlite3 shell prints.
  private func shell(_ recipe: String) throws -> String {
    let output = open(trip.scratch["output"], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer {
      close(output)
      close(null)
    }
    let pid = try spawn(
      ["sqlite3", "-batch", "-readonly", trip.path, recipe], program: "/usr/bin/sqlite3", input: null, output: output,
      errors: output)
    while waitpid(pid, nil, 0) < 0 && errno == EINTR {}
    return String(decoding: contents(of: output), as: UTF8.self)
  }

  @Test func `Each table, view and column is described`() throws {
    try record()
    for table in DatabaseSchema.tables {
      #expect(document.contains("`\(table.name)`"), "\(table.name)")
      for column in table.columns.split(separator: ", ").compactMap({ $0.split(separator: " ").first }) {
        // The counts of a loss and the parts of a name table stand together.
        if ["losses", "mark_names", "errno_names", "signal_names"].contains(table.name) { continue }
        #expect(document.contains("`\(column)`"), "\(table.name).\(column)")
      }
    }
    let views = try trip.rows("SELECT name FROM sqlite_schema WHERE type = 'view'").joined()
    #expect(Set(views) == ["runs", "exec_log", "failed_exec_log", "output_log", "event_log"])
    for view in views {
      for column in try trip.rows("SELECT name FROM pragma_table_info('\(view)')").joined() where column != "result" {
        #expect(document.contains("`\(column)`"), "\(view).\(column)")
      }
    }
    #expect(document.contains("| `application_id` | \(DatabaseSchema.application) "))
    #expect(document.contains("| `user_version` | \(DatabaseSchema.version):"))
  }
}
