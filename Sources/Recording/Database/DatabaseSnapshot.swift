internal import CSQLite
internal import Glibc

/// A copy of a recording that is made while the recording goes on.
final class DatabaseSnapshot {
  let file: NewDatabaseFile
  private let connection: SQLiteConnection
  private var backup: SQLiteBackup?

  /// Makes the file: the first free of `NAME-1.db`, `NAME-2.db`, …
  init(of source: NewDatabaseFile, _ original: SQLiteConnection) throws(RecordingError) {
    file = try Self.nextFile(beside: source)
    do throws(SQLiteError) {
      connection = try SQLiteConnection(file.location, .writing)
      try connection.run("PRAGMA synchronous = NORMAL")
      backup = try SQLiteBackup(of: original, to: connection)
    } catch {
      file.remove()
      throw .database(path: file.path, " cannot be made a snapshot: \(error.text)")
    }
  }

  private static let most = 9999

  private static func nextFile(beside source: NewDatabaseFile) throws(RecordingError) -> NewDatabaseFile {
    var number = 1
    while true {
      let suffix = "-\(number)"
      do throws(RecordingError) {
        return try NewDatabaseFile(
          named(source.path, suffix), named: Self.named(source.location, Array(suffix.utf8)))
      } catch {
        guard error.isOfExistingFile, number < most else { throw error }
        number &+= 1
      }
    }
  }

  /// A path with something before the ending of its name.
  private static func named(_ path: String, _ suffix: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path + suffix }
    return path[..<dot] + suffix + path[dot...]
  }

  /// The same of the bytes of a path.
  private static func named(_ path: [UInt8], _ suffix: [UInt8]) -> [UInt8] {
    let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 &+ 1 } ?? 0
    guard let dot = path[start...].lastIndex(of: UInt8(ascii: ".")), dot > start else { return path + suffix }
    return path[..<dot] + suffix + path[dot...]
  }

  /// Copies some pages.
  /// - Returns: whether that was the last part.
  func copy(pages: Int32, at time: UInt64) throws(RecordingError) -> Bool {
    do throws(SQLiteError) {
      guard try backup?.step(pages: pages) ?? true else { return false }
      backup = nil
      try connection.run("PRAGMA journal_mode = DELETE")
      let ended = Int64(clamping: min(time, DatabaseAmount.largest))
      try connection.run("UPDATE sessions SET ended = \(ended), is_complete = 1")
      connection.close()
      return true
    } catch {
      abandon()
      throw .database(path: file.path, " is no complete snapshot: \(error.text)")
    }
  }

  /// Removes what there is of it.
  func abandon() {
    backup = nil
    connection.close()
    file.remove()
  }
}

extension DatabaseWriter {
  /// Starts a snapshot beside the recording; `copySnapshot` continues it. Events can be written meanwhile, and are in it.
  /// - Throws: `RecordingError` where it cannot be made. The recording goes on.
  public func startSnapshot() throws(RecordingError) {
    guard !isClosed, snapshot == nil else { return }
    snapshot = try DatabaseSnapshot(of: file, connection)
  }

  /// Whether a snapshot is being made.
  public var isMakingSnapshot: Bool { snapshot != nil }

  /// Copies a part of the snapshot, about a mebibyte.
  /// - Parameter time: now, in nanoseconds since boot.
  /// - Returns: the path and the size in bytes of the snapshot that is complete now; else nil.
  /// - Throws: `RecordingError` where it cannot be written: then it was removed. The recording goes on.
  public func copySnapshot(at time: UInt64) throws(RecordingError) -> (path: String, size: Int)? {
    guard let snapshot else { return nil }
    var isDone = true
    defer { if isDone { self.snapshot = nil } }
    isDone = try snapshot.copy(pages: 256, at: time)
    return isDone ? (snapshot.file.path, snapshot.file.size) : nil
  }
}

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
    case let code:
      // The target has it only after the end of the copy.
      throw SQLiteError(code: code, errno: 0, text: sqlite3_errstr(code).map { String(cString: $0) } ?? "error \(code)")
    }
  }
}
