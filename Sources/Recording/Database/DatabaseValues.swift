internal import Events

/// The rows that rows of events refer to: processes, profiles, programs, strings and environments. Each is read when it is
/// needed, and remembered within a bound.
struct DatabaseValues {
  private let findString, findProgram, findEnvironment, findProfile, findProcess: SQLiteStatement
  private var strings = RowCache<[UInt8]>(limit: 8 << 20)
  private var programs = RowCache<ProgramNames>(limit: 16 << 20)
  private var environments = RowCache<StringVector>(limit: 32 << 20)
  private var profiles = RowCache<StoredProfile>(limit: 8 << 20)
  private var processes = RowCache<StoredProcess>(limit: 64 << 20)
  private static let processSize = 128

  init(_ connection: SQLiteConnection) throws(DatabaseFault) {
    func find(_ table: String) throws(DatabaseFault) -> SQLiteStatement {
      do throws(SQLiteError) {
        return try connection.prepare("SELECT * FROM \(table) NOT INDEXED WHERE id = ?")
      } catch {
        throw DatabaseFault(error, table)
      }
    }
    findString = try find("strings")
    findProgram = try find("programs")
    findEnvironment = try find("environments")
    findProfile = try find("profiles")
    findProcess = try find("processes")
  }

  /// Reads a row that another row refers to.
  private func row<Value>(
    _ id: Int64, of table: String, _ statement: SQLiteStatement, for row: RowReader,
    _ body: (inout RowReader) throws(DatabaseFault) -> Value
  ) throws(DatabaseFault) -> Value {
    statement.reset()
    statement.bind(1, id)
    defer { statement.reset() }
    let isThere: Bool
    do throws(SQLiteError) { isThere = try statement.step() } catch { throw DatabaseFault(error, table, after: id) }
    guard isThere else { throw row.fault("it names row \(id) of \(table), which is not there") }
    var found = try RowReader(statement, of: table)
    return try body(&found)
  }

  // MARK: - Values

  private mutating func string(_ id: Int64, _ row: RowReader) throws(DatabaseFault) -> [UInt8] {
    if let known = strings[id] { return known }
    let bytes = try self.row(id, of: "strings", findString, for: row) { (row) throws(DatabaseFault) in
      let text = try row.text()
      guard let bytes = try row.bytes() ?? text else { throw row.fault("text is NULL") }
      return bytes
    }
    strings.add(bytes, row: id, size: bytes.count &+ 96)
    return bytes
  }

  private mutating func bytes(_ id: Int64?, _ row: RowReader) throws(DatabaseFault) -> RawBytes? {
    guard let id else { return nil }
    return RawBytes(try string(id, row))
  }

  private mutating func comm(_ id: Int64, _ row: RowReader) throws(DatabaseFault) -> Comm {
    let bytes = try string(id, row)
    guard bytes.count <= 15, !bytes.contains(0) else {
      throw row.fault("comm is not at most 15 bytes without NUL")
    }
    return Comm(bytes)
  }

  private mutating func names(_ id: Int64?, _ row: RowReader) throws(DatabaseFault) -> ProgramNames {
    guard let id else { return ProgramNames() }
    if let known = programs[id] { return known }
    let ids = try self.row(id, of: "programs", findProgram, for: row) { (row) throws(DatabaseFault) in
      [try row.integer(), try row.integer(), try row.integer(), try row.integer()]
    }
    let made = ProgramNames(
      file: try bytes(ids[1], row) ?? "", exe: try bytes(ids[0], row) ?? "", interpreter: try bytes(ids[2], row),
      cwd: try bytes(ids[3], row) ?? "")
    programs.add(made, row: id, size: 256 &+ made.exe.bytes.count &+ made.file.bytes.count)
    return made
  }

  private mutating func environment(_ id: Int64?, _ row: RowReader) throws(DatabaseFault) -> StringVector? {
    guard let id else { return nil }
    if let known = environments[id] { return known }
    let made = try self.row(id, of: "environments", findEnvironment, for: row) { (row) throws(DatabaseFault) in
      let text = try row.text()
      let bytes = try row.bytes()
      guard let made = StoredEnvironment.vector(json: text, bytes: bytes, length: try row.number()) else {
        throw row.fault("variables are not an object of strings")
      }
      return made
    }
    environments.add(made, row: id, size: made.bytes.count &+ 96)
    return made
  }

  private mutating func profile(_ id: Int64, _ row: RowReader) throws(DatabaseFault) -> StoredProfile {
    if let known = profiles[id] { return known }
    let (read, ids) = try self.row(id, of: "profiles", findProfile, for: row) { (row) throws(DatabaseFault) in
      var profile = StoredProfile()
      profile.uid = try row.needed()
      profile.euid = try row.needed()
      profile.gid = try row.needed()
      profile.login = try row.number()
      profile.session = try row.needed()
      profile.group = try row.needed()
      let ids = [try row.integer(), try row.integer(), try row.integer()]
      profile.isKernelThread = try row.flag()
      return (profile, ids)
    }
    var profile = read
    profile.tty = try bytes(ids[0], row)
    profile.cgroup = try bytes(ids[1], row)
    profile.user = try bytes(ids[2], row)
    profiles.add(profile, row: id, size: 320)
    return profile
  }

