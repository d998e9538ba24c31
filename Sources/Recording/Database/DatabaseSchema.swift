/// The layout of a recording: docs/RECORDING.md describes it. A change of the tables needs a new version.
enum DatabaseSchema {
  /// `PRAGMA application_id`: "EXST".
  static let application: Int64 = 0x4558_5354
  /// `PRAGMA user_version`: the version of the tables. A reader refuses versions that it does not know.
  ///
  /// Version 1 had no rings, and indices at the end. Version 2 had no killers and no output.
  static let version: Int64 = 3
  /// The versions that a reader knows.
  static let known: ClosedRange<Int64> = 1...version

  /// A table as it is made, and as `sqlite_schema` has it.
  struct Table {
    let name: String
    let columns: String
    /// The columns that earlier versions had: up to which version, in the order of versions.
    var former: [(upTo: Int64, columns: String)] = []
    /// The first version that has it.
    var since: Int64 = 1

    var sql: String { sql(of: DatabaseSchema.version) }

    /// How a version makes it.
    func sql(of version: Int64) -> String {
      "CREATE TABLE \(name)(\(former.first { version <= $0.upTo }?.columns ?? columns))"
    }
  }

  // `id` of the tables of events and of `processes` is the place in the order of all of them.
  // A NULL in these four columns means: as in the row of `processes`. `parent` 0 is none.
  private static let facts = "comm INTEGER, profile INTEGER, parent INTEGER, inner_pid INTEGER"
  private static let image =
    "program INTEGER, argv TEXT, argv_bytes BLOB, argv_length INTEGER, environment INTEGER, marks INTEGER, "
    + "image_comm INTEGER"

  private static let session =
    "id INTEGER PRIMARY KEY, host INTEGER, version TEXT, user INTEGER, command TEXT, has_environments INTEGER, "
    + "started INTEGER, ended INTEGER, is_complete INTEGER, status INTEGER"

  private static let exit =
    "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, \(facts), status INTEGER, user_time INTEGER, "
    + "system_time INTEGER, peak_memory INTEGER, minor_faults INTEGER, major_faults INTEGER, read_bytes INTEGER, "
    + "written_bytes INTEGER, reaper INTEGER"

  static let tables = [
    Table(name: "hosts", columns: "id INTEGER PRIMARY KEY, name TEXT, kernel TEXT, machine TEXT, boot TEXT"),
    Table(
      name: "sessions",
      columns: session + ", ring_size INTEGER, ring_time INTEGER, forgotten INTEGER, complete_since INTEGER",
      former: [(1, session)]),
    Table(name: "clocks", columns: "id INTEGER PRIMARY KEY, since INTEGER, wall_offset INTEGER"),
    Table(name: "strings", columns: "id INTEGER PRIMARY KEY, text TEXT, bytes BLOB"),
    Table(
      name: "programs",
      columns: "id INTEGER PRIMARY KEY, exe INTEGER, file INTEGER, interpreter INTEGER, cwd INTEGER"),
    Table(name: "environments", columns: "id INTEGER PRIMARY KEY, variables TEXT, bytes BLOB, length INTEGER"),
    Table(
      name: "profiles",
      columns: "id INTEGER PRIMARY KEY, uid INTEGER, euid INTEGER, gid INTEGER, login INTEGER, session INTEGER, "
        + "process_group INTEGER, tty INTEGER, cgroup INTEGER, user INTEGER, is_kernel_thread INTEGER"),
    Table(
      name: "processes",
      columns: "id INTEGER PRIMARY KEY, pid INTEGER, start INTEGER, fork_age INTEGER, by_parent INTEGER, \(facts)"),
    Table(
      name: "forks",
      columns: "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, by_parent INTEGER, \(facts)"),
    Table(name: "execs", columns: "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, \(image), \(facts)"),
    Table(
      name: "failed_execs",
      columns: "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, \(image), \(facts), errno INTEGER"),
    Table(
      name: "existing",
      columns: "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, \(image), \(facts), image_age INTEGER, "
        + "is_again INTEGER"),
    Table(name: "exits", columns: exit + ", killer TEXT", former: [(2, exit)]),
    Table(
      name: "losses",
      columns: "id INTEGER PRIMARY KEY, time INTEGER, since INTEGER, forks INTEGER, execs INTEGER, "
        + "failed_execs INTEGER, exits INTEGER, missed INTEGER, proc INTEGER, budget INTEGER, unnamed INTEGER, "
        + "records TEXT"),
    Table(name: "censuses", columns: "id INTEGER PRIMARY KEY, time INTEGER, alive TEXT, unsure TEXT"),
    Table(
      name: "outputs",
      columns: "id INTEGER PRIMARY KEY, process INTEGER, age INTEGER, stream INTEGER, text TEXT, bytes BLOB, "
        + "left_out INTEGER",
      since: 3),
    Table(name: "mark_names", columns: "mark INTEGER PRIMARY KEY, name TEXT"),
    Table(name: "errno_names", columns: "errno INTEGER PRIMARY KEY, name TEXT"),
    Table(name: "signal_names", columns: "signal INTEGER PRIMARY KEY, name TEXT"),
  ]

