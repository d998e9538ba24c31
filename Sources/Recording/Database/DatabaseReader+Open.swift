internal import CSQLite
internal import Events
internal import Glibc

extension DatabaseReader {
  /// The first bytes of every SQLite database.
  static let signature = Array("SQLite format 3\0".utf8)

  /// Opens a database that anybody may have made: nothing in it is run, and it is not changed.
  /// - Throws: `DatabaseFault` where it is not a recording of a known version.
  static func connection(_ path: [UInt8]) throws(DatabaseFault) -> SQLiteConnection {
    do throws(SQLiteError) {
      do throws(SQLiteError) {
        return try opened(path, .reading)
      } catch {
        // Readers of a database in WAL mode share a file beside it. Where none can be made, and no events are in
        // another file, the database itself is enough.
        guard [SQLITE_CANTOPEN, SQLITE_READONLY].contains(error.primary), !hasLog(path) else { throw error }
        return try opened(path, .readingUnchanged)
      }
    } catch {
      throw DatabaseFault(error)
    }
  }

  private static func opened(_ path: [UInt8], _ mode: SQLiteConnection.Mode) throws(SQLiteError) -> SQLiteConnection {
    let connection = try SQLiteConnection(path, mode)
    connection.set(SQLITE_DBCONFIG_DEFENSIVE, true)
    connection.set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
    connection.set(SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
    connection.set(SQLITE_DBCONFIG_ENABLE_VIEW, false)
    for (category, limit) in limits { connection.limit(category, to: limit) }
    connection.wait(milliseconds: 2000)
    try connection.run(
      "PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192")
    // Opens the file for the first time.
    _ = try connection.prepare("SELECT count(*) FROM sqlite_schema").step()
    return connection
  }

  /// What a file can make SQLite do or keep in memory at most.
  private static let limits: [(Int32, Int32)] = [
    // A row is no longer than the longest line of JSON.
    (SQLITE_LIMIT_LENGTH, 256 << 20), (SQLITE_LIMIT_SQL_LENGTH, 64 << 10), (SQLITE_LIMIT_COLUMN, 64),
    (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 20), (SQLITE_LIMIT_VDBE_OP, 25_000),
    (SQLITE_LIMIT_FUNCTION_ARG, 16), (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100),
    (SQLITE_LIMIT_VARIABLE_NUMBER, 20), (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
  ]

  /// Whether events may be in the file beside it that SQLite writes first.
  private static func hasLog(_ path: [UInt8]) -> Bool {
    var facts = stat()
    return stat(NewDatabaseFile.cString(path + Array("-wal".utf8)), &facts) == 0 && facts.st_size > 0
  }

  /// Refuses a database that is not a recording, one of another version, and one whose tables are not those of the
  /// writer: a view, a virtual table or a computed column in their place would run what somebody else wrote.
  static func check(_ connection: SQLiteConnection) throws(DatabaseFault) {
    guard try number("PRAGMA application_id", connection) == DatabaseSchema.application else {
      throw DatabaseFault(
        " is a database of another program: a recording is what `execsnoop-top record FILE` makes")
    }
    let version = try number("PRAGMA user_version", connection)
    guard DatabaseSchema.known.contains(version) else {
      throw DatabaseFault(
        " is a recording of version \(version), and this program reads versions \(DatabaseSchema.known.lowerBound) to "
          + "\(DatabaseSchema.version): open it with the execsnoop-top that made it, or a newer one")
    }
    for table in DatabaseSchema.tables where table.since <= version { try check(table, of: version, connection) }
  }

  /// The version of the tables.
  static func version(_ connection: SQLiteConnection) throws(DatabaseFault) -> Int64 {
    try number("PRAGMA user_version", connection)
  }

  private static func check(
    _ table: DatabaseSchema.Table, of version: Int64, _ connection: SQLiteConnection
  ) throws(DatabaseFault) {
    let type: [UInt8]
    let sql: [UInt8]
    do throws(SQLiteError) {
      let find = try connection.prepare("SELECT type, sql FROM sqlite_schema WHERE name = ?")
      find.bind(1, text: Array(table.name.utf8))
      (type, sql) = try find.step() ? (find.text(0), find.text(1)) : ([], [])
    } catch {
      throw DatabaseFault(error)
    }
    if type.isEmpty {
      throw DatabaseFault(
        ", table \(table.name): it is missing: the file was changed or damaged; \(DatabaseFault.check)")
    }
    guard type == Array("table".utf8), sql == Array(table.sql(of: version).utf8) else {
      throw DatabaseFault(
        ", table \(table.name): it is not the one of version \(version): "
          + "the file was changed; make the recording again")
    }
  }

  private static func number(_ sql: String, _ connection: SQLiteConnection) throws(DatabaseFault) -> Int64 {
    do throws(SQLiteError) {
      let statement = try connection.prepare(sql)
      guard try statement.step(), case .integer(let value) = statement.value(0) else { return 0 }
      return value
    } catch {
      throw DatabaseFault(error)
    }
  }

  /// How much shorter the file is than it says. A file with events beside it may be shorter.
  static func missingBytes(_ connection: SQLiteConnection, at path: [UInt8]) throws(DatabaseFault) -> Int64 {
    let pages = try number("PRAGMA page_count", connection)
    let (size, overflows) = pages.multipliedReportingOverflow(by: try number("PRAGMA page_size", connection))
    var facts = stat()
    guard !hasLog(path), stat(NewDatabaseFile.cString(path), &facts) == 0 else { return 0 }
    return overflows ? .max : max(size &- Int64(facts.st_size), 0)
  }

  /// Whether all sessions have their end.
  static func isComplete(_ connection: SQLiteConnection) throws(DatabaseFault) -> Bool {
    try number("SELECT count(*) FROM sessions WHERE is_complete IS NOT 1", connection) == 0
  }

  /// The first machine of the table of hosts.
  static func host(_ connection: SQLiteConnection) throws(DatabaseFault) -> RecordedHost? {
    let cursor = try EventCursor("hosts", connection)
    guard cursor.id != nil else { return nil }
    var row = try cursor.row()
    let name = try row.text()
    _ = try row.text()
    _ = try row.text()
    let host = RecordedHost(name: RawBytes(name ?? []), boot: RawBytes(try row.text() ?? []))
    return host.name.isEmpty && host.boot.isEmpty ? nil : host
  }

  /// The offsets of the wall clock.
  static func clock(_ connection: SQLiteConnection) throws(DatabaseFault) -> Steps<UInt64, Int64>? {
    let cursor = try EventCursor("clocks", connection)
    var clock: Steps<UInt64, Int64>?
    while cursor.id != nil {
      var row = try cursor.row()
      let since = try row.amount()
      let offset: Int64 = try row.needed(in: -(1 << 62)...(1 << 62))
      if clock == nil { clock = Steps(offset) } else { clock?.append(offset, from: since) }
      try cursor.advance()
    }
    return clock
  }
}

/// A table that is read row by row in the order of its `id`, which has to grow.
final class EventCursor {
  let table: String
  private let statement: SQLiteStatement
  /// The present row; nil after the last.
  private(set) var id: Int64?

  init(_ table: String, _ connection: SQLiteConnection) throws(DatabaseFault) {
    self.table = table
    do throws(SQLiteError) {
      statement = try connection.prepare("SELECT * FROM \(table) NOT INDEXED ORDER BY id")
    } catch {
      throw DatabaseFault(error, table)
    }
    try advance()
  }

  func row() throws(DatabaseFault) -> RowReader { try RowReader(statement, of: table) }

  func advance() throws(DatabaseFault) {
    let last = id
    do throws(SQLiteError) {
      guard try statement.step() else { return id = nil }
    } catch {
      throw DatabaseFault(error, table, after: last)
    }
    let next = try row().id
    guard last.map({ $0 < next }) ?? true else {
      throw DatabaseFault(table, row: next, "it follows row \(last ?? 0)")
    }
    id = next
  }
}
