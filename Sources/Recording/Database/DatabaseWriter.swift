internal import CSQLite
public import Events
internal import Glibc

/// Writes events into a new recording: an SQLite database, which docs/RECORDING.md describes.
///
/// The database is in WAL mode while it is written, so that others can read it meanwhile and a killed writer leaves a
/// file that opens. It belongs to the user that the process is when it is made: drop privileges before. One thread uses
/// it at a time, except for `interrupt`.
public final class DatabaseWriter: @unchecked Sendable {
  /// The facts about a recording in its table `sessions`.
  public struct Session: Sendable {
    /// The version of the program.
    public var version: String
    /// The traced command with its arguments; empty for none.
    public var command: [[UInt8]]
    /// When the recording started, in nanoseconds since boot.
    public var started: UInt64
    /// Whether to store environments.
    public var includesEnvironment: Bool
    /// The bounds of a recording that forgets its oldest processes; nil for one that keeps all.
    public var ring: RecordingRing?
    /// Where the events happened.
    public var origin: Origin

    /// Where events happened.
    public enum Origin: Sendable {
      /// On this machine, since it was booted.
      case here
      /// On the machine of a file that is read; nil where the file does not tell.
      case elsewhere(RecordedHost?)
    }

    public init(
      version: String, command: [[UInt8]] = [], started: UInt64, includesEnvironment: Bool = false,
      ring: RecordingRing? = nil, origin: Origin = .here
    ) {
      self.version = version
      self.command = command
      self.started = started
      self.includesEnvironment = includesEnvironment
      self.ring = ring
      self.origin = origin
    }
  }

  /// The numbers of rows that were written.
  public struct Counts: Sendable, Hashable {
    public var processes = 0
    public var execs = 0
    public var failedExecs = 0
    public var exits = 0
    public var lost = LossCounts()
  }

  /// The numbers of rows that were written.
  public var counts: Counts { rows.counts }
  /// How many processes were forgotten.
  public var forgotten: Int { Int(clamping: rows.ring?.forgotten ?? 0) }
  /// The length of the recording in bytes.
  public var size: Int { file.size }

  let file: NewDatabaseFile
  let connection: SQLiteConnection
  var rows: DatabaseRows
  /// The room of a recording that forgets; nil where nothing is forgotten.
  var room: RingRoom?
  private var clock: (offset: Int64, since: UInt64?)?
  private var isDurable = true
  private(set) var isClosed = false
  /// A snapshot that is being made; nil for none.
  var snapshot: DatabaseSnapshot?

  /// Makes a recording. The name must be free.
  /// - Parameters:
  ///   - path: as the user named it.
  ///   - name: the bytes of the path, where the path is not UTF-8.
  /// - Throws: `RecordingError`; then there is no file.
  public init(path: String, named name: [UInt8]? = nil, _ session: Session) throws(RecordingError) {
    file = try NewDatabaseFile(path, named: name)
    do throws(SQLiteError) {
      connection = try SQLiteConnection(file.location, .writing)
      try Self.prepare(connection, session)
      rows = try DatabaseRows(connection, session)
      room = try session.ring.map { (ring) throws(SQLiteError) in try RingRoom(ring, connection) }
      guard file.isThere else { throw SQLiteError(code: SQLITE_CANTOPEN, errno: ENOENT, text: "was replaced") }
    } catch {
      file.remove()
      throw .database(path: path, " cannot be made a recording: \(error.text)")
    }
  }

  private static func prepare(_ connection: SQLiteConnection, _ session: Session) throws(SQLiteError) {
    // With secure_delete = ON, which may be the default, a row that is removed makes the log longer by its whole length.
    connection.set(SQLITE_DBCONFIG_DEFENSIVE, true)
    connection.wait(milliseconds: 2000)
    try connection.run(
      """
      PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST;
      BEGIN IMMEDIATE;
      PRAGMA application_id = \(DatabaseSchema.application); PRAGMA user_version = \(DatabaseSchema.version);
      """)
    for table in DatabaseSchema.tables { try connection.run(table.sql) }
    for view in DatabaseSchema.views { try connection.run(view) }
    try DatabaseNames.write(to: connection)
    try DatabaseNames.write(session, to: connection)
    try connection.run("COMMIT")
  }

