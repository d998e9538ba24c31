/// What the processes of one group add up to, as far as they are remembered.
public struct TopRow: Sendable, Hashable {
  /// Whose row it is.
  public let key: TopKey
  /// The user's name where the key is a user's and somebody of the group has it; hostile bytes.
  public internal(set) var userName: RawBytes?

  /// Processes, running or ended.
  public internal(set) var processes = 0
  /// Of these, those that run.
  public internal(set) var running = 0
  /// Execs that succeeded, and those that came back with an error.
  public internal(set) var execs = 0
  public internal(set) var failedExecs = 0
  /// Of the execs that succeeded, those of the last `TopTable.rateTime`. A program that was read from /proc alone is
  /// none: nobody knows when it was started.
  public internal(set) var recentExecs = 0

  /// How long those ran that ended, together, in nanoseconds; the greatest number there is where it is more.
  public internal(set) var runTime: UInt64 = 0
  /// The run time that half of those that ended did not exceed, and that 99 of 100 did not: nanoseconds, at most 1 %
  /// too high, never too low. Nil while none has ended.
  public internal(set) var medianRunTime: UInt64?
  public internal(set) var p99RunTime: UInt64?
  /// How many of those that ended ran how long.
  public internal(set) var runTimes = RunTimeSpread()
  /// User and system time of those that ended, nanoseconds; the greatest number there is where it is more.
  public internal(set) var cpuTime: UInt64 = 0
  /// The most memory that one of those that ended had, in bytes; 0 where not known.
  public internal(set) var peakMemory: UInt64 = 0

  init(_ key: TopKey) { self.key = key }

  /// Execs a second over the last `TopTable.rateTime`, in tenths.
  public var execRateTenths: Int { recentExecs &* 10 / Int(TopTable.rateTime / 1_000_000_000) }
  /// See `TopKey.filterText`.
  public var filterText: String? { key.filterText }
}
