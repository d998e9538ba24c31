internal import Events

/// Facts that many processes have in common: user, groups, name, terminal, cgroup. The processes of a build share one
/// profile.
final class Profile: Hashable, Sendable {
  let comm: Comm
  let uid: UInt32
  let euid: UInt32
  let gid: UInt32
  let auditUID: UInt32?
  let tty: RawBytes?
  let cgroup: RawBytes?
  let user: RawBytes?

  init(_ facts: ProcessFacts) {
    comm = facts.comm
    uid = facts.uid
    euid = facts.euid
    gid = facts.gid
    auditUID = facts.auditUID
    tty = facts.tty
    cgroup = facts.cgroup
    user = facts.user
  }

  /// The profile of a placeholder.
  static let unknown = Profile(ProcessFacts(id: ProcessID(pid: 0, startTime: 0), parent: nil, comm: Comm([])))

  func describes(_ facts: ProcessFacts) -> Bool {
    comm == facts.comm && uid == facts.uid && euid == facts.euid && gid == facts.gid && auditUID == facts.auditUID
      && tty == facts.tty && cgroup == facts.cgroup && user == facts.user
  }

  static func == (a: Profile, b: Profile) -> Bool {
    a === b
      || (a.comm == b.comm && a.uid == b.uid && a.euid == b.euid && a.gid == b.gid && a.auditUID == b.auditUID
        && a.tty == b.tty && a.cgroup == b.cgroup && a.user == b.user)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(comm)
    hasher.combine(uid)
  }
}

/// Finds an equal profile of another process, in a hash table without chains: a hostile process can make it useless,
/// which costs memory, but it cannot make it wrong.
struct Profiles: Sendable {
  private static let slots = 1024
  private var table: [Profile?] = Array(repeating: nil, count: slots)

  /// The profile of these facts, shared if possible.
  /// - Parameter likely: a profile that is likely to match.
  mutating func profile(of facts: ProcessFacts, likely: Profile) -> Profile {
    if likely.describes(facts) { return likely }
    var mix = facts.comm.mixed &+ UInt64(facts.uid) &* 0x9e37_79b9_7f4a_7c15
    mix ^= UInt64(truncatingIfNeeded: UInt(bitPattern: facts.cgroup?.bytes.count ?? 0)) &+ UInt64(facts.euid) &<< 17
    let slot = Int(truncatingIfNeeded: (mix &* 0x9e37_79b9_7f4a_7c15) >> 54)
    if let known = table[slot], known.describes(facts) { return known }
    let made = Profile(facts)
    table[slot] = made
    return made
  }
}
