internal import CSQLite

/// What is wrong with a recording, and where.
struct DatabaseFault: Error {
  /// The rest of a sentence that starts with the name of the file: what is wrong, and what to do.
  let text: String

  /// A row that a recording of this version cannot have.
  init(_ table: String, row: Int64, _ what: String) {
    text = ", table \(table), row \(row): \(what): the file was changed or damaged; \(Self.check)"
  }

  /// - Parameters:
  ///   - table: what was being read.
  ///   - row: the last row that was read; nil where it was none.
  init(_ error: SQLiteError, _ table: String? = nil, after row: Int64? = nil) {
    let place = table.map { ", table \($0)\(row.map { ", after row \($0)" } ?? "")" } ?? ""
    let advice =
      switch error.primary {
      case _ where error.isDamage: "the file is damaged or cut; `sqlite3 FILE .recover` saves what is left"
      case SQLITE_BUSY, SQLITE_LOCKED: "another program holds it; try again"
      case SQLITE_NOMEM: "it needs more memory than there is"
      default: "copy it, with FILE-wal if there is one, to a folder of yours"
      }
    text = "\(place): \(error.text): \(advice)"
  }

  /// A database that is not a recording of a known version.
  init(_ text: String) { self.text = text }

  static let check = "`sqlite3 FILE 'PRAGMA integrity_check'` checks it"
}

/// The columns of a row, read from the first to the last. Each has to be of the type that the writer gives it.
struct RowReader {
  private let statement: SQLiteStatement
  let table: String
  /// The `id` of the row.
  private(set) var id: Int64 = 0
  private var column: Int32 = 0

  /// Starts at the present row of a statement, whose first column is the `id`.
  init(_ statement: SQLiteStatement, of table: String) throws(DatabaseFault) {
    self.statement = statement
    self.table = table
    guard let id = try integer() else { throw fault("id is NULL") }
    self.id = id
  }

  /// Whether it has no more columns.
  var isAtEnd: Bool { column >= statement.columnCount }

  func fault(_ what: String) -> DatabaseFault { DatabaseFault(table, row: id, what) }

  /// A number; nil for NULL.
  mutating func integer() throws(DatabaseFault) -> Int64? {
    defer { column &+= 1 }
    switch statement.value(column) {
    case .integer(let value): return value
    case .null: return nil
    default: throw fault("\(statement.name(column)) is not an integer")
    }
  }

  /// A number of a type and a range; nil for NULL.
  mutating func number<Number: FixedWidthInteger>(
    in range: ClosedRange<Number> = Number.min...Number.max
  ) throws(DatabaseFault) -> Number? {
    let place = column
    guard let value = try integer() else { return nil }
    guard let number = Number(exactly: value), range ~= number else {
      throw fault("\(statement.name(place)) is \(value)")
    }
    return number
  }

  /// A number that may not be NULL.
  mutating func needed<Number: FixedWidthInteger>(
    in range: ClosedRange<Number> = Number.min...Number.max
  ) throws(DatabaseFault) -> Number {
    let place = column
    guard let number = try number(in: range) else { throw fault("\(statement.name(place)) is NULL") }
    return number
  }

  /// A time or an amount.
  mutating func amount() throws(DatabaseFault) -> UInt64 { try needed(in: 0...DatabaseAmount.largest) }

  mutating func flag() throws(DatabaseFault) -> Bool { try number(in: 0...1 as ClosedRange<Int64>) == 1 }

  /// Text; nil for NULL.
  mutating func text() throws(DatabaseFault) -> [UInt8]? {
    defer { column &+= 1 }
    switch statement.value(column) {
    case .text: return statement.text(column)
    case .null: return nil
    default: throw fault("\(statement.name(column)) is not text")
    }
  }

  /// Bytes; nil for NULL.
  mutating func bytes() throws(DatabaseFault) -> [UInt8]? {
    defer { column &+= 1 }
    switch statement.value(column) {
    case .bytes: return statement.bytes(column)
    case .null: return nil
    default: throw fault("\(statement.name(column)) is not a blob")
    }
  }
}