  /// The tables of events in a version, of which each row has a place in the order of all.
  static func eventTables(of version: Int64) -> [String] {
    let names: Set = [
      "processes", "forks", "execs", "failed_execs", "existing", "exits", "losses", "censuses", "outputs",
    ]
    return tables.filter { $0.since <= version && names.contains($0.name) }.map(\.name)
  }
}

// MARK: - Views

extension DatabaseSchema {
  /// A time in nanoseconds since boot as text in UTC, with milliseconds.
  private static func utc(_ time: String) -> String {
    """
    strftime('%Y-%m-%d %H:%M:%f', (\(time) + (SELECT wall_offset FROM clocks WHERE since <= \(time)
          ORDER BY since DESC LIMIT 1)) / 1e9, 'unixepoch')
    """
  }

  private static func string(_ id: String) -> String { "(SELECT text FROM strings WHERE id = \(id))" }

  /// The arguments with a space between them; a title stands in their place.
  private static func command(_ table: String) -> String {
    """
    CASE WHEN \(table).marks & 16384 THEN CAST(\(table).argv_bytes AS TEXT)
          ELSE (SELECT group_concat(value, ' ') FROM json_each(\(table).argv)) END
    """
  }

  private static func execs(_ name: String, of table: String, with result: String) -> String {
    """
    CREATE VIEW \(name) AS
      SELECT e.id AS id, \(utc("p.start + e.age")) AS time, p.pid AS pid, parents.pid AS parent_pid,
        \(string("coalesce(e.comm, p.comm)")) AS comm, \(command("e")) AS command, e.argv AS argv,
        \(string("programs.exe")) AS exe, \(string("programs.file")) AS file, \(string("programs.cwd")) AS cwd,
        \(string("profiles.user")) AS user, profiles.uid AS uid, e.marks AS marks, \(result),
        e.environment AS environment, e.process AS process
      FROM \(table) e JOIN processes p ON p.id = e.process
      LEFT JOIN processes parents ON parents.id = coalesce(e.parent, p.parent)
      LEFT JOIN programs ON programs.id = e.program
      LEFT JOIN profiles ON profiles.id = coalesce(e.profile, p.profile)
    """
  }

