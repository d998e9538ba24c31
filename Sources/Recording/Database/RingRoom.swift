internal import CSQLite
public import Events
internal import Glibc

/// How much room a recording has that forgets its oldest processes: the pages of the file, and the log of SQLite.
struct RingRoom {
  private static let page = 4096

  let limits: RecordingRing
  /// The most pages that the file may have; nil for any.
  let pages: Int?
  /// The most bytes that the log may have when a transaction begins. The longest transaction adds less than three times as
  /// much.
  let log: Int
  private let pageCount, freeCount: SQLiteStatement

  /// Row numbers and when they were written, oldest first: what is before `oldest` was forgotten.
  private var marks: [(row: Int64, time: UInt64)] = []
  private var oldest = 0
  /// The least time between two marks, in nanoseconds.
  private var spacing: UInt64 = 500_000_000
  private static let mostMarks = 8192

  init(_ limits: RecordingRing, _ connection: SQLiteConnection) throws(SQLiteError) {
    self.limits = limits
    // An eighth of the size is for the log, which begins a transaction with half of that at most. With the tenth by which
    // the size may be exceeded it has more than three times as much for the transaction.
    let all = limits.bytes.map { $0 / Self.page }
    pages = all.map { $0 &- $0 / 8 }
    log = all.map { min($0 / 16 &* Self.page, 16 << 20) } ?? 4 << 20
    if let time = limits.nanoseconds { spacing = max(time / 1000, 100_000_000) }
    pageCount = try connection.prepare("PRAGMA page_count")
    freeCount = try connection.prepare("PRAGMA freelist_count")
    try connection.run("PRAGMA wal_autocheckpoint = 0")
  }

  /// How many bytes of events one transaction writes.
  var portion: Int { log / 4 }

  /// How many rows the cursor passes in one transaction, at most.
  var step: Int64 { Int64(clamping: max(log / 256, 64)) }

  /// How many rows are removed before the length of the log is looked at. A row that is removed changes about two pages
  /// where it lies alone.
  var removals: Int { max(log / Self.page / 2, 32) }

  /// About how many bytes an event takes in the file, at most.
  static func size(of event: ProcessEvent, cutTo longest: Int?) -> Int {
    func size(_ image: ProcessImage) -> Int {
      let names = image.names
      let paths =
        names.exe.bytes.count &+ names.file.bytes.count &+ names.cwd.bytes.count
        &+ (names.interpreter?.bytes.count ?? 0)
      // As text, where a byte may take six, and again where the text is not exact.
      let block = min(image.argv.bytes.count, longest ?? .max) &+ min(image.env?.bytes.count ?? 0, longest ?? .max)
      return 250 &+ paths &+ block &* 3
    }
    // Short names are mostly those of earlier processes.
    func size(_ facts: ProcessFacts) -> Int { max((facts.cgroup?.bytes.count ?? 0) &- 128, 0) &* 3 }
    switch event {
    case .exec(let event): return size(event.image) &+ size(event.process)
    case .failedExec(let event): return size(event.image) &+ size(event.process)
    case .existing(let event): return size(event.image) &+ size(event.process)
    case .fork(let event): return 100 &+ size(event.process)
    case .exit(let event): return 100 &+ size(event.process)
    case .output(let event): return 100 &+ event.bytes.count &* 4
    case .host: return 0
    case .lost(let event): return 200 &+ event.records.count &* 150
    case .census(let event): return 200 &+ event.alive.count &* 70 &+ event.unsure.count &* 10
    }
  }

  /// How many pages are free, also those that the file does not have yet.
  func freePages() throws(SQLiteError) -> Int {
    guard let pages else { return .max }
    return pages &- (try Self.number(pageCount)) &+ (try Self.number(freeCount))
  }

  private static func number(_ statement: SQLiteStatement) throws(SQLiteError) -> Int {
    defer { statement.reset() }
    guard try statement.step(), case .integer(let value) = statement.value(0) else { return 0 }
    return Int(clamping: value)
  }

