/// Records lost since the last such event: how many of each kind, and whom they concerned as far as that is known.
public struct LostEvent: Sendable, Hashable {
  /// When the loss was found, nanoseconds since boot.
  public var time: UInt64
  /// Nothing of what was lost is older than this.
  public var since: UInt64
  public var counts: LossCounts
  /// What is known of single records.
  public var records: [LostRecord]
  /// How many records were lost of which not even that is known: they may have concerned any process.
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

  /// Whether any process may have been concerned, and not only those of `records`.
  public var concernsAll: Bool { unnamed > 0 || counts.missedRuns > 0 }
}

/// What is known of a record that was lost: enough to place its process, and to say what is missing of it.
public struct LostRecord: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    case fork, exec, failedExec, exit
  }

  public var kind: Kind
  /// When it happened, nanoseconds since boot.
  public var time: UInt64
  /// The process; of a fork the new one.
  public var id: ProcessID
  /// The parent at that moment, as `ProcessFacts.parent`.
  public var parent: ProcessID?
  public var comm: Comm
  public var uid: UInt32

  public init(kind: Kind, time: UInt64, id: ProcessID, parent: ProcessID?, comm: Comm, uid: UInt32) {
    self.kind = kind
    self.time = time
    self.id = id
    self.parent = parent
    self.comm = comm
    self.uid = uid
  }
}

/// How many records could not be kept, by the kind of record; and what else is missing.
public struct LossCounts: Sendable, Hashable {
  /// Records of each kind that were lost, because the ring was full or because they were over budget.
  public var forks: UInt64
  public var execs: UInt64
  public var failedExecs: UInt64
  public var exits: UInt64
  /// The kernel skipped our program because it was already running on that CPU; the kind is not known.
  public var missedRuns: UInt64
  /// Processes that run whose program could not be read, because they ended or execed while /proc was read.
  public var procRaces: UInt64
  /// How many of the records of known kind were dropped by this program, because a buffer's stated bound was reached.
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

  /// All there is, each once.
  public var total: UInt64 { Self.sum(events, procRaces) }

  /// Events that never came. A process that was gone before /proc was read is in the tree, and only its program is unknown.
  public var events: UInt64 { [forks, execs, failedExecs, exits, missedRuns].reduce(0, Self.sum) }

  static func -= (a: inout LossCounts, b: LossCounts) {
    // What an older program recorded may have been counted elsewhere.
    a.forks -= min(a.forks, b.forks)
    a.execs -= min(a.execs, b.execs)
    a.failedExecs -= min(a.failedExecs, b.failedExecs)
    a.exits -= min(a.exits, b.exits)
  }

  /// Each count by itself. What is more than a count can be stays at the most.
  public static func += (a: inout LossCounts, b: LossCounts) { a = a.merged(with: b, by: sum) }

  /// Each count by itself: what is counted in `a` and not in `b`. A count that has shrunk meanwhile tells of nothing new.
  public static func - (a: LossCounts, b: LossCounts) -> LossCounts {
    a.merged(with: b) { $0 - min($0, $1) }
  }

  /// Each count by itself, the larger of the two.
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