  /// Writes events in one transaction.
  /// - Parameters:
  ///   - clock: the wall clock less the boot clock, by nanoseconds since boot; nil if unknown.
  ///   - isDurable: whether a power cut may not take the transaction: it waits for the disk.
  /// - Returns: false where another program holds the database; then nothing was written.
  /// - Throws: `RecordingError` where nothing more can be written. What was written before stays.
  public func write(
    _ events: some Sequence<ProcessEvent>, clock: Steps<UInt64, Int64>?, isDurable: Bool
  ) throws(RecordingError) -> Bool {
    guard !isClosed else { throw .database(path: file.path, " is closed: nothing more can be recorded") }
    guard file.isThere else { throw .database(path: file.path, " was removed: the recording has stopped") }
    do throws(SQLiteError) {
      if room != nil {
        let size = events.reduce(0) { $0 &+ RingRoom.size(of: $1, cutTo: rows.ring?.longest) }
        guard try makeRoom(for: size) else { return false }
      }
      try connection.run("PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
      guard try begin() else { return false }
      if let clock { try add(clock) }
      for event in events { try rows.add(event) }
      try connection.run("COMMIT")
      room?.mark(rows.lastID)
      self.isDurable = isDurable
      return true
    } catch {
      try? connection.run("ROLLBACK")
      throw .database(path: file.path, ": \(error.text): the recording has stopped")
    }
  }

  /// Keeps a process, its ancestors and one of its events in a ring until the end.
  /// - Parameter time: of the exec, failed exec or exit that is kept, which may be written later.
  public func pin(_ process: ProcessID, at time: UInt64) { rows.pin(process, at: time) }

  /// Starts a transaction. Returns false where another program holds the database.
  func begin() throws(SQLiteError) -> Bool {
    do throws(SQLiteError) { try connection.run("BEGIN IMMEDIATE") } catch {
      if error.isBusy { return false }
      throw error
    }
    return true
  }

  /// Whether a power cut could take what was written last.
  public var isPending: Bool { !isDurable && !isClosed }

  /// Stores where the clock was set since the last call.
  private func add(_ clock: Steps<UInt64, Int64>) throws(SQLiteError) {
    if let known = self.clock, known == (clock.latest, clock.lastChange) { return }
    try rows.add(clock: clock.latest, since: self.clock == nil ? 0 : clock.lastChange ?? 0)
    self.clock = (clock.latest, clock.lastChange)
  }

  /// Completes the recording, and makes one file of it. `interrupt` leaves that out.
  /// - Parameters:
  ///   - status: the exit status of the traced command; nil without one.
  ///   - time: now, in nanoseconds since boot.
  /// - Throws: `RecordingError` where that cannot be written. The recording can be read all the same.
  public func finish(status: Int32?, at time: UInt64) throws(RecordingError) {
    guard !isClosed else { return }
    isClosed = true
    snapshot?.abandon()
    snapshot = nil
    defer { connection.close() }
    do throws(SQLiteError) {
      try connection.run("PRAGMA synchronous = NORMAL")
      // What is too old by now.
      if room != nil { _ = try makeRoom(for: 0) }
      let ended = Int64(clamping: min(time, DatabaseAmount.largest))
      try connection.run(
        "UPDATE sessions SET ended = \(ended), is_complete = 1, status = \(status.map { "\($0)" } ?? "NULL")")
      // A file that is not in WAL mode can be read where nobody may write. A reader that holds it prevents that.
      do throws(SQLiteError) { try connection.run("PRAGMA journal_mode = DELETE") } catch {
        if !error.isBusy && error.primary != SQLITE_INTERRUPT { throw error }
      }
    } catch {
      throw .database(path: file.path, " is not complete: \(error.text)")
    }
  }

  /// Closes it after an error, as it is.
  public func abandon() {
    isClosed = true
    snapshot?.abandon()
    snapshot = nil
    connection.close()
    file.removeRemains()
  }

  /// Closes it after an error, and removes it.
  public func discard() {
    abandon()
    file.remove()
  }

  /// Makes `finish` leave the log of SQLite beside the file; called by another thread.
  public func interrupt() { connection.interrupt() }
}