  /// Nanoseconds since boot.
  static var now: UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return UInt64(clamping: now.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: now.tv_nsec)
  }

  /// Remembers when the rows up to this one were there.
  mutating func mark(_ row: Int64) {
    let time = Self.now
    if let last = marks.last, time < last.time &+ spacing { return }
    marks.append((row, time))
    guard marks.count &- oldest > Self.mostMarks else { return }
    // Every other one is enough for a time that is so long.
    marks = marks[oldest...].enumerated().filter { $0.offset & 1 == 1 }.map(\.element)
    oldest = 0
    spacing = min(spacing &* 2, 1 << 40)
  }

  /// The last row that is too old; 0 for none.
  func tooOld(at time: UInt64) -> Int64 {
    guard let kept = limits.nanoseconds, time > kept else { return 0 }
    var (low, high) = (oldest, marks.count)
    while low < high {
      let middle = low &+ (high &- low) / 2
      if marks[middle].time < time &- kept { low = middle &+ 1 } else { high = middle }
    }
    return low > oldest ? marks[low &- 1].row : 0
  }

  /// When the recording became complete; nil where nothing was forgotten.
  /// - Parameter cursor: the last row that was passed.
  mutating func completeSince(_ cursor: Int64) -> UInt64? {
    while oldest < marks.count &- 1, marks[oldest].row < cursor { oldest &+= 1 }
    if oldest > 1024, oldest > marks.count / 2 {
      marks.removeFirst(oldest)
      oldest = 0
    }
    return cursor == 0 || oldest >= marks.count ? nil : marks[oldest].time
  }
}

extension DatabaseWriter {
  /// How many of some events one call of `write` should get. Writing more than these at a time would make the file of a
  /// ring longer than it may be.
  public func portion(of events: ArraySlice<ProcessEvent>) -> Int {
    guard let room else { return events.count }
    var rest = room.portion
    var count = 0
    for event in events {
      rest &-= RingRoom.size(of: event, cutTo: rows.ring?.longest)
      if rest < 0, count > 0 { break }
      count &+= 1
    }
    return count
  }

  /// Forgets processes that are too old, and then the oldest until a number of bytes has room.
  /// - Returns: false where another program holds the database.
  func makeRoom(for bytes: Int) throws(SQLiteError) -> Bool {
    guard let room else { return true }
    // Rows that are scattered over the tables take more pages than their bytes need.
    let needed = bytes / 2048 &+ 24
    let old = room.tooOld(at: RingRoom.now)
    while true {
      if file.logSize > room.log, !(try moveLog()) { return false }
      guard let goal = try goal(needed, old) else { return true }
      guard rows.canForget(upTo: goal) else {
        throw SQLiteError(
          code: SQLITE_FULL, errno: 0, text: "the running processes do not fit: give --ring a larger size")
      }
      try connection.run("PRAGMA synchronous = NORMAL")
      guard try begin() else { return false }
      try forgetSome(needed, old, room)
      if let statement = rows.forgetting?.session {
        statement.bind(1, rows.ring?.forgotten)
        let since = self.room?.completeSince(rows.ring?.cursor ?? 0)
        statement.bind(2, since.map { Int64(clamping: min($0, DatabaseAmount.largest)) })
        try statement.run()
      }
      try connection.run("COMMIT")
    }
  }

  /// Up to which row has to be forgotten: there are too few free pages, or rows are too old. Nil for nothing.
  private func goal(_ pages: Int, _ old: Int64) throws(SQLiteError) -> Int64? {
    if let room, try room.freePages() < pages { return rows.lastID }
    return old > 0 && rows.canForget(upTo: min(old, rows.lastID)) ? min(old, rows.lastID) : nil
  }

  /// Forgets until there is room, or until the transaction is as long as the log bears.
  private func forgetSome(_ pages: Int, _ old: Int64, _ room: RingRoom) throws(SQLiteError) {
    let last = (rows.ring?.cursor ?? 0) &+ room.step
    // One process may free many pages.
    let most = max(room.removals / 8, 8)
    var removed = 0
    while let goal = try goal(pages, old), rows.canForget(upTo: min(goal, last)) {
      try rows.forget(upTo: min(goal, last), most: most)
      removed &+= most
      guard removed >= room.removals else { continue }
      removed = 0
      try connection.flush()
      if file.logSize >= room.log / 4 &* 5 { return }
    }
  }

  /// Moves what is in the log into the file, and empties the log.
  /// - Returns: false where a reader prevents that.
  private func moveLog() throws(SQLiteError) -> Bool {
    connection.wait(milliseconds: 100)
    defer { connection.wait(milliseconds: 2000) }
    let statement = try connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
    do throws(SQLiteError) {
      guard try statement.step(), case .integer(let isBusy) = statement.value(0) else { return true }
      return isBusy == 0
    } catch {
      if error.isBusy { return false }
      throw error
    }
  }
}
