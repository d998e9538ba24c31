internal import Glibc
internal import ProcessTree

/// Reads the files of one process in /proc. Everything there can vanish at any moment: what cannot be read is nil.
struct ProcFiles: ~Copyable {
  /// A descriptor of /proc/PID.
  let directory: Int32

  /// Nil where there is no such process (any more).
  init?(pid: Int32) {
    directory = open("/proc/\(pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory < 0 { return nil }
  }

  deinit { close(directory) }

  /// A whole file, up to `limit` bytes.
  func contents(_ name: String, limit: Int = 8 << 20) -> [UInt8]? {
    Self.readWhole(openat(directory, name, O_RDONLY | O_CLOEXEC), limit: limit)
  }

  /// A whole file anywhere, up to `limit` bytes; nil where it cannot be read.
  static func contents(of path: String, limit: Int = 8 << 20) -> [UInt8]? {
    readWhole(open(path, O_RDONLY | O_CLOEXEC), limit: limit)
  }

  /// Reads and closes. The end is where nothing more comes: a file of /proc gives whole lines, and so less than was asked
  /// for, long before.
  private static func readWhole(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var capacity = 4096
    while result.count < limit {
      let room = capacity
      var count = 0
      result.append(
        contentsOf: [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
          repeat { count = read(descriptor, buffer.baseAddress, room) } while count < 0 && errno == EINTR
          initialized = max(count, 0)
        })
      if count < 0 { return nil }
      if count == 0 { break }
      if count == room { capacity = min(capacity &* 4, 1 << 20) }
    }
    return result
  }

  /// Where a symbolic link such as `exe` or `cwd` points.
  func link(_ name: String) -> [UInt8]? {
    var room = 4096
    while true {
      var count = 0
      let target = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
        count = buffer.withMemoryRebound(to: CChar.self) { text in
          text.baseAddress.map { readlinkat(directory, name, $0, text.count) } ?? -1
        }
        initialized = max(count, 0)
      }
      if count < 0 { return nil }
      // All of the room is what a longer one fills too.
      if count < room { return target }
      room &*= 2
    }
  }

  /// `stat`, or nil where it is not as expected.
  func stat() -> ProcStat? { contents("stat").flatMap(ProcStat.init) }

  /// The real and the effective user, and the real group, from `status`.
  func owner() -> (uid: UInt32, euid: UInt32, gid: UInt32)? {
    guard let status = contents("status") else { return nil }
    func numbers(_ key: String) -> [UInt32] {
      let line = status.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: Array(key.utf8)) } ?? []
      return line.dropFirst(key.utf8.count).split(separator: UInt8(ascii: "\t")).compactMap {
        UInt32(String(decoding: $0, as: UTF8.self))
      }
    }
    let users = numbers("Uid:"), groups = numbers("Gid:")
    guard users.count > 1, let group = groups.first else { return nil }
    return (users[0], users[1], group)
  }

  /// The number behind a word of `status`, such as `Tgid:`.
  func number(_ key: String) -> UInt32? {
    let lines = contents("status")?.split(separator: UInt8(ascii: "\n")) ?? []
    guard let line = lines.first(where: { $0.starts(with: key.utf8) }) else { return nil }
    let digits = line.dropFirst(key.utf8.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
    return UInt32(String(decoding: digits, as: UTF8.self))
  }

  /// The cgroup v2 path: the line of `cgroup` that begins with `0::`. Nil in a cgroup namespace, whose paths do not begin
  /// at the root of the hierarchy as the kernel side's do.
  func cgroup() -> RawBytes? {
    guard Namespaces.own.isCgroupInitial, let lines = contents("cgroup") else { return nil }
    for line in lines.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::".utf8)) {
      return RawBytes(line.dropFirst(3))
    }
    return nil
  }
}
