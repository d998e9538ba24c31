internal import CExecsnoop
internal import CLinux
internal import Events
internal import Files
internal import Glibc

/// Reads the files of one process in /proc. They can vanish at any moment: the result is nil if a file cannot be read.
struct ProcFiles: ~Copyable {
  /// A descriptor of /proc/PID.
  let directory: Int32

  /// Nil where no process has the pid.
  init?(pid: Int32) {
    directory = open("/proc/\(pid)", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if directory < 0 { return nil }
  }

  deinit { close(directory) }

  /// The contents of a file, up to about `limit` bytes; nil where it cannot be read.
  func contents(_ name: String, limit: Int = 8 << 20) -> [UInt8]? {
    guard let file = try? FileDescriptor.open(name, in: directory, O_RDONLY) else { return nil }
    defer { try? file.close() }
    return try? file.contents(limit: limit)
  }

  /// The contents of any file, up to about `limit` bytes; nil where it cannot be read.
  static func contents(of path: String, limit: Int = 8 << 20) -> [UInt8]? {
    try? FileDescriptor.contents(of: path, limit: limit)
  }

  /// The target of a symbolic link such as `exe` or `cwd` (`readlinkat`).
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
      // A longer target fills the buffer too.
      if count < room { return target }
      room &*= 2
    }
  }

  /// The contents of `stat`, or nil where it has an unexpected format.
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

  /// The number after a key of `status`, such as `Tgid:`; nil where there is none.
  func statusNumber(_ key: String) -> UInt32? {
    let lines = contents("status")?.split(separator: UInt8(ascii: "\n")) ?? []
    guard let line = lines.first(where: { $0.starts(with: key.utf8) }) else { return nil }
    let digits = line.dropFirst(key.utf8.count).drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
    return UInt32(String(decoding: digits, as: UTF8.self))
  }

  /// The cgroup v2 path: the line of `cgroup` that starts with `0::`. Nil in a cgroup namespace, where paths do not
  /// start at the root of the hierarchy as the kernel side's do.
  func cgroup() -> RawBytes? {
    guard Namespaces.own.isCgroupInitial, let lines = contents("cgroup") else { return nil }
    for line in lines.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::".utf8)) {
      return RawBytes(line.dropFirst(3))
    }
    return nil
  }
}

/// Which files of a process are deleted, by the kernel's own data. The path of a deleted file ends with ` (deleted)` in
/// /proc, but a file name can end like this too.
struct ProcNames {
  let exeIsDeleted: Bool
  let exeIsMemfd: Bool
  let cwdIsDeleted: Bool

  init(_ task: est_facts) {
    func has(_ flag: est_flag) -> Bool { task.flags & flag.rawValue != 0 }
    exeIsDeleted = has(EST_EXE_IS_DELETED)
    exeIsMemfd = has(EST_EXE_IS_MEMFD)
    cwdIsDeleted = has(EST_CWD_IS_DELETED)
  }
}

extension ProcFiles {
  private static let suffix = Array(" (deleted)".utf8)

  /// The target of a symbolic link, without the suffix that the kernel adds for a deleted file.
  ///
  /// - Parameter isDeleted: whether the kernel side reported it as deleted a moment before; nil if unknown.
  /// - Returns: the path, nil where it cannot be read; and whether the file is deleted.
  func path(_ name: String, isDeleted known: Bool?) -> (path: [UInt8]?, isDeleted: Bool) {
    guard var path = link(name) else { return (nil, known ?? false) }
    let hasSuffix = path.suffix(Self.suffix.count).elementsEqual(Self.suffix)
    // Both sources agree that the file is not deleted.
    if !hasSuffix, known != true { return (path, false) }
    // The file may have been deleted, or another program started, since the kernel side reported it.
    let isDeleted = hasSuffix && known == true || links(name) == 0
    if isDeleted, hasSuffix { path.removeLast(Self.suffix.count) }
    return (path, isDeleted)
  }

  /// The number of links of the file behind a symbolic link; nil where unknown. Not read from file systems that would
  /// have to ask a network or a user's program.
  private func links(_ name: String) -> UInt64? {
    var count: UInt64 = 0
    return lnx_link_count(directory, name, &count) == 0 ? count : nil
  }
}
