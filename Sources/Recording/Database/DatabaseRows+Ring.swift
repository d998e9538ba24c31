internal import Events

extension DatabaseRows {
  /// Whether there is something left to forget up to a row.
  func canForget(upTo limit: Int64) -> Bool {
    ring?.cursor ?? limit < limit || ring?.candidates.isEmpty == false
  }

  /// Moves the cursor of a ring forward, and forgets what it passes.
  /// - Parameters:
  ///   - limit: the row to pass last.
  ///   - most: after how many rows that are removed it ends; the next call continues.
  /// - Complexity: O(rows that are passed or removed).
  mutating func forget(upTo limit: Int64, most: Int = .max) throws(SQLiteError) {
    ring?.removed = 0
    let step = Int64(clamping: min(max(most / 4, 8), 1 << 20))
    while canForget(upTo: limit), ring?.removed ?? most < most {
      if ring?.candidates.isEmpty == false {
        try forgetOne()
      } else {
        var candidates: [Int64] = []
        try pass(upTo: min((ring?.cursor ?? limit) &+ step, limit), &candidates)
        ring?.candidates += candidates
      }
    }
  }

  /// Keeps a process, its ancestors and one of its events until the end.
  /// - Parameter time: of the exec, failed exec or exit, which may be written later.
  mutating func pin(_ process: ProcessID, at time: UInt64) {
    guard ring != nil, ring?.pin == nil else { return }
    ring?.pin = RingMemory.Pin(process: process, time: time)
    usePinned()
  }

  /// Counts the process that is kept as used, once it has a row: so it stays, and what it names.
  mutating func usePinned() {
    guard let pin = ring?.pin, !pin.isUsed, let row = known[pin.process]?.row else { return }
    ring?.pin?.isUsed = true
    ring?.processes.add(row)
  }

  /// Looks whether the event that was written last is kept.
  mutating func keepPinned(_ event: ProcessEvent) {
    guard let pin = ring?.pin else { return }
    usePinned()
    let process: ProcessID
    switch event {
    case .exec(let event): process = event.process.id
    case .failedExec(let event): process = event.process.id
    case .exit(let event): process = event.process.id
    case .fork, .existing, .lost, .census, .output, .host: return
    }
    let row = lastID
    if pin.event == 0, process == pin.process, event.time == pin.time { ring?.pin?.event = row }
  }

  /// Passes some rows.
  private mutating func pass(upTo limit: Int64, _ candidates: inout [Int64]) throws(SQLiteError) {
    guard let statements = forgetting, let from = ring?.cursor, limit > from else { return }
    for row in try Self.numbers(statements.newProcesses, from, limit) {
      ring?.passed[row[0]] = RingMemory.Passed(isOnlyNamed: row[1] == 1)
      if row[1] == 1 { candidates.append(row[0]) }
    }
    try passImages(from, limit, &candidates)
    for row in try Self.numbers(statements.newForks, from, limit) {
      try drop(row[0], by: statements.fork, &candidates)
      passLate(row[0], &candidates)
    }
    for row in try Self.numbers(statements.newFailedExecs, from, limit) where row[0] != ring?.pin?.event {
      try drop(row[0], by: statements.failedExec, &candidates)
      passLate(row[0], &candidates)
    }
    for row in try Self.numbers(statements.newExits, from, limit) {
      let earlier = ring?.passed[row[1]]?.exit ?? 0
      if earlier != 0, earlier != ring?.pin?.event { try drop(earlier, by: statements.exit, &candidates) }
      ring?.passed[row[1]]?.exit = row[0]
      ring?.passed[row[1]]?.hasEnded = true
      candidates.append(row[1])
      passLate(row[0], &candidates)
    }
    for row in try Self.numbers(statements.newOutputs, from, limit) {
      _ = try remove(row[0], statements.output)
      passLate(row[0], &candidates)
    }
    for statement in [statements.losses, statements.censuses] {
      statement.bind(1, from)
      statement.bind(2, limit)
      try statement.run()
    }
    while let ends = ring?.censusEnds.first, ends.census <= limit {
      ring?.censusEnds.removeFirst()
      for row in ends.processes { ring?.passed[row]?.hasEnded = true }
      candidates += ends.processes
    }
    ring?.cursor = limit
  }

  /// Passes execs, and what was found in /proc: of each process the last of them is kept.
  private mutating func passImages(_ from: Int64, _ limit: Int64, _ candidates: inout [Int64]) throws(SQLiteError) {
    guard let statements = forgetting else { return }
    for row in try Self.numbers(statements.newExecs, from, limit) {
      let (id, process) = (row[0], row[1])
      let passed = ring?.passed[process] ?? RingMemory.Passed()
      if passed.exec != 0, passed.exec != ring?.pin?.event {
        try drop(passed.exec, by: statements.exec, &candidates)
      }
      for older in [passed.found, passed.looked] where older != 0 {
        try drop(older, by: statements.existing, &candidates)
      }
      ring?.passed[process]?.exec = id
      ring?.passed[process]?.found = 0
      ring?.passed[process]?.looked = 0
      passLate(id, &candidates)
    }
    for row in try Self.numbers(statements.newExisting, from, limit) {
      let (id, process, isAgain) = (row[0], row[1], row[2] == 1)
      let passed = ring?.passed[process] ?? RingMemory.Passed()
      if id < passed.exec {
        try drop(id, by: statements.existing, &candidates)
      } else {
        let older = isAgain ? passed.looked : passed.found
        if older != 0 { try drop(older, by: statements.existing, &candidates) }
        if isAgain { ring?.passed[process]?.looked = id } else { ring?.passed[process]?.found = id }
      }
      passLate(id, &candidates)
    }
  }

