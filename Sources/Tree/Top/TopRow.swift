public import Events

/// The sums of the remembered processes of one group.
public struct TopRow: Sendable, Hashable {
  /// The group.
  public let key: TopKey
  /// The name of the user, in a grouping by user, if a process of the group has the name. These bytes are hostile.
  public internal(set) var userName: RawBytes?

  /// Processes, running or exited.
  public internal(set) var processes = 0
  /// The running ones among them.
  public internal(set) var running = 0
  /// Execs that succeeded.
  public internal(set) var execs = 0
  /// Execs that failed: a search for a program as one, or as none (`ProcessNode.execFailures`).
  public internal(set) var failedExecs = 0
  /// Calls of exec that failed.
  public internal(set) var failedCalls = 0
  /// Processes that exited with a status other than 0, or were ended by a signal.
  public internal(set) var nonzero = 0
  /// Execs that succeeded in the last `rateTime`. A program that was only read from /proc does not count: the
  /// time of its exec is unknown.
  public internal(set) var recentExecs = 0

  /// The sum of the run times of exited processes, in nanoseconds; the greatest number where it overflows.
  public internal(set) var runTime: UInt64 = 0
  /// The run time that half of the exited processes did not exceed, in nanoseconds: at most 1 % too high, never too
  /// low. Nil if none has exited.
  public internal(set) var medianRunTime: UInt64?
  /// The run time that 99 % of the exited processes did not exceed, as exact.
  public internal(set) var p99RunTime: UInt64?
  /// The longest run time, exact. Nil if none has exited.
  public internal(set) var longestRunTime: UInt64?
  /// The histogram of the run times of exited processes.
  public internal(set) var runTimes = RunTimeSpread()
  /// User and system time of exited processes, in nanoseconds; the greatest number where it overflows.
  public internal(set) var cpuTime: UInt64 = 0
  /// The highest peak memory of an exited process, in bytes; 0 where unknown.
  public internal(set) var peakMemory: UInt64 = 0
  /// The commands of the group that start at regular times, those with the most starts first; at most three.
  public internal(set) var recurrences: [Recurrence] = []

  init(_ key: TopKey) { self.key = key }

  /// The time that `recentExecs` is of, in nanoseconds: from one second to `TopTable.rateTime`. It is less than the
  /// latter while the first event is not that long ago.
  public internal(set) var rateTime = TopTable.rateTime
  /// Execs a second over `rateTime`, in tenths.
  public var execRateTenths: Int {
    let (product, overflow) = recentExecs.multipliedReportingOverflow(by: 10_000)
    return overflow ? .max : product / Int(clamping: max(rateTime / 1_000_000, 1))
  }
  /// See `TopKey.filterText`.
  public var filterText: String? { key.filterText }
}

/// A row that is being summed up.
struct TopTally {
  private(set) var row: TopRow
  private var runTimes = RunTimes()
  private var starts = StartSample()

  init(_ key: TopKey) { row = TopRow(key) }

  /// Adds a process.
  /// - Parameter window: execs in this time are recent.
  @inline(__always)
  mutating func add(_ record: UnsafePointer<ProcessRecord>, _ id: ProcessID, _ window: ClosedRange<UInt64>) {
    row.processes &+= 1
    row.execs &+= Int(record.pointee.execCount)
    if record.pointee.failedExecCount > 0 {
      row.failedExecs &+= Int(record.pointee.execFailures)
      row.failedCalls &+= Int(record.pointee.failedExecCount)
    }
    if let end = record.pointee.endTime {
      if record.pointee.isTimed {
        let time = end > id.startTime ? end &- id.startTime : 0
        row.runTime.add(upToMaximum: time)
        runTimes.record(time)
        row.runTimes.record(time)
      }
      row.cpuTime.add(upToMaximum: record.pointee.cpuTime)
      row.peakMemory = max(row.peakMemory, record.pointee.peakMemory)
      if record.pointee.exitedNonzero { row.nonzero &+= 1 }
    } else if !record.pointee.endIsUnknown {
      row.running &+= 1
    }
    if record.pointee.execCount > 0, !record.pointee.marks.contains(.fromProc) { starts.add(id) }
    // All execs are between start and exit, so most processes need no look at their programs.
    let last = record.pointee.endTime ?? .max
    if record.pointee.execCount > 0, last >= window.lowerBound, id.startTime <= window.upperBound {
      row.recentExecs &+= record.pointee.execs(in: window)
    }
    if case .user = row.key, row.userName == nil { row.userName = record.pointee.profile.user }
  }

  /// Finds what recurs, after the last process.
  mutating func findRecurrences(_ finder: RecurrenceFinder) { row.recurrences = finder.recurrences(of: starts) }

  /// The row, with its percentiles.
  func finished(rateTime: UInt64) -> TopRow {
    var row = row
    row.rateTime = rateTime
    row.longestRunTime = runTimes.longest
    row.medianRunTime = runTimes.percentile(50)
    row.p99RunTime = runTimes.percentile(99)
    return row
  }
}

extension ProcessRecord {
  /// How many remembered programs were executed in a time, except programs that only /proc showed.
  fileprivate func execs(in window: ClosedRange<UInt64>) -> Int {
    func isIn(_ image: ProcessImage) -> Bool { window.contains(image.time) && !image.marks.contains(.fromProc) }
    var count = newestImage.map(isIn) ?? false ? 1 : 0
    if hasRareFacts { count &+= olderImages.count(where: isIn) }
    return count
  }
}

extension UInt64 {
  fileprivate mutating func add(upToMaximum other: UInt64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
