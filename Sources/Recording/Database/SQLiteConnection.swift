internal import CSQLite
internal import Glibc

/// Why SQLite refuses something: its error code and its text.
struct SQLiteError: Error, Hashable {
  /// An extended result code (`sqlite3_extended_errcode`).
  let code: Int32
  /// The system's errno below it; 0 where there is none.
  let errno: Int32
  /// SQLite's text for it, or the system's.
  let text: String

  /// The code without its extension, such as SQLITE_IOERR.
  var primary: Int32 { code & 0xff }
  var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }
  /// Whether the contents of the file are wrong, and not the place where it lies.
  var isDamage: Bool {
    [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR, SQLITE_TOOBIG].contains(primary)
      || code == SQLITE_IOERR | (2 << 8)
  }
}

/// An open database: the thin layer over the C functions of SQLite. One thread uses it at a time.
///
/// The methods extend the lifetime of `self` to their end: the optimiser may otherwise release an object after the last
/// use of a property, while a C function still works on what its `deinit` frees.
final class SQLiteConnection {
  /// The C object.
  let handle: OpaquePointer?

  /// How a database is opened.
  enum Mode {
    /// A file of one's own, which no other may replace by a link.
    case writing
    /// A file that anybody may have made.
    case reading
    /// The same, where no other file may be made beside it: it must not change meanwhile.
    case readingUnchanged
  }

  /// Opens a database (`sqlite3_open_v2`).
  /// - Parameter path: its bytes.
  /// - Throws: `SQLiteError`.
  init(_ path: [UInt8], _ mode: Mode) throws(SQLiteError) {
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
    var name = path
    switch mode {
    case .writing: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW
    case .reading: flags |= SQLITE_OPEN_READONLY
    case .readingUnchanged:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      name = Array("file:".utf8) + path.flatMap(Self.escaped) + Array("?immutable=1".utf8)
    }
    var opened: OpaquePointer?
    let result = sqlite3_open_v2(name.map { CChar(bitPattern: $0) } + [0], &opened, flags, nil)
    handle = opened
    if result != SQLITE_OK {
      let error = error(result)
      sqlite3_close_v2(opened)
      isClosed = true
      throw error
    }
  }

  fileprivate var isClosed = false
  /// The statements that are not ended yet. SQLite may have others of its own, which only it may end.
  fileprivate var statements: Set<OpaquePointer> = []

  deinit { if !isClosed { sqlite3_close_v2(handle) } }

  /// Closes it, and ends all its statements: none may be used any more (`sqlite3_finalize`, `sqlite3_close`).
  func close() {
    defer { withExtendedLifetime(self) {} }
    guard !isClosed else { return }
    isClosed = true
    for statement in statements { sqlite3_finalize(statement) }
    statements = []
    sqlite3_close_v2(handle)
  }

  /// A byte of a path in a URI.
  private static func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"): Array("%\(String(byte, radix: 16))".utf8)
    default: [byte]
    }
  }

  /// The error that a call has just returned.
  func error(_ code: Int32) -> SQLiteError {
    defer { withExtendedLifetime(self) {} }
    let code = handle == nil ? code : sqlite3_extended_errcode(handle)
    let number = handle == nil ? 0 : sqlite3_system_errno(handle)
    let isOfSystem = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH].contains(code & 0xff)
    let text = sqlite3_errstr(code).map { String(cString: $0) } ?? "error \(code)"
    let detail = handle == nil ? nil : sqlite3_errmsg(handle).map { String(cString: $0) }
    return SQLiteError(
      code: code, errno: number,
      text: isOfSystem && number > 0 ? String(cString: strerror(number)) : detail.map(Self.line) ?? text)
  }

  /// The start of a message in one line: it may quote what stands in the file.
  private static func line(_ message: String) -> String {
    let text = message.prefix(120).map { $0.isNewline ? " " : $0 }
    return String(text) + (message.count > 120 ? "…" : "")
  }

  /// Throws the error of a call that failed.
  fileprivate func check(_ result: Int32) throws(SQLiteError) {
    defer { withExtendedLifetime(self) {} }
    if result != SQLITE_OK { throw error(result) }
  }

  /// Runs statements that return no rows that matter (`sqlite3_exec`).
  func run(_ sql: String) throws(SQLiteError) {
    defer { withExtendedLifetime(self) {} }
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// A compiled statement (`sqlite3_prepare_v3`).
  func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
    defer { withExtendedLifetime(self) {} }
    var statement: OpaquePointer?
    try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
    if let statement { statements.insert(statement) }
    return SQLiteStatement(statement, of: self)
  }

  /// Sets a switch (`sqlite3_db_config`).
  func set(_ option: Int32, _ isOn: Bool) {
    defer { withExtendedLifetime(self) {} }
    _ = csqlite_switch(handle, option, isOn ? 1 : 0)
  }

  /// Sets a limit (`sqlite3_limit`).
  func limit(_ category: Int32, to value: Int32) {
    defer { withExtendedLifetime(self) {} }
    sqlite3_limit(handle, category, value)
  }

  /// Writes what the present transaction has changed, before it ends (`sqlite3_db_cacheflush`).
  func flush() throws(SQLiteError) {
    defer { withExtendedLifetime(self) {} }
    let result = sqlite3_db_cacheflush(handle)
    // Then the end of the transaction writes it.
    if result != SQLITE_BUSY { try check(result) }
  }

  /// How long to wait for another program's lock, in milliseconds (`sqlite3_busy_timeout`).
  func wait(milliseconds: Int32) {
    defer { withExtendedLifetime(self) {} }
    sqlite3_busy_timeout(handle, milliseconds)
  }

  /// Makes the present statement fail soon, from another thread (`sqlite3_interrupt`).
  func interrupt() {
    defer { withExtendedLifetime(self) {} }
    sqlite3_interrupt(handle)
  }

  /// The rowid of the last row that was inserted.
  var lastRow: Int64 {
    defer { withExtendedLifetime(self) {} }
    return sqlite3_last_insert_rowid(handle)
  }
}