  static let views = [
    // A process for each row.
    """
    CREATE VIEW runs AS
      SELECT p.id AS id, p.pid AS pid, parents.pid AS parent_pid, p.parent AS parent, \(utc("p.start")) AS started,
        \(string("coalesce(x.comm, e.comm, f.comm, p.comm)")) AS comm,
        coalesce(\(command("e")), \(command("f"))) AS command,
        \(string("programs.exe")) AS exe, \(string("programs.cwd")) AS cwd,
        \(string("profiles.user")) AS user, profiles.uid AS uid,
        \(string("profiles.cgroup")) AS cgroup,
        x.age / 1e9 AS seconds, x.id IS NULL AS is_running,
        CASE WHEN x.status & 127 = 0 THEN (x.status >> 8) & 255 END AS exit_code,
        (SELECT name FROM signal_names WHERE signal = x.status & 127) AS signal,
        coalesce(json_extract(x.killer, '$.comm'), json_extract(x.killer, '$.by')) AS killer,
        (x.user_time + x.system_time) / 1e9 AS cpu_seconds, x.peak_memory AS peak_memory,
        x.read_bytes AS read_bytes, x.written_bytes AS written_bytes, coalesce(e.count, 0) AS execs
      FROM processes p
      LEFT JOIN processes parents ON parents.id = p.parent
      LEFT JOIN (SELECT process, max(id) AS id, count(*) AS count, comm, profile, program, argv, argv_bytes, marks
        FROM execs GROUP BY process) e ON e.process = p.id
      LEFT JOIN (SELECT process, max(id) AS id, comm, profile, program, argv, argv_bytes, marks
        FROM existing GROUP BY process) f ON f.process = p.id
      LEFT JOIN (SELECT process, max(id) AS id, comm, profile, age, status, user_time, system_time, peak_memory,
        read_bytes, written_bytes, killer FROM exits GROUP BY process) x ON x.process = p.id
      LEFT JOIN programs ON programs.id = coalesce(e.program, f.program)
      LEFT JOIN profiles ON profiles.id = coalesce(x.profile, e.profile, f.profile, p.profile)
    """,
    execs("exec_log", of: "execs", with: "0 AS result"),
    execs(
      "failed_exec_log", of: "failed_execs",
      with: "e.errno AS errno, (SELECT name FROM errno_names WHERE errno_names.errno = e.errno) AS error"),
    // What processes wrote to their standard output (stream 1) and error (2), a piece for each row, oldest first.
    """
    CREATE VIEW output_log AS
      SELECT e.id AS id, \(utc("p.start + e.age")) AS time, p.pid AS pid,
        CASE e.stream WHEN 1 THEN 'stdout' ELSE 'stderr' END AS stream, e.text AS text, e.left_out AS left_out,
        e.process AS process
      FROM outputs e JOIN processes p ON p.id = e.process ORDER BY e.id
    """,
    // An event for each row, oldest first.
    """
    CREATE VIEW event_log AS
      SELECT events.id AS id, \(utc("events.time")) AS time, events.event AS event, p.pid AS pid, events.process AS process
      FROM (
        SELECT id, 'fork' AS event, id AS process, start + fork_age AS time FROM processes WHERE fork_age IS NOT NULL
        UNION ALL SELECT e.id, 'fork', p.id, p.start + e.age FROM forks e JOIN processes p ON p.id = e.process
        UNION ALL SELECT e.id, 'exec', p.id, p.start + e.age FROM execs e JOIN processes p ON p.id = e.process
        UNION ALL SELECT e.id, 'fail', p.id, p.start + e.age FROM failed_execs e JOIN processes p ON p.id = e.process
        UNION ALL SELECT e.id, 'exist', p.id, p.start + e.age FROM existing e JOIN processes p ON p.id = e.process
        UNION ALL SELECT e.id, 'exit', p.id, p.start + e.age FROM exits e JOIN processes p ON p.id = e.process
        UNION ALL SELECT e.id, 'output', p.id, p.start + e.age FROM outputs e JOIN processes p ON p.id = e.process
        UNION ALL SELECT id, 'lost', NULL, time FROM losses
        UNION ALL SELECT id, 'census', NULL, time FROM censuses) events
      LEFT JOIN processes p ON p.id = events.process
      ORDER BY events.id
    """,
  ]
}
