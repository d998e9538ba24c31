internal import Events

/// A row of `profiles`.
struct StoredProfile {
  var uid, euid, gid: UInt32
  var login: UInt32?
  var session, group: Int32
  var tty, cgroup, user: RawBytes?
  var isKernelThread = false

  init() {
    (uid, euid, gid) = (0, 0, 0)
    (session, group) = (0, 0)
  }
}

/// The columns in which an event differs from the row of its process.
struct FactColumns {
  var comm, profile, parent: Int64?
  var innerPID: Int32?

  init() {}

  init(_ row: inout RowReader) throws(DatabaseFault) {
    comm = try row.integer()
    profile = try row.integer()
    parent = try row.integer()
    innerPID = try row.number()
  }

  func bind(to new: inout RowBinder) {
    new.add(comm)
    new.add(profile)
    new.add(parent)
    new.add(innerPID.map { Int64($0) })
  }
}

/// A row of `processes`.
struct StoredProcess {
  let row: Int64
  let id: ProcessID
  var comm: Comm?
  var profile: Int64?
  /// Nil where it is unknown, and a nil inside for none.
  var parent: ProcessID??
  var innerPID: Int32?

  init(row: Int64, id: ProcessID) {
    self.row = row
    self.id = id
  }

  /// The time of an event by the column that has the age of its process.
  func time(_ row: inout RowReader) throws(DatabaseFault) -> UInt64 {
    let age: Int64 = try row.needed()
    return try time(after: age, row)
  }

  /// The same; nil for NULL.
  func timeIfAny(_ row: inout RowReader) throws(DatabaseFault) -> UInt64? {
    guard let age = try row.integer() else { return nil }
    return try time(after: age, row)
  }

  func time(after age: Int64, _ row: RowReader) throws(DatabaseFault) -> UInt64 {
    let (time, overflows) = Int64(clamping: id.startTime).addingReportingOverflow(age)
    guard !overflows, time >= 0, time <= Int64(clamping: DatabaseAmount.largest) else {
      throw row.fault("its age of \(age) is before the start of all clocks, or beyond their end")
    }
    return UInt64(clamping: time)
  }
}

/// The columns of a program that an exec started, or tried to.
struct StoredImage {
  let program, environment, comm: Int64?
  let argv: StringVector
  let marks: Marks

  private static let known = Marks(Marks.names.map(\.mark))

  init(_ row: inout RowReader) throws(DatabaseFault) {
    program = try row.integer()
    let json = try row.text()
    let bytes = try row.bytes()
    let length: Int64? = try row.number(in: 0...(1 << 32))
    guard let argv = StoredArguments.vector(json: json, bytes: bytes, length: length) else {
      throw row.fault("argv is not a JSON array of strings")
    }
    self.argv = argv
    environment = try row.integer()
    marks = Marks(rawValue: try row.needed()).intersection(Self.known)
    comm = try row.integer()
  }
}