  // MARK: - Processes

  /// Reads a row of `processes`, and remembers it.
  /// - Returns: the fork, where the process started while it was recorded.
  mutating func add(_ row: inout RowReader) throws(DatabaseFault) -> ForkEvent? {
    let found = ProcessID(pid: try row.needed(in: 1...Int32.max), startTime: try row.amount())
    let age = try row.integer()
    let isByParent = try row.flag()
    let process = try stored(found, try FactColumns(&row), row, at: row.id)
    processes.add(process, row: row.id, size: Self.processSize)
    guard let age else { return nil }
    return ForkEvent(
      time: try process.time(after: age, row), process: try facts(of: process, FactColumns(), row),
      isByParent: isByParent)
  }

  private mutating func stored(
    _ id: ProcessID, _ columns: FactColumns, _ row: RowReader, at place: Int64
  ) throws(DatabaseFault) -> StoredProcess {
    var process = StoredProcess(row: place, id: id)
    process.comm = try columns.comm.map { (id) throws(DatabaseFault) in try comm(id, row) }
    process.profile = columns.profile
    process.innerPID = columns.innerPID
    if let parent = columns.parent {
      process.parent = parent == 0 ? .some(nil) : .some(try identity(parent, row))
    }
    return process
  }

  /// The process that a row of an event begins with.
  mutating func process(of row: inout RowReader) throws(DatabaseFault) -> StoredProcess {
    let id: Int64 = try row.needed()
    if let known = processes[id] { return known }
    let place = row
    // The look-up ends before its values are looked up, which may be a parent in the same table.
    let (found, columns) = try self.row(id, of: "processes", findProcess, for: place) { (row) throws(DatabaseFault) in
      let identity = ProcessID(pid: try row.needed(in: 1...Int32.max), startTime: try row.amount())
      _ = try row.integer()
      _ = try row.integer()
      return (identity, try FactColumns(&row))
    }
    let process = try stored(found, columns, place, at: id)
    processes.add(process, row: id, size: Self.processSize)
    return process
  }

  /// Pid and start time of a process by its row.
  mutating func identity(_ id: Int64, _ row: RowReader) throws(DatabaseFault) -> ProcessID {
    if let known = processes[id] { return known.id }
    return try self.row(id, of: "processes", findProcess, for: row) { (row) throws(DatabaseFault) in
      ProcessID(pid: try row.needed(in: 1...Int32.max), startTime: try row.amount())
    }
  }

  /// Few events name a process after its exit.
  mutating func end(_ process: StoredProcess) { processes.remove(row: process.row, size: Self.processSize) }

  /// The facts of an event: those of its own columns, and else those of the process.
  mutating func facts(of process: StoredProcess, _ row: inout RowReader) throws(DatabaseFault) -> ProcessFacts {
    let columns = try FactColumns(&row)
    return try facts(of: process, columns, row)
  }

  private mutating func facts(
    of process: StoredProcess, _ columns: FactColumns, _ row: RowReader
  ) throws(DatabaseFault) -> ProcessFacts {
    guard let comm = try columns.comm.map({ (id) throws(DatabaseFault) in try comm(id, row) }) ?? process.comm else {
      throw row.fault("comm is NULL, and so is that of the process")
    }
    guard let profileID = columns.profile ?? process.profile else {
      throw row.fault("profile is NULL, and so is that of the process")
    }
    let profile = try profile(profileID, row)
    let parent: ProcessID?
    if let id = columns.parent {
      parent = id == 0 ? nil : try identity(id, row)
    } else if let known = process.parent {
      parent = known
    } else {
      throw row.fault("parent is NULL, and so is that of the process")
    }
    return ProcessFacts(
      id: process.id, parent: parent, comm: comm, uid: profile.uid, euid: profile.euid, gid: profile.gid,
      auditUID: profile.login, session: profile.session, processGroup: profile.group,
      innerPID: columns.innerPID ?? process.innerPID ?? process.id.pid, tty: profile.tty, cgroup: profile.cgroup,
      user: profile.user, isKernelThread: profile.isKernelThread)
  }

  /// The program of an event.
  mutating func image(
    _ stored: StoredImage, at time: UInt64, of facts: ProcessFacts, _ row: RowReader
  ) throws(DatabaseFault) -> ProcessImage {
    let names = try names(stored.program, row)
    let environment = try environment(stored.environment, row)
    let comm = try stored.comm.map { (id) throws(DatabaseFault) in try self.comm(id, row) } ?? facts.comm
    return stored.argv.bytes.withUnsafeBytes {
      ProcessImage(
        time: time, comm: comm, names: names, argv: $0, argvLength: stored.argv.trueLength, env: environment,
        marks: stored.marks)
    }
  }
}
