/// A column of a `TopTable`, to sort by. The order of the cases is that of the columns, in the view and in lines: the
/// most important ones first, so that a narrow screen leaves out the others; the name is always last.
public enum TopColumn: String, Sendable, Hashable, CaseIterable {
  /// Execs.
  case execs
  /// Processes that exited nonzero or were ended by a signal.
  case nonzero
  /// The median of the run times, their 99th percentile, and the longest one.
  case p50, p99, max
  /// CPU time.
  case cpu
  /// How often a command recurs.
  case period
  /// Failed execs.
  case failed
  /// Running processes.
  case running
  /// Execs in the last `TopTable.rateTime`.
  case rate
  /// Total run time.
  case time
  /// The highest peak memory.
  case mem
  /// All processes.
  case processes
  /// The name of the row: the only column with the lowest value first.
  case name

  /// The usual order: the highest values first, names from A to Z. The shortest period comes first, as the highest
  /// frequency.
  public var descends: Bool { self != .name }
}

/// The order of a `TopTable`.
public struct TopOrder: Sendable, Hashable {
  /// The column.
  public var column: TopColumn
  /// Whether the highest value comes first.
  public var isDescending: Bool

  /// An order by a column; its usual direction if `isDescending` is left out.
  public init(_ column: TopColumn, isDescending: Bool? = nil) {
    self.column = column
    self.isDescending = isDescending ?? column.descends
  }

  /// Rows with equal values are sorted by name, whichever way the column is sorted, so that no row moves unless a value
  /// changes. The row `others` comes last.
  func areInOrder(_ a: TopRow, _ b: TopRow) -> Bool {
    if (a.key == .others) != (b.key == .others) { return b.key == .others }
    if column == .name { return isDescending ? Self.isNamed(b, before: a) : Self.isNamed(a, before: b) }
    let (left, right) = (value(a), value(b))
    if left != right { return (left < right) != isDescending }
    return Self.isNamed(a, before: b)
  }

  private func value(_ row: TopRow) -> UInt64 {
    switch column {
    case .processes: UInt64(clamping: row.processes)
    case .running: UInt64(clamping: row.running)
    case .execs: UInt64(clamping: row.execs)
    case .rate: UInt64(clamping: row.recentExecs)
    case .failed: UInt64(clamping: row.failedExecs)
    case .nonzero: UInt64(clamping: row.nonzero)
    case .time: row.runTime
    case .p50: row.medianRunTime ?? 0
    case .p99: row.p99RunTime ?? 0
    case .max: row.longestRunTime ?? 0
    case .cpu: row.cpuTime
    case .period: row.recurrences.first.map { .max &- $0.period } ?? 0
    case .mem: row.peakMemory
    case .name: 0
    }
  }

  /// Sorts by bytes, users by number. The row without a group comes first.
  private static func isNamed(_ a: TopRow, before b: TopRow) -> Bool {
    if case .user(let left) = a.key, case .user(let right) = b.key { return left < right }
    if case .none = a.key { return a.key != b.key }
    if case .none = b.key { return false }
    return a.key.bytes.lexicographicallyPrecedes(b.key.bytes)
  }
}
