internal import Events

/// Turns events into rows: it gives out the numbers of rows, and remembers which row has what.
struct DatabaseRows {
  private let into: DatabaseStatements
  private let includesEnvironment: Bool
  /// The `id` of the next process or event. One row of numbers gives the order of all.
  private var nextID: Int64 = 1
  private(set) var counts = DatabaseWriter.Counts()
  /// What of the file is in use; nil where nothing is forgotten.
  var ring: RingMemory?
  let forgetting: RingStatements?

  var known = KnownProcesses()
  var strings: InternTable<RawBytes>
  var comms: InternTable<Comm>
  var programs: InternTable<ProgramNames>
  var environments: InternTable<StringVector>
  var profiles: InternTable<ProfileKey>
  private var nextString: Int64 = 1
  private var nextProgram: Int64 = 1
  private var nextEnvironment: Int64 = 1
  private var nextProfile: Int64 = 1
  private var nextClock: Int64 = 1

  init(_ connection: SQLiteConnection, _ session: DatabaseWriter.Session) throws(SQLiteError) {
    into = try DatabaseStatements(connection)
    includesEnvironment = session.includesEnvironment
    let forgets = session.ring != nil
    strings = InternTable(limit: 8 << 20, forgets: forgets)
    comms = InternTable(limit: 4 << 20, forgets: forgets)
    programs = InternTable(limit: 16 << 20, forgets: forgets)
    environments = InternTable(limit: 32 << 20, forgets: forgets)
    profiles = InternTable(limit: 8 << 20, forgets: forgets)
    ring = session.ring.map { RingMemory($0) }
    forgetting = forgets ? try RingStatements(connection) : nil
  }

  /// The `id` of the last row of a process or an event; 0 for none.
  var lastID: Int64 { nextID &- 1 }

  /// The wall clock less the boot clock from a time on, in nanoseconds.
  mutating func add(clock offset: Int64, since: UInt64) throws(SQLiteError) {
    var new = RowBinder(into.clocks)
    new.add(nextClock)
    new.add(amount: since)
    new.add(offset)
    nextClock &+= 1
    try new.run()
  }

  mutating func add(_ event: ProcessEvent) throws(SQLiteError) {
    switch event {
    case .fork(let event): try add(event)
    case .exec(let event):
      counts.execs &+= 1
      try add(event.process, event.image, at: event.time, to: into.execs) { _ in }
    case .failedExec(let event):
      counts.failedExecs &+= 1
      try add(event.process, event.image, at: event.time, to: into.failedExecs) { $0.add(event.errno) }
    case .existing(let event):
      try add(event.process, event.image, at: event.time, to: into.existing) { new in
        new.add(
          event.image.time == event.time
            ? nil : DatabaseAmount.age(of: event.process.id.startTime, at: event.image.time))
        new.add(event.isAgain)
      }
    case .exit(let event): try add(event)
    case .lost(let event): try add(event)
    case .census(let event): try add(event)
    case .output(let event): try add(event)
    // A recording has one machine, which is not an event of it.
    case .host: return
    }
    if ring?.pin != nil { keepPinned(event) }
  }

  // MARK: - Events

  private mutating func add(_ event: ForkEvent) throws(SQLiteError) {
    let age = DatabaseAmount.age(of: event.process.id.startTime, at: event.time)
    if try add(event.process, fork: (age, event.isByParent)) { return }
    // A process that something else named before.
    var new = RowBinder(into.forks)
    let (process, facts) = try columns(of: event.process)
    new.add(newID(of: event.process.id, process))
    new.add(process)
    new.add(age)
    new.add(event.isByParent)
    facts.bind(to: &new)
    try new.run()
  }

  /// An event with a program.
  private mutating func add(
    _ process: ProcessFacts, _ image: ProcessImage, at time: UInt64, to statement: SQLiteStatement,
    more: (inout RowBinder) -> Void
  ) throws(SQLiteError) {
    try add(process, fork: nil)
    let (id, facts) = try columns(of: process)
    let program = try row(of: image.names)
    let environment =
      includesEnvironment
      ? try image.env.map { (env) throws(SQLiteError) in try row(of: env.cut(to: ring?.longest)) } : nil
    let imageComm = image.comm == process.comm ? nil : try row(of: image.comm)
    let argv = StoredArguments(of: image, longest: ring?.longest)
    ring?.use(program: program, environment: environment, comm: imageComm)
    var new = RowBinder(statement)
    new.add(newID(of: process.id, id))
    new.add(id)
    new.add(DatabaseAmount.age(of: process.id.startTime, at: time))
    new.add(program)
    new.add(text: argv.json)
    new.add(bytes: argv.bytes)
    new.add(argv.length.map { Int64(clamping: $0) })
    new.add(environment)
    new.add(image.marks.rawValue)
    new.add(imageComm)
    facts.bind(to: &new)
    more(&new)
    try new.run()
  }