  private mutating func passLate(_ event: Int64, _ candidates: inout [Int64]) {
    guard let process = ring?.late.removeValue(forKey: event) else { return }
    if ring?.processes.drop(process) == true { candidates.append(process) }
  }

  /// Forgets a candidate, if it has exited and nothing refers to it. Its parent may be the next one.
  private mutating func forgetOne() throws(SQLiteError) {
    guard let statements = forgetting, let row = ring?.candidates.popLast(), let passed = ring?.passed[row],
      ring?.processes.contains(row) == false,
      passed.hasEnded || passed.isOnlyNamed && ring?.active.contains(row) == false
    else { return }
    var candidates: [Int64] = []
    ring?.passed[row] = nil
    if ring?.active.remove(row) != nil || !passed.isOnlyNamed { ring?.forgotten &+= 1 }
    let process = try remove(row, statements.process)
    if process.count == 6 {
      known.forget(
        ProcessID(pid: Int32(clamping: process[4] ?? 0), startTime: UInt64(clamping: process[5] ?? 0)), row: row)
    }
    try dropFacts(process, &candidates)
    if passed.exec != 0 { try drop(passed.exec, by: statements.exec, &candidates) }
    for existing in [passed.found, passed.looked] where existing != 0 {
      try drop(existing, by: statements.existing, &candidates)
    }
    if passed.exit != 0 { try drop(passed.exit, by: statements.exit, &candidates) }
    ring?.candidates += candidates
  }

  /// Removes an event, and what only it refers to.
  private mutating func drop(
    _ id: Int64, by statement: SQLiteStatement, _ candidates: inout [Int64]
  ) throws(SQLiteError) {
    let row = try remove(id, statement)
    try dropFacts(row, &candidates)
    if row.count == 7 {
      try drop(program: row[4])
      if let environment = row[5], ring?.environments.drop(environment) == true {
        _ = try remove(environment, forgetting?.environment)
        environments.forget(row: environment)
      }
      try drop(string: row[6])
    } else if row.count == 5 {
      dropUse(of: row[4], by: row[0], &candidates)
    }
  }

  /// The process, comm, profile and parent of a row.
  private mutating func dropFacts(_ row: [Int64?], _ candidates: inout [Int64]) throws(SQLiteError) {
    guard row.count >= 4 else { return }
    try drop(string: row[1])
    if let profile = row[2], ring?.profiles.drop(profile) == true {
      let strings = try remove(profile, forgetting?.profile)
      profiles.forget(row: profile)
      for string in strings { try drop(string: string) }
    }
    dropUse(of: row[3], by: row[0], &candidates)
  }

  private mutating func dropUse(of process: Int64?, by other: Int64?, _ candidates: inout [Int64]) {
    guard let process, process != 0, process != other else { return }
    if ring?.processes.drop(process) == true { candidates.append(process) }
  }

  private mutating func drop(program: Int64?) throws(SQLiteError) {
    guard let program, ring?.programs.drop(program) == true else { return }
    let strings = try remove(program, forgetting?.program)
    programs.forget(row: program)
    for string in strings { try drop(string: string) }
  }

  private mutating func drop(string: Int64?) throws(SQLiteError) {
    guard let string, ring?.strings.drop(string) == true else { return }
    _ = try remove(string, forgetting?.string)
    strings.forget(row: string)
    comms.forget(row: string)
  }

  /// Runs a statement that removes a row, and returns the numbers that it returns; none where there is no such row.
  private mutating func remove(_ id: Int64, _ statement: SQLiteStatement?) throws(SQLiteError) -> [Int64?] {
    guard let statement else { return [] }
    ring?.removed &+= 1
    statement.bind(1, id)
    defer { statement.reset() }
    guard try statement.step() else { return [] }
    let row: [Int64?] = (0..<statement.columnCount).map {
      if case .integer(let value) = statement.value($0) { value } else { nil }
    }
    while try statement.step() {}
    return row
  }

  /// The rows of a statement between two numbers.
  private static func numbers(
    _ statement: SQLiteStatement, _ from: Int64, _ limit: Int64
  ) throws(SQLiteError) -> [[Int64]] {
    statement.bind(1, from)
    statement.bind(2, limit)
    defer { statement.reset() }
    var rows: [[Int64]] = []
    while try statement.step() {
      rows.append(
        (0..<statement.columnCount).map { if case .integer(let value) = statement.value($0) { value } else { 0 } })
    }
    return rows
  }
}
