/// Records that were lost since the last such event: how many of each kind, and the affected processes as far as known.
public struct LostEvent: Sendable, Hashable {
  /// When the loss was found, in nanoseconds since boot.
  public var time: UInt64
  /// A time before all losses, in nanoseconds since boot.
  public var since: UInt64
  /// How many records were lost.
  public var counts: LossCounts
  /// The lost records that have names.
  public var records: [LostRecord]
  /// How many lost records have no names: they may have affected any process.
  public var unnamed: UInt64

  /// - Parameter since: the same as `time` when left out.
  public init(
    time: UInt64, since: UInt64? = nil, counts: LossCounts, records: [LostRecord] = [], unnamed: UInt64 = 0
  ) {
    self.time = time
    self.since = min(since ?? time, time)
    self.counts = counts
    self.records = records
    self.unnamed = unnamed
  }

  /// Whether any process may be affected, not only those of `records`.
  public var affectsAll: Bool { unnamed > 0 || counts.missedRuns > 0 }
}

/// What is known of a lost record: enough to place its process, and to mark what is missing.
public struct LostRecord: Sendable, Hashable {
  /// The kind of the lost event.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case fork, exec, failedExec, exit
  }

  /// The kind of the lost event.
  public var kind: Kind
  /// When it happened, in nanoseconds since boot.
  public var time: UInt64
  /// The process; for a fork the new one.
  public var id: ProcessID
  /// The parent at that moment, as in `ProcessFacts.parent`.
  public var parent: ProcessID?
  /// The process's comm at that moment.
  public var comm: Comm
  /// The real user at that moment.
  public var uid: UInt32

  /// A lost record.
  public init(kind: Kind, time: UInt64, id: ProcessID, parent: ProcessID?, comm: Comm, uid: UInt32) {
    self.kind = kind
    self.time = time
    self.id = id
    self.parent = parent
    self.comm = comm
    self.uid = uid
  }
}

/// How many records were lost, by kind, and what else is missing.
public struct LossCounts: Sendable, Hashable {
  /// Lost records of each kind, because the ring buffer was full or a bound was exceeded.
  public var forks: UInt64
  public var execs: UInt64
  public var failedExecs: UInt64
  public var exits: UInt64
  /// Events that the kernel skipped because our program was already running on that CPU; their kind is not known.
  public var missedRuns: UInt64
  /// Running processes whose program could not be read, because they exited or exec'd while /proc was read.
  public var procRaces: UInt64
  /// How many of the lost records of known kind this program dropped, because a buffer's bound was reached.
  public var overBudget: UInt64

  public init(
    forks: UInt64 = 0, execs: UInt64 = 0, failedExecs: UInt64 = 0, exits: UInt64 = 0, missedRuns: UInt64 = 0,
    procRaces: UInt64 = 0, overBudget: UInt64 = 0
  ) {
    self.forks = forks
    self.execs = execs
    self.failedExecs = failedExecs
    self.exits = exits
    self.missedRuns = missedRuns
    self.procRaces = procRaces
    self.overBudget = overBudget
  }

  /// All losses, each counted once.
  public var total: UInt64 { Self.sum(events, procRaces) }

  /// Events that were lost. A process that was gone before /proc was read is in the tree, and only its program is
  /// unknown.
  public var events: UInt64 { [forks, execs, failedExecs, exits, missedRuns].reduce(0, Self.sum) }

  public static func -= (a: inout LossCounts, b: LossCounts) {
    // An older program's recording may have counted them elsewhere.
    a.forks &-= min(a.forks, b.forks)
    a.execs &-= min(a.execs, b.execs)
    a.failedExecs &-= min(a.failedExecs, b.failedExecs)
    a.exits &-= min(a.exits, b.exits)
  }

  /// Adds each count; sums saturate.
  public static func += (a: inout LossCounts, b: LossCounts) { a = a.merged(with: b, by: sum) }

  /// Subtracts each count: what `a` has counted and `b` has not. A count that has shrunk gives 0.
  public static func - (a: LossCounts, b: LossCounts) -> LossCounts {
    a.merged(with: b) { $0 &- min($0, $1) }
  }

  /// The larger of each count.
  public static func largest(_ a: LossCounts, _ b: LossCounts) -> LossCounts { a.merged(with: b) { max($0, $1) } }

  private func merged(with other: LossCounts, by merge: (UInt64, UInt64) -> UInt64) -> LossCounts {
    LossCounts(
      forks: merge(forks, other.forks), execs: merge(execs, other.execs),
      failedExecs: merge(failedExecs, other.failedExecs), exits: merge(exits, other.exits),
      missedRuns: merge(missedRuns, other.missedRuns), procRaces: merge(procRaces, other.procRaces),
      overBudget: merge(overBudget, other.overBudget))
  }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }
}