  private mutating func add(_ event: ExitEvent) throws(SQLiteError) {
    counts.exits &+= 1
    try add(event.process, fork: nil)
    let (id, facts) = try columns(of: event.process)
    let reaper = try event.reaper.map { (reaper) throws(SQLiteError) in try self.row(of: reaper) }
    ring?.use(process: reaper, by: id)
    var new = RowBinder(into.exits)
    new.add(newID(of: event.process.id, id))
    new.add(id)
    new.add(DatabaseAmount.age(of: event.process.id.startTime, at: event.time))
    facts.bind(to: &new)
    new.add(event.status.waitStatus)
    new.add(amount: event.usage?.userTime)
    new.add(amount: event.usage?.systemTime)
    new.add(amount: event.usage?.peakMemory)
    new.add(amount: event.usage?.minorFaults)
    new.add(amount: event.usage?.majorFaults)
    new.add(amount: event.usage?.readBytes)
    new.add(amount: event.usage?.writtenBytes)
    new.add(reaper)
    new.add(text: event.killer.map(Self.text))
    try new.run()
    known.end(event.process.id)
  }

  /// The object of a line.
  private static func text(of killer: Killer) -> [UInt8] {
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.value(of: killer)
    return encoder.bytes
  }

  private mutating func add(_ event: LostEvent) throws(SQLiteError) {
    counts.lost += event.counts
    var encoder = JSONLineEncoder(wallOffset: nil)
    encoder.records(event.records)
    var new = RowBinder(into.losses)
    new.add(newID())
    new.add(amount: event.time)
    new.add(amount: event.since)
    let counts = event.counts
    for count in [
      counts.forks, counts.execs, counts.failedExecs, counts.exits, counts.missedRuns, counts.procRaces,
      counts.overBudget, event.unnamed,
    ] { new.add(min(count, DatabaseAmount.largestLoss)) }
    new.add(text: event.records.isEmpty ? nil : encoder.bytes)
    try new.run()
  }

  private mutating func add(_ event: CensusEvent) throws(SQLiteError) {
    var alive = JSONLineEncoder(wallOffset: nil)
    alive.alive(event.alive)
    var unsure = JSONLineEncoder(wallOffset: nil)
    unsure.pids(event.unsure)
    var new = RowBinder(into.censuses)
    new.add(newID())
    new.add(amount: event.time)
    new.add(text: alive.bytes)
    new.add(text: event.unsure.isEmpty ? nil : unsure.bytes)
    try new.run()
    let gone = known.keep(Set(event.alive.map(\.id)))
    let census = lastID
    if !gone.isEmpty { ring?.censusEnds.append((census, gone)) }
  }

  private mutating func add(_ event: OutputEvent) throws(SQLiteError) {
    // Without its process, as after a loss, it is of one that is only named.
    let process = try row(of: event.process)
    let stored = StoredText(event.bytes)
    var new = RowBinder(into.outputs)
    new.add(newID(of: event.process, process))
    new.add(process)
    new.add(DatabaseAmount.age(of: event.process.startTime, at: event.time))
    new.add(event.stream.rawValue)
    new.add(text: event.bytes.isEmpty ? nil : stored.text)
    new.add(bytes: stored.bytes)
    new.add(amount: event.leftOut)
    try new.run()
  }

  /// The `id` of the next event of a process.
  private mutating func newID(of process: ProcessID, _ row: Int64) -> Int64 {
    let id = newID()
    guard let ring, let entry = known[process] else { return id }
    // Output has no facts: a process that only it names is not kept by anything else.
    let isOnlyNamed = entry.comm == nil && !ring.active.contains(row)
    if entry.hasEnded || isOnlyNamed { self.ring?.use(process: row, byLate: id) }
    return id
  }

  private mutating func newID() -> Int64 {
    nextID &+= 1
    return nextID &- 1
  }
}

// MARK: - Processes

extension DatabaseRows {
  /// Adds the row of a process that is not known yet.
  /// - Parameter fork: the time of its fork since its start, and whether its parent forked it, where this is the fork.
  /// - Returns: false where the process is known.
  @discardableResult
  private mutating func add(_ facts: ProcessFacts, fork: (age: Int64, isByParent: Bool)?) throws(SQLiteError) -> Bool {
    if known[facts.id] != nil { return false }
    let parent = try facts.parent.map { (parent) throws(SQLiteError) in try self.row(of: parent) } ?? 0
    // A process that claims to be its own parent has a row now.
    if known[facts.id] != nil { return false }
    var process = KnownProcesses.Entry(row: newID())
    process.comm = facts.comm
    process.profile = try self.row(of: ProfileKey(facts))
    process.parent = parent
    process.innerPID = facts.innerPID == facts.id.pid ? nil : facts.innerPID
    try insert(process, facts.id, fork: fork)
    return true
  }

  /// The row of a process; a process that is only named gets one without facts.
  private mutating func row(of id: ProcessID) throws(SQLiteError) -> Int64 {
    if let known = known[id] { return known.row }
    let process = KnownProcesses.Entry(row: newID())
    try insert(process, id, fork: nil)
    return process.row
  }

