internal import CExecsnoop
internal import Events
internal import Glibc

/// Names that nearly every event carries. Each is stored once, so a fork allocates nothing for them.
struct SharedNames {
  private var terminals: [UInt128: RawBytes] = [:]
  /// The kernel side sends a cgroup's path again only when it has forgotten it among 4096 others. This table keeps
  /// more.
  private var cgroups = RecentTable<UInt64, RawBytes>(generation: 16384)
  /// Consecutive events tend to have the same cgroup and user.
  private var lastCgroup: (id: UInt64, path: RawBytes?) = (0, nil)
  private var users: [UInt32: RawBytes?] = [:]
  private var lastUser: (uid: UInt32, name: RawBytes?)?
  private var texts = SharedBytes<RawBytes>(slots: 1024)
  private var paths = SharedBytes<RawBytes>(slots: 1024)
  private var environments = SharedBytes<[UInt8]>(slots: 256)
  var programs = ProgramPool()

  /// Bytes allocated for images since the last `drainAllocated`; shared values count once.
  private(set) var allocated = 0

  /// Returns `allocated`, and resets it.
  mutating func drainAllocated() -> Int {
    defer { allocated = 0 }
    return allocated
  }

  /// Counts bytes that were allocated for an image.
  mutating func countAllocated(_ bytes: Int) { allocated &+= bytes }

  /// A table with this many entries is emptied: a hostile process could fill it forever.
  private static let limit = 4096

  /// Stores the path of a cgroup.
  mutating func learn(cgroup id: UInt64, path: RawBytes) {
    cgroups.insert(path, for: id)
    if id == lastCgroup.id { lastCgroup.path = path }
  }

  /// The facts of a process, with shared names.
  mutating func facts(_ facts: est_facts) -> ProcessFacts {
    ProcessFacts(
      id: ProcessID(pid: facts.pid, startTime: facts.start),
      parent: facts.parent_pid == 0 ? nil : ProcessID(pid: facts.parent_pid, startTime: facts.parent_start),
      comm: withUnsafeBytes(of: facts.comm) {
        Comm(word: $0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
      },
      uid: facts.uid, euid: facts.euid, gid: facts.gid,
      auditUID: facts.auid == UInt32.max ? nil : facts.auid,
      session: facts.session, processGroup: facts.process_group, innerPID: facts.inner_pid,
      tty: withUnsafeBytes(of: facts.tty) { terminal($0) },
      cgroup: facts.cgroup_id == 0 ? nil : cgroup(facts.cgroup_id),
      user: user(facts.uid), isKernelThread: facts.flags & EST_KERNEL_THREAD.rawValue != 0)
  }

  private mutating func cgroup(_ id: UInt64) -> RawBytes? {
    if id == lastCgroup.id, lastCgroup.path != nil { return lastCgroup.path }
    lastCgroup = (id, cgroups.use(id))
    return lastCgroup.path
  }

  mutating func terminal(_ bytes: UnsafeRawBufferPointer) -> RawBytes? {
    if bytes[0] == 0 { return nil }
    // The bytes after the NUL are what the ring buffer held before.
    let name = bytes.prefix { $0 != 0 }
    let key = name.reversed().reduce(into: UInt128(0)) { key, byte in key = key << 8 | UInt128(byte) }
    if let known = terminals[key] { return known }
    if terminals.count >= Self.limit { terminals.removeAll() }
    // The kernel calls /dev/pts/3 pts3, and no other kind of terminal has such a name.
    let digits = name.dropFirst(3)
    let isPseudoTerminal = name.starts(with: "pts".utf8) && digits.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
    let made = isPseudoTerminal ? RawBytes(Array("pts/".utf8) + digits) : RawBytes(name)
    terminals[key] = made
    return made
  }

  /// The user's name (`getpwuid_r`), looked up once for each user; nil if there is none.
  mutating func user(_ uid: UInt32) -> RawBytes? {
    if let lastUser, lastUser.uid == uid { return lastUser.name }
    let name = lookUp(uid)
    lastUser = (uid, name)
    return name
  }

  private mutating func lookUp(_ uid: UInt32) -> RawBytes? {
    if let known = users[uid] { return known }
    if users.count >= Self.limit { users.removeAll() }
    let name = userName(uid)
    users[uid] = .some(name)
    return name
  }

  /// Text up to its NUL.
  mutating func shared(text bytes: UnsafeRawBufferPointer) -> RawBytes {
    texts.value(for: bytes, made: &allocated) { bytes in RawBytes(bytes.prefix { $0 != 0 }) }
  }

  /// A path given as its names, leaf first.
  mutating func shared(leafFirst bytes: UnsafeRawBufferPointer) -> RawBytes {
    paths.value(for: bytes, made: &allocated) { path(leafFirst: $0) }
  }

  /// An environment: one array for all with the same bytes, since most processes have the environment of their parent.
  mutating func shared(environment bytes: UnsafeRawBufferPointer) -> [UInt8] {
    environments.value(for: bytes, made: &allocated) { Array($0) }
  }
}

/// The name of a user (`getpwuid_r`); nil if there is none.
func userName(_ uid: UInt32) -> RawBytes? {
  var size = 4096
  while true {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: size)
    let error = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
    if error == ERANGE, size < 1 << 24 {
      size &*= 2
      continue
    }
    guard error == 0, found != nil, let name = entry.pw_name else { return nil }
    return RawBytes(UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) })
  }
}
