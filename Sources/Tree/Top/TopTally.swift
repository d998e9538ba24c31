internal import Events

/// A row while it is being summed up.
struct TopTally {
  private(set) var row: TopRow
  private var runTimes = RunTimes()

  init(_ key: TopKey) { row = TopRow(key) }

  /// - Parameter window: execs in this time are recent.
  @inline(__always)
  mutating func add(_ record: UnsafePointer<ProcessRecord>, _ id: ProcessID, _ window: ClosedRange<UInt64>) {
    row.processes &+= 1
    row.execs &+= Int(record.pointee.execCount)
    row.failedExecs &+= Int(record.pointee.failedExecCount)
    if let end = record.pointee.endTime {
      let time = end > id.startTime ? end &- id.startTime : 0
      row.runTime.add(upToMaximum: time)
      runTimes.record(time)
      row.runTimes.record(time)
      row.cpuTime.add(upToMaximum: record.pointee.cpuTime)
      row.peakMemory = max(row.peakMemory, record.pointee.peakMemory)
    } else {
      row.running &+= 1
    }
    // An exec is not before the start and not after the end, so for most processes nothing has to be read.
    let last = record.pointee.endTime ?? .max
    if record.pointee.execCount > 0, last >= window.lowerBound, id.startTime <= window.upperBound {
      row.recentExecs &+= record.pointee.execs(in: window)
    }
    if case .user = row.key, row.userName == nil { row.userName = record.pointee.profile.user }
  }

  /// The row, with its percentiles.
  func finished() -> TopRow {
    var row = row
    row.medianRunTime = runTimes.percentile(50)
    row.p99RunTime = runTimes.percentile(99)
    return row
  }
}

extension ProcessRecord {
  /// How many remembered programs were executed in a time, without those that only /proc showed.
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