  private mutating func insert(
    _ process: KnownProcesses.Entry, _ id: ProcessID, fork: (age: Int64, isByParent: Bool)?
  ) throws(SQLiteError) {
    let comm = try process.comm.map { (comm) throws(SQLiteError) in try row(of: comm) }
    var new = RowBinder(into.processes)
    new.add(process.row)
    new.add(id.pid)
    new.add(amount: id.startTime)
    new.add(fork?.age)
    new.add(fork.map { $0.isByParent ? 1 : 0 })
    new.add(comm)
    new.add(process.profile)
    new.add(process.parent)
    new.add(process.innerPID.map { Int64($0) })
    try new.run()
    ring?.use(comm: comm, profile: process.profile, parent: process.parent, by: process.row)
    counts.processes &+= 1
    known[id] = process
  }

  /// The process's row, and what differs from it. The process has a row.
  private mutating func columns(
    of facts: ProcessFacts
  ) throws(SQLiteError) -> (process: Int64, FactColumns) {
    let parent = try facts.parent.map { (parent) throws(SQLiteError) in try self.row(of: parent) } ?? 0
    let process = try row(of: facts.id)
    let entry = known[facts.id] ?? KnownProcesses.Entry(row: process)
    var columns = FactColumns()
    if entry.comm != facts.comm { columns.comm = try row(of: facts.comm) }
    let profile = try row(of: ProfileKey(facts))
    if entry.profile != profile { columns.profile = profile }
    if entry.parent != parent { columns.parent = parent }
    if facts.innerPID != entry.innerPID ?? facts.id.pid { columns.innerPID = facts.innerPID }
    ring?.use(comm: columns.comm, profile: columns.profile, parent: columns.parent, by: process)
    if entry.comm == nil { ring?.active.insert(process) }
    return (process, columns)
  }
}

// MARK: - Values that repeat

extension DatabaseRows {
  private mutating func row(of text: RawBytes) throws(SQLiteError) -> Int64 {
    if let row = strings.row(of: text) { return row }
    let stored = StoredText(text.bytes)
    var new = RowBinder(into.strings)
    new.add(nextString)
    new.add(text: stored.text)
    new.add(bytes: stored.bytes)
    try new.run()
    strings.add(text, row: nextString, size: text.bytes.count &+ 96)
    nextString &+= 1
    return nextString &- 1
  }

  private mutating func row(of text: RawBytes?) throws(SQLiteError) -> Int64? {
    guard let text else { return nil }
    return try row(of: text) as Int64
  }

  /// Nil for an empty name, which is an unknown one.
  private mutating func row(ofName name: RawBytes) throws(SQLiteError) -> Int64? {
    name.isEmpty ? nil : try row(of: name) as Int64
  }

  private mutating func row(of comm: Comm) throws(SQLiteError) -> Int64 {
    if let row = comms.row(of: comm) { return row }
    let row: Int64 = try row(of: RawBytes(comm.bytes))
    comms.add(comm, row: row, size: 64)
    return row
  }

  private mutating func row(of names: ProgramNames) throws(SQLiteError) -> Int64 {
    if let row = programs.row(of: names) { return row }
    let exe = try row(ofName: names.exe)
    let file = try row(ofName: names.file)
    let interpreter = try row(of: names.interpreter)
    let cwd = try row(ofName: names.cwd)
    var new = RowBinder(into.programs)
    new.add(nextProgram)
    new.add(exe)
    new.add(file)
    new.add(interpreter)
    new.add(cwd)
    try new.run()
    ring?.use(strings: exe, file, interpreter, cwd)
    programs.add(names, row: nextProgram, size: 256 &+ names.exe.bytes.count &+ names.file.bytes.count)
    nextProgram &+= 1
    return nextProgram &- 1
  }

  private mutating func row(of environment: StringVector) throws(SQLiteError) -> Int64 {
    if let row = environments.row(of: environment) { return row }
    let stored = StoredEnvironment(environment)
    var new = RowBinder(into.environments)
    new.add(nextEnvironment)
    new.add(text: stored.json)
    new.add(bytes: stored.bytes)
    new.add(stored.length.map { Int64(clamping: $0) })
    try new.run()
    environments.add(environment, row: nextEnvironment, size: environment.bytes.count &+ 96)
    nextEnvironment &+= 1
    return nextEnvironment &- 1
  }

  private mutating func row(of profile: ProfileKey) throws(SQLiteError) -> Int64 {
    if let row = profiles.row(of: profile) { return row }
    let tty = try row(of: profile.tty)
    let cgroup = try row(of: profile.cgroup)
    let user = try row(of: profile.user)
    var new = RowBinder(into.profiles)
    new.add(nextProfile)
    new.add(profile.uid)
    new.add(profile.euid)
    new.add(profile.gid)
    new.add(profile.login.map { Int64($0) })
    new.add(profile.session)
    new.add(profile.processGroup)
    new.add(tty)
    new.add(cgroup)
    new.add(user)
    new.add(profile.isKernelThread)
    try new.run()
    ring?.use(strings: tty, cgroup, user)
    profiles.add(profile, row: nextProfile, size: 320)
    nextProfile &+= 1
    return nextProfile &- 1
  }
}
