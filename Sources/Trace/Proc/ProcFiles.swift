internal import Glibc
internal import ProcessTree

/// Reads the files of one process in /proc. Everything there can vanish at any moment: what cannot be read is nil.
struct ProcFiles: ~Copyable {
  private let directory: Int32

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
      count = buffer.withMemoryRebound(to: CChar.self) { readlinkat(directory, name, $0.baseAddress, $0.count) }
      initialized = max(count, 0)
    }
    return count < 0 ? nil : target
  }

  /// When the process was created, in clock ticks since boot: field 22 of `stat`. The second field is a comm, which
  /// may hold spaces and parentheses, so counting begins at the last one that closes.
  func startTicks() -> UInt64? {
    guard let stat = contents("stat"), let close = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(close + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19 else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
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
