internal import Glibc

/// Where a cgroup is in the version 2 hierarchy, as the kernel side looks for it.
public struct CgroupLocation: Sendable, Equatable {
  /// The id of its kernfs node, which is its directory's inode number.
  let id: UInt64
  /// How far below the root it is; 0 for the root itself.
  let level: UInt32

  /// Finds a cgroup by its path: from the root of the hierarchy (`/system.slice`), as /proc/PID/cgroup has it, or in the
  /// file system (`/sys/fs/cgroup/system.slice`). Nil where there is none.
  public init?(path: String) {
    guard let mount = Self.mountPoint() else { return nil }
    let names = path.split(separator: "/")
    guard !names.contains(where: { $0 == ".." || $0 == "." }) else { return nil }
    let above = mount.split(separator: "/")
    for below in [names, names.starts(with: above) ? Array(names.dropFirst(above.count)) : names] {
      var found = stat()
      let full = ([mount] + below.map(String.init)).joined(separator: "/")
      guard stat(full + "/cgroup.procs", &found) == 0, stat(full, &found) == 0 else { continue }
      id = UInt64(found.st_ino)
      level = UInt32(below.count)
      return
    }
    return nil
  }

  /// Where cgroup version 2 is mounted, alone or beside version 1; nil where it is not.
  static func mountPoint() -> String? {
    let table = String(decoding: ProcFiles(pid: getpid())?.contents("mounts") ?? [], as: UTF8.self)
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 2, words[2] == "cgroup2" { return String(words[1]) }
    }
    return nil
  }
}
