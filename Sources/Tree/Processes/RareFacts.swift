internal import Events

/// Data that most processes do not have, stored separately, so that only the others need memory for it.
final class RareFacts: @unchecked Sendable {
  // Written only while one record refers to it (`ProcessRecord.withRare`).

  /// The programs before the newest one, oldest first.
  var olderImages: [ProcessImage] = []
  /// How many programs no longer fit.
  var droppedImages = 0
  /// When the newest lost exec happened, in nanoseconds since boot; 0 for none.
  var lostExecTime: UInt64 = 0
  var lastFailure: ExecFailure?
  /// The times of failed execs, oldest first; only the newest of many.
  var failureTimes: [UInt64] = []
  /// The parents that adopted it after its original parent, with the times, newest last.
  var adoptions: [Adoption] = []
  /// What later looks at /proc showed when something had changed, oldest first.
  var looks: [ProcessImage] = []
  /// Its profile before its user, group or name changed without an exec, oldest first.
  var formerProfiles: [FormerProfile] = []
  /// How many forgotten processes stood between it and the parent under which it stands.
  var leftOut: Int32 = 0
  /// Its resource usage, where that does not fit the record.
  var usage: ResourceUsage?

  struct Adoption: Sendable, Hashable {
    var time: UInt64
    var parent: ProcessID?
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
    lastFailure = other.lastFailure
    failureTimes = other.failureTimes
    adoptions = other.adoptions
    looks = other.looks
    formerProfiles = other.formerProfiles
    leftOut = other.leftOut
    usage = other.usage
  }
}
