internal import Events

/// Reads the events of a recording in their order, with bounded memory.
///
/// Each kind of event has a table, and `id` gives the order of all: the reader goes through all tables at the same time.
/// What comes from the file is not trusted: every value is checked, and no arithmetic on it traps.
final class DatabaseReader {
  private let connection: SQLiteConnection
  private let path: String
  private var values: DatabaseValues
  private let cursors: [EventCursor]
  private let clock: Steps<UInt64, Int64>?
  private var failure: RecordingError?
  /// The present place and the last one in the order of events.
  private var position: Int64 = 0
  private let last: Int64
  /// How many bytes the file should have and has not, as after a copy that was cut short.
  private let missing: Int64
  /// Whether its recorder completed it.
  let isComplete: Bool
  /// The machine of the first session.
  let host: RecordedHost?

  /// How many events `read` returns at most.
  private static let batch = 1024

  /// Opens a recording.
  /// - Parameters:
  ///   - path: as the user named it.
  ///   - location: the bytes of the path to open.
  /// - Throws: `RecordingError.database`.
  init(path: String, at location: [UInt8]) throws(RecordingError) {
    let parts: Parts
    do throws(DatabaseFault) { parts = try Parts(location) } catch {
      throw .database(path: path, error.text)
    }
    self.path = path
    connection = parts.connection
    clock = parts.clock
    missing = parts.missing
    isComplete = parts.isComplete
    host = parts.host
    values = parts.values
    cursors = parts.cursors
    last = parts.last
  }

  /// Everything that can fail, before any of it is a part of the reader.
  private struct Parts {
    let connection: SQLiteConnection
    let clock: Steps<UInt64, Int64>?
    let missing: Int64
    let isComplete: Bool
    let host: RecordedHost?
    let values: DatabaseValues
    var cursors: [EventCursor] = []
    var last: Int64 = 0

    init(_ location: [UInt8]) throws(DatabaseFault) {
      let connection = try DatabaseReader.connection(location)
      try DatabaseReader.check(connection)
      let clock = try DatabaseReader.clock(connection)
      let missing = try DatabaseReader.missingBytes(connection, at: location)
      let isComplete = try DatabaseReader.isComplete(connection)
      let host = try DatabaseReader.host(connection)
      let values = try DatabaseValues(connection)
      var cursors: [EventCursor] = []
      var last: Int64 = 0
      let version = try DatabaseReader.version(connection)
      for table in DatabaseSchema.eventTables(of: version) {
        cursors.append(try EventCursor(table, connection))
        last = max(last, try DatabaseReader.lastRow(of: table, connection))
      }
      self.connection = connection
      self.clock = clock
      self.missing = missing
      self.isComplete = isComplete
      self.host = host
      self.values = values
      self.cursors = cursors
      self.last = last
    }
  }

  /// Closes the database; nothing can be read from it any more.
  func close() { connection.close() }

  /// How much of a file of some length was read, about.
  func bytesRead(of length: Int) -> Int {
    let thousandths = last <= 0 ? 1000 : min(max(position / max(last / 1000, 1), 0), 1000)
    return thousandths == 1000 ? length : length / 1000 &* Int(clamping: thousandths)
  }

  /// The next events, in order; nil at the end.
  /// - Throws: `RecordingError.database`. Events before a fault are returned first, and the next call throws.
  func read() throws(RecordingError) -> [RecordedEvent]? {
    if let failure { throw failure }
    var events: [RecordedEvent] = []
    do throws(DatabaseFault) {
      // The rows of processes need not be events.
      while events.count < Self.batch, let cursor = next {
        position = cursor.id ?? position
        if let event = try event(of: cursor) { events.append(recorded(event)) }
        try cursor.advance()
      }
      if events.isEmpty, missing > 0 {
        throw DatabaseFault(" lacks \(missing) bytes at its end: what was left of its events was read")
      }
    } catch {
      let failure = RecordingError.database(path: path, error.text)
      self.failure = failure
      if events.isEmpty { throw failure }
    }
    return events.isEmpty ? nil : events
  }

  /// The table with the earliest row.
  private var next: EventCursor? {
    var first: EventCursor?
    for cursor in cursors {
      guard let id = cursor.id else { continue }
      if let known = first?.id, known <= id { continue }
      first = cursor
    }
    return first
  }

  private func recorded(_ event: ProcessEvent) -> RecordedEvent {
    var result = RecordedEvent(event: event, host: host)
    if let offset = clock?.value(at: event.time), let boot = Int64(exactly: event.time) {
      let (wall, overflows) = boot.addingReportingOverflow(offset)
      if !overflows, Timestamp.range ~= wall { result.wallTime = wall }
    }
    return result
  }

  fileprivate static func lastRow(of table: String, _ connection: SQLiteConnection) throws(DatabaseFault) -> Int64 {
    do throws(SQLiteError) {
      let statement = try connection.prepare("SELECT max(id) FROM \(table) NOT INDEXED")
      guard try statement.step(), case .integer(let value) = statement.value(0) else { return 0 }
      return value
    } catch {
      throw DatabaseFault(error, table)
    }
  }
}

// MARK: - Events

