internal import Events

/// Data that most processes do not have. It is stored separately, so that most processes need no memory for it.
final class RareFacts: @unchecked Sendable {
  // It changes only while one record refers to it (`ProcessRecord.withRare`).

  /// The programs before the newest one, oldest first.
  var olderImages: [ProcessImage] = []
  /// How many older programs were dropped.
  var droppedImages = 0
  /// When the newest lost exec happened, in nanoseconds since boot; 0 for none.
  var lostExecTime: UInt64 = 0
  /// When the first event of a kind was lost: without a gap of that kind before it.
  var gapTimes: [GapTime] = []
  var lastFailure: ExecFailure?
  /// The times of failed execs, oldest first; only the newest of many.
  var failureTimes: [UInt64] = []
  /// How many failed execs count: a search for a program as one, or as none once a program was executed.
  var execFailures: Int32 = 0
  /// The log sequences of the first tries of searches that a later exec ends.
  var openSearches: [UInt64] = []
  /// The changes of `execFailures`, oldest first; only the newest of many.
  var settlements: [Settlement] = []
  var settlementsAreCut = false
  /// The parents that adopted it after its original parent, with the times, newest last.
  var adoptions: [Adoption] = []
  /// The results of later looks at /proc that showed a change, oldest first.
  var looks: [ProcessImage] = []
  /// Its profile before its user, group or name changed without an exec, oldest first.
  var formerProfiles: [FormerProfile] = []
  /// How many forgotten processes were between it and its parent in the tree.
  var leftOut: Int32 = 0
  /// Its resource usage, if that does not fit into `CompactUsage`.
  var usage: ResourceUsage?
  /// What sent the signal that ended it.
  var killer: Killer?

  struct Adoption: Sendable, Hashable {
    var time: UInt64
    var parent: ProcessID?
  }

  struct GapTime: Sendable, Hashable {
    var gap: ProcessGaps
    /// In nanoseconds since boot.
    var time: UInt64
  }

  struct FormerProfile: Sendable {
    /// When the change became known, in nanoseconds since boot.
    var until: UInt64
    var profile: Profile
  }

  /// The most looks, and the most former profiles, to keep.
  static let historyLimit = 16

  init() {}

  init(_ other: RareFacts) {
    olderImages = other.olderImages
    droppedImages = other.droppedImages
    lostExecTime = other.lostExecTime
    gapTimes = other.gapTimes
    lastFailure = other.lastFailure
    failureTimes = other.failureTimes
    execFailures = other.execFailures
    openSearches = other.openSearches
    settlements = other.settlements
    settlementsAreCut = other.settlementsAreCut
    adoptions = other.adoptions
    looks = other.looks
    formerProfiles = other.formerProfiles
    leftOut = other.leftOut
    usage = other.usage
    killer = other.killer
  }
}

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

  /// The usage of a process of which it is unknown.
  static let unknown = {
    var usage = CompactUsage()
    usage.peakKibibytes = .max
    return usage
  }()

  init() {}

  /// Nil if a value does not fit, as in a recording with odd or enormous amounts.
  init?(_ usage: ResourceUsage) {
    func units(_ bytes: UInt64, of size: UInt64) -> UInt32? {
      bytes % size == 0 ? UInt32(exactly: bytes / size) : nil
    }
    guard let peak = units(usage.peakMemory, of: 1024), let read = units(usage.readBytes, of: 512),
      let written = units(usage.writtenBytes, of: 512), let minor = UInt32(exactly: usage.minorFaults),
      let major = UInt32(exactly: usage.majorFaults), peak < .max
    else { return nil }
    (userTime, systemTime) = (usage.userTime, usage.systemTime)
    (peakKibibytes, minorFaults, majorFaults) = (peak, minor, major)
    (sectorsRead, sectorsWritten) = (read, written)
  }

  /// Nil where it is unknown.
  var usage: ResourceUsage? {
    if peakKibibytes == .max { return nil }
    return ResourceUsage(
      userTime: userTime, systemTime: systemTime, peakMemory: peakMemory,
      minorFaults: UInt64(minorFaults), majorFaults: UInt64(majorFaults), readBytes: UInt64(sectorsRead) &* 512,
      writtenBytes: UInt64(sectorsWritten) &* 512)
  }

  /// The same as `ResourceUsage.peakMemory`; 0 where unknown.
  var peakMemory: UInt64 { peakKibibytes == .max ? 0 : UInt64(peakKibibytes) &* 1024 }

  /// The same as `ResourceUsage.cpuTime`; 0 where unknown.
  var cpuTime: UInt64 {
    let (sum, overflow) = userTime.addingReportingOverflow(systemTime)
    return overflow ? .max : sum
  }
}
