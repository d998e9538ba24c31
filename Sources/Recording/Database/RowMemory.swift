internal import Events

/// The facts that many processes have in common, in one row of `profiles`.
struct ProfileKey: Hashable {
  let uid, euid, gid: UInt32
  let login: UInt32?
  let session, processGroup: Int32
  let tty, cgroup, user: RawBytes?
  let isKernelThread: Bool

  init(_ facts: ProcessFacts) {
    (uid, euid, gid, login) = (facts.uid, facts.euid, facts.gid, facts.auditUID)
    (session, processGroup) = (facts.session, facts.processGroup)
    (tty, cgroup, user) = (facts.tty, facts.cgroup, facts.user)
    isKernelThread = facts.isKernelThread
  }
}

/// The processes whose rows the writer remembers: the running ones, and the last that exited.
struct KnownProcesses {
  /// What a process's row has; nil where it is NULL there.
  struct Entry {
    let row: Int64
    var comm: Comm?
    var profile, parent: Int64?
    var innerPID: Int32?
    var hasEnded = false
  }

  /// More than Linux can have: events of exits that are missing do not make this grow without end.
  private static let most = 5 << 20
  /// How many exited processes are remembered. An event that names an older one makes a second row for it.
  private static let mostEnded = 1 << 16

  private var entries: [ProcessID: Entry] = [:]
  /// A ring of those that exited, oldest at `oldest`.
  private var ended: [ProcessID] = []
  private var oldest = 0

  subscript(id: ProcessID) -> Entry? {
    get { entries[id] }
    set {
      if entries.count >= Self.most { entries.removeAll() }
      entries[id] = newValue
    }
  }

  /// A process has exited: it is forgotten after the next 65,536 that exit.
  mutating func end(_ id: ProcessID) {
    entries[id]?.hasEnded = true
    if ended.count < Self.mostEnded {
      ended.append(id)
      return
    }
    entries[ended[oldest]] = nil
    ended[oldest] = id
    oldest = (oldest &+ 1) % Self.mostEnded
  }

  /// All others have exited. - Complexity: O(known processes).
  /// - Returns: the rows of those that had not exited before.
  mutating func keep(_ alive: Set<ProcessID>) -> [Int64] {
    let gone = entries.filter { !alive.contains($0.key) }
    for id in gone.keys { end(id) }
    return gone.values.filter { !$0.hasEnded }.map(\.row)
  }

  /// The row of a process is not in the file any more.
  mutating func forget(_ id: ProcessID, row: Int64) {
    if entries[id]?.row == row { entries[id] = nil }
  }
}

/// The rows of values that repeat, such as paths: each value is stored once while the table remembers it.
///
/// The memory is bounded: when a table is full it forgets everything, and a value that comes again gets a second row.
struct InternTable<Key: Hashable> {
  private var rows: [Key: Int64] = [:]
  /// The inverse, where rows can be forgotten.
  private var keys: [Int64: Key] = [:]
  private let forgets: Bool
  private var size = 0
  private let limit: Int

  /// - Parameters:
  ///   - limit: the sum of the sizes of the values that are remembered.
  ///   - forgets: whether `forget` is used.
  init(limit: Int, forgets: Bool = false) {
    self.limit = limit
    self.forgets = forgets
  }

  /// The row of a value; nil where it has none that is remembered.
  func row(of key: Key) -> Int64? { rows[key] }

  /// Remembers the row of a value. - Parameter size: about what it takes in memory, in bytes.
  mutating func add(_ key: Key, row: Int64, size: Int) {
    self.size &+= size
    if self.size > limit {
      rows.removeAll(keepingCapacity: true)
      keys.removeAll(keepingCapacity: true)
      self.size = size
    }
    rows[key] = row
    if forgets { keys[row] = key }
  }

  /// The row is not in the file any more.
  mutating func forget(row: Int64) {
    if let key = keys.removeValue(forKey: row) { rows[key] = nil }
  }
}

/// The values of rows that many rows refer to, for a reader: the inverse of `InternTable`, bounded in the same way.
struct RowCache<Value> {
  private var values: [Int64: Value] = [:]
  private var size = 0
  private let limit: Int

  /// - Parameter limit: the sum of the sizes of the values that are remembered.
  init(limit: Int) { self.limit = limit }

  /// The value of a row; nil where it is not remembered.
  subscript(row: Int64) -> Value? { values[row] }

  /// Remembers the value of a row. - Parameter size: about what it takes in memory, in bytes.
  mutating func add(_ value: Value, row: Int64, size: Int) {
    self.size &+= size
    if self.size > limit {
      values.removeAll(keepingCapacity: true)
      self.size = size
    }
    values[row] = value
  }

  /// Forgets a row. - Parameter size: what it was added with.
  mutating func remove(row: Int64, size: Int) {
    if values.removeValue(forKey: row) != nil { self.size &-= size }
  }
}