extension DatabaseReader {
  /// The event of a row; nil for a process that did not start here.
  private func event(of cursor: EventCursor) throws(DatabaseFault) -> ProcessEvent? {
    var row = try cursor.row()
    switch cursor.table {
    case "processes": return try values.add(&row).map { .fork($0) }
    case "forks":
      let process = try values.process(of: &row)
      let time = try process.time(&row)
      let isByParent = try row.flag()
      return .fork(ForkEvent(time: time, process: try values.facts(of: process, &row), isByParent: isByParent))
    case "exits": return .exit(try exit(&row))
    case "outputs": return .output(try output(&row))
    case "losses": return .lost(try loss(&row))
    case "censuses": return .census(try census(&row))
    default: return try eventWithProgram(&row)
    }
  }

  private func eventWithProgram(_ row: inout RowReader) throws(DatabaseFault) -> ProcessEvent {
    let process = try values.process(of: &row)
    let time = try process.time(&row)
    let image = try StoredImage(&row)
    let facts = try values.facts(of: process, &row)
    switch row.table {
    case "execs":
      return .exec(ExecEvent(process: facts, image: try values.image(image, at: time, of: facts, row)))
    case "failed_execs":
      let errno: Int32 = try row.needed(in: 0...Int32.max)
      return .failedExec(
        FailedExecEvent(process: facts, errno: errno, image: try values.image(image, at: time, of: facts, row)))
    default:
      let imageTime = try process.timeIfAny(&row) ?? time
      let isAgain = try row.flag()
      return .existing(
        ExistingProcess(
          time: time, process: facts, image: try values.image(image, at: imageTime, of: facts, row), isAgain: isAgain))
    }
  }

  private func exit(_ row: inout RowReader) throws(DatabaseFault) -> ExitEvent {
    let process = try values.process(of: &row)
    let time = try process.time(&row)
    let facts = try values.facts(of: process, &row)
    let status = ExitStatus(waitStatus: try row.needed())
    let usage = try usage(&row)
    let reaper = try row.integer()
    let killer = row.isAtEnd ? nil : try row.text()  // Before version 3 there is none.
    let event = ExitEvent(
      time: time, process: facts, status: status, usage: usage,
      reaper: try reaper.map { (id) throws(DatabaseFault) in try values.identity(id, row) },
      killer: try killer.flatMap { (text) throws(DatabaseFault) in
        try parsed(text, "killer", row) { (scanner) throws(JSONFault) in try scanner.killer() }
      })
    values.end(process)
    return event
  }

  /// Nil where all of it is NULL.
  private func usage(_ row: inout RowReader) throws(DatabaseFault) -> ResourceUsage? {
    guard let user: UInt64 = try row.number(in: 0...DatabaseAmount.largest) else {
      for _ in 0..<6 where try row.integer() != nil { throw row.fault("user_time is NULL") }
      return nil
    }
    var usage = ResourceUsage(userTime: user)
    usage.systemTime = try row.amount()
    usage.peakMemory = try row.amount()
    usage.minorFaults = try row.amount()
    usage.majorFaults = try row.amount()
    usage.readBytes = try row.amount()
    usage.writtenBytes = try row.amount()
    return usage
  }

  private func output(_ row: inout RowReader) throws(DatabaseFault) -> OutputEvent {
    let process = try values.process(of: &row)
    let time = try process.time(&row)
    guard let stream = OutputEvent.Stream(rawValue: try row.needed(in: 0...UInt8.max)) else {
      throw row.fault("stream is not 1 or 2")
    }
    let text = try row.text()
    return OutputEvent(
      time: time, process: process.id, stream: stream, bytes: try row.bytes() ?? text ?? [],
      leftOut: try row.amount())
  }

  private func loss(_ row: inout RowReader) throws(DatabaseFault) -> LostEvent {
    let time = try row.amount()
    let since = try row.amount()
    var counts: [UInt64] = []
    for _ in 0..<8 { counts.append(try row.needed(in: 0...DatabaseAmount.largestLoss)) }
    var records: [LostRecord] = []
    if let text = try row.text() {
      records = try parsed(text, "records", row) { (scanner) throws(JSONFault) in try scanner.lostRecords() }
    }
    return LostEvent(
      time: time, since: since,
      counts: LossCounts(
        forks: counts[0], execs: counts[1], failedExecs: counts[2], exits: counts[3], missedRuns: counts[4],
        procRaces: counts[5], overBudget: counts[6]),
      records: records, unnamed: counts[7])
  }

  private func census(_ row: inout RowReader) throws(DatabaseFault) -> CensusEvent {
    let time = try row.amount()
    guard let alive = try row.text() else { throw row.fault("alive is NULL") }
    let unsure = try row.text()
    return CensusEvent(
      time: time, alive: try parsed(alive, "alive", row) { (scanner) throws(JSONFault) in try scanner.living() },
      unsure: try unsure.map { (text) throws(DatabaseFault) in
        try parsed(text, "unsure", row) { (scanner) throws(JSONFault) in try scanner.pids() }
      } ?? [])
  }

  private func parsed<Value>(
    _ text: [UInt8], _ column: String, _ row: RowReader,
    _ body: (inout JSONScanner) throws(JSONFault) -> Value
  ) throws(DatabaseFault) -> Value {
    do throws(JSONFault) {
      var scanner = JSONScanner(text[...])
      let value = try body(&scanner)
      try scanner.requireEnd()
      return value
    } catch {
      throw row.fault("\(column), character \(error.position &+ 1): \(error.message)")
    }
  }
}
