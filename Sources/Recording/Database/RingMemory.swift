internal import Events

/// The bounds of a recording that forgets its oldest processes: a flight recorder.
public struct RecordingRing: Sendable, Hashable {
  /// The size of the file with what SQLite has beside it, in bytes; nil for any.
  public var bytes: Int?
  /// How long a process is kept after its exit, in nanoseconds; nil for any time.
  public var nanoseconds: UInt64?

  /// The smallest size that has room for a transaction, the log of SQLite, and the processes of a machine.
  public static let smallest = 4 << 20

  public init(bytes: Int? = nil, nanoseconds: UInt64? = nil) {
    self.bytes = bytes.map { max($0, Self.smallest) }
    self.nanoseconds = nanoseconds
  }
}

/// How many rows refer to each row of a table.
struct UseCounts {
  private var counts: [Int64: Int32] = [:]

  mutating func add(_ row: Int64) { counts[row, default: 0] &+= 1 }

  /// - Returns: whether nothing refers to the row any more.
  mutating func drop(_ row: Int64) -> Bool {
    guard let count = counts[row], count > 1 else {
      counts[row] = nil
      return true
    }
    counts[row] = count &- 1
    return false
  }

  func contains(_ row: Int64) -> Bool { counts[row] != nil }
}

/// What a recorder that forgets remembers about its rows.
///
/// A cursor goes through the numbers of rows once, from the oldest to the newest. What it has passed is forgotten, except
/// for processes that run, for what they run, and for the ancestors of what is kept. So the work for a row is bounded,
/// and needs no index.
struct RingMemory {
  /// The rows of a process that are kept although the cursor has passed them; 0 for none.
  struct Passed {
    /// Its last exec; the last rows of `existing` since that: the first look, and a later one.
    var exec: Int64 = 0
    var found: Int64 = 0
    var looked: Int64 = 0
    var exit: Int64 = 0
    var hasEnded = false
    /// Whether it is known only because others name it.
    var isOnlyNamed = false
  }

  /// A process that is never forgotten, and one of its events.
  struct Pin {
    let process: ProcessID
    let time: UInt64
    /// Whether the process counts as used.
    var isUsed = false
    /// The row of the event; 0 before it is written.
    var event: Int64 = 0
  }

  let limits: RecordingRing
  /// The most bytes of arguments and of an environment: one event may not fill the ring.
  let longest: Int?

  var strings = UseCounts()
  var programs = UseCounts()
  var environments = UseCounts()
  var profiles = UseCounts()
  /// Uses of a process as a parent or reaper, and by events after its exit.
  var processes = UseCounts()

  /// The cursor: the last row that it has passed.
  var cursor: Int64 = 0
  var passed: [Int64: Passed] = [:]
  /// Processes that were only named at first, and have events now.
  var active: Set<Int64> = []
  /// The processes of events that came after an exit or are only named, by the event's row.
  var late: [Int64: Int64] = [:]
  /// The processes whose exit is missing, by the row of the census that shows it; oldest first.
  var censusEnds: [(census: Int64, processes: [Int64])] = []
  /// Processes that may have to be forgotten, among those that the cursor has passed.
  var candidates: [Int64] = []
  /// How many rows the present step has removed.
  var removed = 0
  /// What is kept until the end, with its ancestors; nil for none.
  var pin: Pin?
  /// How many processes were forgotten.
  var forgotten: Int64 = 0

  init(_ limits: RecordingRing) {
    self.limits = limits
    longest = limits.bytes.map { $0 / 64 }
  }

  mutating func use(strings rows: Int64?...) {
    for row in rows { if let row { strings.add(row) } }
  }

  mutating func use(program: Int64?, environment: Int64?, comm: Int64?) {
    if let program { programs.add(program) }
    if let environment { environments.add(environment) }
    if let comm { strings.add(comm) }
  }

  mutating func use(comm: Int64?, profile: Int64?, parent: Int64?, by process: Int64) {
    if let comm { strings.add(comm) }
    if let profile { profiles.add(profile) }
    use(process: parent, by: process)
  }

  /// A row of a process names another one. One that names itself does not keep itself.
  mutating func use(process: Int64?, by other: Int64) {
    if let process, process != 0, process != other { processes.add(process) }
  }

  /// An event of a process that has exited before, or of one that is only named, keeps it until the cursor has passed
  /// the event.
  mutating func use(process: Int64, byLate event: Int64) {
    processes.add(process)
    late[event] = process
  }
}

/// The compiled statements that forget.
struct RingStatements {
  let newProcesses, newForks, newExecs, newFailedExecs, newExisting, newExits, newOutputs, losses,
    censuses: SQLiteStatement
  let process, fork, exec, failedExec, existing, exit, output: SQLiteStatement
  let string, program, environment, profile: SQLiteStatement
  let session: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(SQLiteError) {
    func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement { try connection.prepare(sql) }
    let between = "id > ? AND id <= ?"
    newProcesses = try prepare("SELECT id, comm IS NULL FROM processes WHERE \(between)")
    newForks = try prepare("SELECT id, process FROM forks WHERE \(between)")
    newExecs = try prepare("SELECT id, process FROM execs WHERE \(between)")
    newFailedExecs = try prepare("SELECT id, process FROM failed_execs WHERE \(between)")
    newExisting = try prepare("SELECT id, process, is_again FROM existing WHERE \(between)")
    newExits = try prepare("SELECT id, process FROM exits WHERE \(between)")
    newOutputs = try prepare("SELECT id FROM outputs WHERE \(between)")
    losses = try prepare("DELETE FROM losses WHERE \(between)")
    censuses = try prepare("DELETE FROM censuses WHERE \(between)")

    let facts = "RETURNING process, comm, profile, parent"
    let image = "\(facts), program, environment, image_comm"
    process = try prepare("DELETE FROM processes WHERE id = ? RETURNING id, comm, profile, parent, pid, start")
    fork = try prepare("DELETE FROM forks WHERE id = ? \(facts)")
    exec = try prepare("DELETE FROM execs WHERE id = ? \(image)")
    failedExec = try prepare("DELETE FROM failed_execs WHERE id = ? \(image)")
    existing = try prepare("DELETE FROM existing WHERE id = ? \(image)")
    exit = try prepare("DELETE FROM exits WHERE id = ? \(facts), reaper")

    output = try prepare("DELETE FROM outputs WHERE id = ?")

    string = try prepare("DELETE FROM strings WHERE id = ?")
    program = try prepare("DELETE FROM programs WHERE id = ? RETURNING exe, file, interpreter, cwd")
    environment = try prepare("DELETE FROM environments WHERE id = ?")
    profile = try prepare("DELETE FROM profiles WHERE id = ? RETURNING tty, cgroup, user")
    session = try prepare("UPDATE sessions SET forgotten = ?, complete_since = ?")
  }
}