/// A compiled statement. Columns are counted from 0, parameters from 1, as in C.
final class SQLiteStatement {
  private let handle: OpaquePointer?
  private let connection: SQLiteConnection

  fileprivate init(_ handle: OpaquePointer?, of connection: SQLiteConnection) {
    self.handle = handle
    self.connection = connection
  }

  deinit {
    if let handle, connection.statements.remove(handle) != nil { sqlite3_finalize(handle) }
  }

  /// The next row (`sqlite3_step`). - Returns: false at the end.
  func step() throws(SQLiteError) -> Bool {
    defer { withExtendedLifetime(self) {} }
    if connection.isClosed { throw SQLiteError(code: SQLITE_MISUSE, errno: 0, text: "the database is closed") }
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = connection.error(code)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Starts again, and keeps what is bound.
  func reset() {
    defer { withExtendedLifetime(self) {} }
    if !connection.isClosed { sqlite3_reset(handle) }
  }

  /// Runs a statement without rows, with what is bound, and prepares it for the next run.
  func run() throws(SQLiteError) {
    defer { withExtendedLifetime(self) {} }
    _ = try step()
    sqlite3_reset(handle)
  }

  // MARK: Parameters

  func bind(_ index: Int32, _ value: Int64?) {
    defer { withExtendedLifetime(self) {} }
    if let value { sqlite3_bind_int64(handle, index, value) } else { sqlite3_bind_null(handle, index) }
  }

  /// Text in UTF-8; nil is NULL.
  func bind(_ index: Int32, text: [UInt8]?) {
    defer { withExtendedLifetime(self) {} }
    guard let text else { return _ = sqlite3_bind_null(handle, index) }
    _ = text.withUnsafeBytes { csqlite_bind_text(handle, index, $0.baseAddress, UInt64(truncatingIfNeeded: $0.count)) }
  }

  /// Bytes; nil is NULL.
  func bind(_ index: Int32, bytes: [UInt8]?) {
    defer { withExtendedLifetime(self) {} }
    guard let bytes else { return _ = sqlite3_bind_null(handle, index) }
    _ = bytes.withUnsafeBytes { csqlite_bind_blob(handle, index, $0.baseAddress, UInt64(truncatingIfNeeded: $0.count)) }
  }

  // MARK: Columns

  /// What a column of the present row holds.
  enum Value {
    case null, integer(Int64), text, bytes, real
  }

  var columnCount: Int32 {
    defer { withExtendedLifetime(self) {} }
    return sqlite3_column_count(handle)
  }

  /// The name of a column (`sqlite3_column_name`).
  func name(_ column: Int32) -> String {
    defer { withExtendedLifetime(self) {} }
    return sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
  }

  func value(_ column: Int32) -> Value {
    defer { withExtendedLifetime(self) {} }
    return switch sqlite3_column_type(handle, column) {
    case SQLITE_NULL: .null
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .bytes
    default: .real
    }
  }

  /// The text of a column in UTF-8 (`sqlite3_column_text`).
  func text(_ column: Int32) -> [UInt8] {
    defer { withExtendedLifetime(self) {} }
    guard let start = sqlite3_column_text(handle, column) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: max(Int(sqlite3_column_bytes(handle, column)), 0)))
  }

  /// The bytes of a column (`sqlite3_column_blob`).
  func bytes(_ column: Int32) -> [UInt8] {
    defer { withExtendedLifetime(self) {} }
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: max(Int(sqlite3_column_bytes(handle, column)), 0)))
  }
}
