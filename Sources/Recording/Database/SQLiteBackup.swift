internal import CSQLite

/// A copy of a database in parts (`sqlite3_backup_init`). What is written to the database by its own connection meanwhile
/// is in the copy.
final class SQLiteBackup {
  private let handle: OpaquePointer
  private let source, target: SQLiteConnection

  init(of source: SQLiteConnection, to target: SQLiteConnection) throws(SQLiteError) {
    guard let handle = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
      throw target.error(SQLITE_ERROR)
    }
    self.handle = handle
    self.source = source
    self.target = target
  }

  deinit { sqlite3_backup_finish(handle) }

  /// Copies some pages. - Returns: whether all are copied.
  func step(pages: Int32) throws(SQLiteError) -> Bool {
    defer { withExtendedLifetime(self) {} }
    switch sqlite3_backup_step(handle, pages) {
    case SQLITE_DONE: return true
    case SQLITE_OK, SQLITE_BUSY, SQLITE_LOCKED: return false
    case let code: throw target.error(code)
    }
  }
}
