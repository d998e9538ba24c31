internal import Events

/// A `ResourceUsage` in half its size: times are exact, and byte counts are in the kernel's units (memory in KiB,
/// storage in sectors of 512 bytes).
struct CompactUsage: Sendable {
  private var userTime: UInt64 = 0
  private var systemTime: UInt64 = 0
  private var peakKibibytes: UInt32 = 0
  private var minorFaults: UInt32 = 0
  private var majorFaults: UInt32 = 0
  private var sectorsRead: UInt32 = 0
  private var sectorsWritten: UInt32 = 0

  init() {}

  /// Nil where a value does not fit, as in a recording with odd or enormous amounts.
  init?(_ usage: ResourceUsage) {
    func units(_ bytes: UInt64, of size: UInt64) -> UInt32? {
      bytes % size == 0 ? UInt32(exactly: bytes / size) : nil
    }
    guard let peak = units(usage.peakMemory, of: 1024), let read = units(usage.readBytes, of: 512),
      let written = units(usage.writtenBytes, of: 512), let minor = UInt32(exactly: usage.minorFaults),
      let major = UInt32(exactly: usage.majorFaults)
    else { return nil }
    (userTime, systemTime) = (usage.userTime, usage.systemTime)
    (peakKibibytes, minorFaults, majorFaults) = (peak, minor, major)
    (sectorsRead, sectorsWritten) = (read, written)
  }

  var usage: ResourceUsage {
    ResourceUsage(
      userTime: userTime, systemTime: systemTime, peakMemory: peakMemory,
      minorFaults: UInt64(minorFaults), majorFaults: UInt64(majorFaults), readBytes: UInt64(sectorsRead) &* 512,
      writtenBytes: UInt64(sectorsWritten) &* 512)
  }

  /// The same as `ResourceUsage.peakMemory`.
  var peakMemory: UInt64 { UInt64(peakKibibytes) &* 1024 }

  /// The same as `ResourceUsage.cpuTime`.
  var cpuTime: UInt64 {
    let (sum, overflow) = userTime.addingReportingOverflow(systemTime)
    return overflow ? .max : sum
  }
}
