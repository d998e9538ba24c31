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
    let descriptor = openat(directory, name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var capacity = 4096
    while result.count < limit {
      let room = capacity
      var count = 0
      result.append(
        contentsOf: [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
          count = read(descriptor, buffer.baseAddress, room)
          initialized = max(count, 0)
        })
      if count < 0 { return nil }
      if count < room { break }
      capacity = min(capacity * 4, 1 << 20)
    }
    return result
  }

  /// Where a symbolic link such as `exe` or `cwd` points.
  func link(_ name: String) -> [UInt8]? {
    var count = 0
    let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
      count = buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlinkat(directory, name, $0, text.count) } ?? -1
      }
      initialized = max(count, 0)
    }
    return count < 0 ? nil : target
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

  /// The cgroup v2 path: the line of `cgroup` that begins with `0::`.
  func cgroup() -> RawBytes? {
    guard let lines = contents("cgroup") else { return nil }
    for line in lines.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::".utf8)) {
      return RawBytes(line.dropFirst(3))
    }
    return nil
  }
}
