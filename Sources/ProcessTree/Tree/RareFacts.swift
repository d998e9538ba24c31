/// What most processes have nothing of: kept apart, so that those few alone pay for it.
final class RareFacts: @unchecked Sendable {
  // Written only while one record alone refers to it (`ProcessRecord.withRare`).

  /// The programs before the newest one, oldest first.
  var olderImages: [ProcessImage] = []
  /// Programs that no longer fit in there.
  var droppedImages = 0
  /// When the newest exec of those that were lost happened; 0 for none.
  var lostExecTime: UInt64 = 0
  var lastFailure: ExecFailure?
  /// When its execs failed, oldest first; the newest of them where they are many.
  var failureTimes: [UInt64] = []
  /// Who took it over after its original parent, and from when on; the newest last.
  var adoptions: [Adoption] = []
  /// What /proc showed of it when it was looked at again and something had changed, oldest first.
  var looks: [ProcessImage] = []
  /// What it was before its user, group or name changed without an exec of its own to tell, oldest first.
  var formerProfiles: [FormerProfile] = []
  /// Processes that stood between it and the parent under which it stands, and are forgotten.
  var leftOut: Int32 = 0
  /// What it used, where that does not fit the record.
  var usage: ResourceUsage?

  struct Adoption: Sendable, Hashable {
    var time: UInt64
    var parent: ProcessID?
  }

  struct FormerProfile: Sendable {
    /// When the change became known, nanoseconds since boot.
    var until: UInt64
    var profile: Profile
  }

  /// More looks, or more former profiles, than this are kept of none.
  static let historyLimit = 16

  init() {}

  init(_ other: RareFacts) {
    olderImages = other.olderImages
    droppedImages = other.droppedImages
    lostExecTime = other.lostExecTime
    lastFailure = other.lastFailure
    failureTimes = other.failureTimes
    adoptions = other.adoptions
    looks = other.looks
    formerProfiles = other.formerProfiles
    leftOut = other.leftOut
    usage = other.usage
  }
}
