public import Events

/// The sums of the remembered processes of one group.
public struct TopRow: Sendable, Hashable {
  /// The group.
  public let key: TopKey
  /// The name of the user, where the group is a user's and a process of it has the name; hostile bytes.
  public internal(set) var userName: RawBytes?

  /// Processes, running or exited.
  public internal(set) var processes = 0
  /// The running ones of these.
  public internal(set) var running = 0
  /// Execs that succeeded, and execs that failed.
  public internal(set) var execs = 0
  public internal(set) var failedExecs = 0
  /// Execs that succeeded in the last `TopTable.rateTime`. A program that was only read from /proc does not count: the
  /// time of its exec is unknown.
  public internal(set) var recentExecs = 0

  /// The sum of the run times of exited processes, in nanoseconds; the greatest number where it overflows.
  public internal(set) var runTime: UInt64 = 0
  /// The run time that half of the exited processes did not exceed, and that 99 of 100 did not, in nanoseconds: at most
  /// 1 % too high, never too low. Nil where none has exited.
  public internal(set) var medianRunTime: UInt64?
  public internal(set) var p99RunTime: UInt64?
  /// The histogram of the run times of exited processes.
  public internal(set) var runTimes = RunTimeSpread()
  /// User and system time of exited processes, in nanoseconds; the greatest number where it overflows.
  public internal(set) var cpuTime: UInt64 = 0
  /// The highest peak memory of an exited process, in bytes; 0 where unknown.
  public internal(set) var peakMemory: UInt64 = 0

  init(_ key: TopKey) { self.key = key }

  /// Execs a second over the last `TopTable.rateTime`, in tenths.
  public var execRateTenths: Int { recentExecs &* 10 / Int(TopTable.rateTime / 1_000_000_000) }
  /// See `TopKey.filterText`.
  public var filterText: String? { key.filterText }
}
