internal import Events

/// A row that is bound column by column, in the order of the table.
struct RowBinder {
  private let statement: SQLiteStatement
  private var index: Int32 = 1

  init(_ statement: SQLiteStatement) { self.statement = statement }

  mutating func add(_ value: Int64?) {
    statement.bind(index, value)
    index &+= 1
  }

  mutating func add(_ value: some FixedWidthInteger) {
    let value: Int64? = Int64(clamping: value)
    add(value)
  }

  mutating func add(_ flag: Bool) { add(flag ? 1 as Int64 : 0) }

  mutating func add(text: [UInt8]?) {
    statement.bind(index, text: text)
    index &+= 1
  }

  mutating func add(bytes: [UInt8]?) {
    statement.bind(index, bytes: bytes)
    index &+= 1
  }

  /// A time, an amount or a count: as large as a reader takes. NULL for an unknown one.
  mutating func add(amount: UInt64?) { add(amount.map { Int64(clamping: min($0, DatabaseAmount.largest)) }) }

  func run() throws(SQLiteError) { try statement.run() }
}

/// The numbers that a recording may hold.
enum DatabaseAmount {
  /// The largest time or amount: as in lines of JSON, so that no sum of two overflows.
  static let largest: UInt64 = 1 << 62
  /// The largest count of lost events, which are added up.
  static let largestLoss: UInt64 = 1 << 32

  /// The time from one to another in nanoseconds, also where the second is earlier.
  static func age(of start: UInt64, at time: UInt64) -> Int64 {
    Int64(clamping: min(time, largest)) &- Int64(clamping: min(start, largest))
  }
}

/// The compiled inserts of a writer, a statement for each table.
struct DatabaseStatements {
  let strings, programs, environments, profiles, processes: SQLiteStatement
  let forks, execs, failedExecs, existing, exits, losses, censuses, outputs, clocks: SQLiteStatement

  init(_ connection: SQLiteConnection) throws(SQLiteError) {
    strings = try Self.insert("strings", connection)
    programs = try Self.insert("programs", connection)
    environments = try Self.insert("environments", connection)
    profiles = try Self.insert("profiles", connection)
    processes = try Self.insert("processes", connection)
    forks = try Self.insert("forks", connection)
    execs = try Self.insert("execs", connection)
    failedExecs = try Self.insert("failed_execs", connection)
    existing = try Self.insert("existing", connection)
    exits = try Self.insert("exits", connection)
    losses = try Self.insert("losses", connection)
    censuses = try Self.insert("censuses", connection)
    outputs = try Self.insert("outputs", connection)
    clocks = try Self.insert("clocks", connection)
  }

  /// A statement that inserts a whole row of a table.
  static func insert(_ name: String, _ connection: SQLiteConnection) throws(SQLiteError) -> SQLiteStatement {
    let columns = DatabaseSchema.tables.first { $0.name == name }?.columns ?? ""
    let places = columns.split(separator: ",").map { _ in "?" }.joined(separator: ",")
    return try connection.prepare("INSERT INTO \(name) VALUES(\(places))")
  }
}
