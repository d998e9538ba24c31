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
  /// The number of the machine, as in `ProcessID.host`.
  public var host: UInt16 = 0

  /// A loss.
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

/// The known facts of a lost record: enough to place its process in the tree and to mark the gap.
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
  /// Lost forks, because the ring buffer was full or a bound was exceeded.
  public var forks: UInt64
  /// Lost execs, for the same reasons.
  public var execs: UInt64
  /// Lost failed execs, for the same reasons.
  public var failedExecs: UInt64
  /// Lost exits, for the same reasons.
  public var exits: UInt64
  /// Events that the kernel skipped because our program was already running on that CPU; their kind is not known.
  public var missedRuns: UInt64
  /// Running processes whose program could not be read, because they exited or exec'd while /proc was read.
  public var procRaces: UInt64
  /// Lost writes of processes, where output is captured, for the same reasons. The tree lacks nothing by these.
  public var outputs: UInt64
  /// How many of the lost records of known kind this program dropped, because a buffer's bound was reached.
  public var overBudget: UInt64

  /// Counts; 0 where left out.
  public init(
    forks: UInt64 = 0, execs: UInt64 = 0, failedExecs: UInt64 = 0, exits: UInt64 = 0, missedRuns: UInt64 = 0,
    procRaces: UInt64 = 0, overBudget: UInt64 = 0, outputs: UInt64 = 0
  ) {
    self.forks = forks
    self.execs = execs
    self.failedExecs = failedExecs
    self.exits = exits
    self.missedRuns = missedRuns
    self.procRaces = procRaces
    self.overBudget = overBudget
    self.outputs = outputs
  }

  /// All losses, each counted once.
  public var total: UInt64 { Self.sum(Self.sum(events, procRaces), outputs) }

  /// Lost events of the tree. They do not include `procRaces`: such a process is in the tree, and only its program is
  /// unknown; nor `outputs`.
  public var events: UInt64 { [forks, execs, failedExecs, exits, missedRuns].reduce(0, Self.sum) }

  /// Subtracts the lost events of known kind. A count that would become negative becomes 0: a recording of an older
  /// version may have counted its losses differently.
  public static func -= (a: inout LossCounts, b: LossCounts) {
    a.forks &-= min(a.forks, b.forks)
    a.execs &-= min(a.execs, b.execs)
    a.failedExecs &-= min(a.failedExecs, b.failedExecs)
    a.exits &-= min(a.exits, b.exits)
  }

  /// Adds each count; sums saturate.
  public static func += (a: inout LossCounts, b: LossCounts) { a = a.merged(with: b, by: sum) }

  /// Subtracts each count: the losses that `a` has counted and `b` has not. A count that is smaller in `a` gives 0.
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
      overBudget: merge(overBudget, other.overBudget), outputs: merge(outputs, other.outputs))
  }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }
}

/// All running processes, read after a loss, so that a tree can end the processes that exited unseen.
///
/// It is part of the order of events: all earlier events happened before the reading started. So a process that is
/// known by then and is not in the census has exited. `existing` events after it have the facts of each process that
/// may have changed.
public struct CensusEvent: Sendable, Hashable {
  /// A time before the reading started, in nanoseconds since boot: no process that is missing exited later.
  public var time: UInt64
  /// All running processes, in scope or not.
  public var alive: [Living]
  /// Pids of processes whose start time is not known exactly: nothing follows for these.
  public var unsure: [Int32]
  /// The number of the machine, as in `ProcessID.host`.
  public var host: UInt16 = 0

  /// A running process.
  public struct Living: Sendable, Hashable {
    /// Its identity.
    public var id: ProcessID
    /// Its parent at that moment, as in `ProcessFacts.parent`.
    public var parent: ProcessID?

    /// A running process with its parent.
    public init(id: ProcessID, parent: ProcessID?) {
      self.id = id
      self.parent = parent
    }
  }

  /// A census.
  public init(time: UInt64, alive: [Living], unsure: [Int32] = []) {
    self.time = time
    self.alive = alive
    self.unsure = unsure
  }
}
