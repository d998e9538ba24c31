internal import CExecsnoop
internal import Glibc
internal import ProcessTree

/// Names that come with nearly every event, kept once each: a fork then allocates nothing for them.
struct SharedNames {
  private var terminals: [UInt128: RawBytes] = [:]
  private var cgroups: [UInt64: RawBytes] = [:]
  private var users: [UInt32: RawBytes?] = [:]
  private var environments: [Int: [UInt8]] = [:]

  /// More different ones than this, and the table starts again: a hostile process could otherwise fill it for ever.
  private static let limit = 4096

  mutating func learn(cgroup id: UInt64, path: RawBytes) {
    if cgroups.count >= Self.limit { cgroups.removeAll() }
    cgroups[id] = path
  }

  mutating func facts(_ facts: est_facts) -> ProcessFacts {
    ProcessFacts(
      id: ProcessID(pid: facts.pid, startTime: facts.start),
      parent: facts.parent_pid == 0 ? nil : ProcessID(pid: facts.parent_pid, startTime: facts.parent_start),
      comm: withUnsafeBytes(of: facts.comm) { Comm($0) },
      uid: facts.uid, euid: facts.euid, gid: facts.gid,
      auditUID: facts.auid == UInt32.max ? nil : facts.auid,
      session: facts.session, processGroup: facts.process_group, innerPID: facts.inner_pid,
      tty: withUnsafeBytes(of: facts.tty) { terminal($0) },
      cgroup: facts.cgroup_id == 0 ? nil : cgroups[facts.cgroup_id],
      user: user(facts.uid))
  }

  private mutating func terminal(_ bytes: UnsafeRawBufferPointer) -> RawBytes? {
    if bytes[0] == 0 { return nil }
    // What stands behind the NUL is whatever the ring held before.
    let name = bytes.prefix { $0 != 0 }
    let key = name.reversed().reduce(into: UInt128(0)) { key, byte in key = key << 8 | UInt128(byte) }
    if let known = terminals[key] { return known }
    if terminals.count >= Self.limit { terminals.removeAll() }
    // The kernel's own name for /dev/pts/3 is pts3, and that for no other kind of terminal.
    let digits = name.dropFirst(3)
    let isPseudoTerminal = name.starts(with: "pts".utf8) && digits.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
    let made = isPseudoTerminal ? RawBytes(Array("pts/".utf8) + digits) : RawBytes(name)
    terminals[key] = made
    return made
  }

  /// The user's name by `getpwuid_r`, asked once for each; nil where there is none.
  mutating func user(_ uid: UInt32) -> RawBytes? {
    if let known = users[uid] { return known }
    if users.count >= Self.limit { users.removeAll() }
    let name = userName(uid)
    users[uid] = .some(name)
    return name
  }

  /// One array for all environments with the same bytes: most processes have their parent's.
  mutating func shared(environment bytes: ArraySlice<UInt8>) -> [UInt8] {
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    let key = hasher.finalize()
    if let known = environments[key], known.elementsEqual(bytes) { return known }
    if environments.count >= 512 { environments.removeAll() }
    let made = Array(bytes)
    environments[key] = made
    return made
  }
}

/// The name of a user, or nil. The corresponding C function is `getpwuid_r`.
func userName(_ uid: UInt32) -> RawBytes? {
  var entry = passwd()
  var found: UnsafeMutablePointer<passwd>?
  var buffer = [CChar](repeating: 0, count: 4096)
  guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
    return nil
  }
  return RawBytes(UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) })
}
