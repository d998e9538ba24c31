internal import CLinux
internal import Glibc

/// The namespaces of this program, by inode number; nil for one that /proc does not show.
struct Namespaces: Sendable {
  let pid = Self.inode("pid")
  let cgroup = Self.inode("cgroup")
  let time = Self.inode("time")
  let user = Self.inode("user")

  /// The namespaces at the start.
  static let own = Namespaces()

  /// The initial namespaces have fixed numbers (include/linux/proc_ns.h).
  var isPIDInitial: Bool { pid ?? 0xEFFF_FFFC == 0xEFFF_FFFC }
  var isCgroupInitial: Bool { cgroup ?? 0xEFFF_FFFB == 0xEFFF_FFFB }
  var isTimeInitial: Bool { time ?? 0xEFFF_FFFA == 0xEFFF_FFFA }
  var isUserInitial: Bool { user ?? 0xEFFF_FFFD == 0xEFFF_FFFD }

  private static func inode(_ kind: String) -> UInt64? {
    var found = stat()
    return stat("/proc/self/ns/\(kind)", &found) == 0 ? UInt64(truncatingIfNeeded: found.st_ino) : nil
  }
}

extension KernelTrace {
  /// Whether this program is not in the initial PID namespace, as in a container: then only the processes of its
  /// namespace are traced.
  public static var isInPIDNamespace: Bool { !Namespaces.own.isPIDInitial }
}

/// The process file system on /proc.
enum ProcMount: Sendable, Equatable {
  /// The processes of this program's PID namespace.
  case own
  /// The processes of another PID namespace: system calls take other pids.
  case foreign
  /// No process file system.
  case missing

  /// The present mount; determined once.
  static let current = find()

  private static func find() -> ProcMount {
    // The pids of this process, from the namespace of /proc down to its own.
    if let status = ProcFiles.contents(of: "/proc/self/status") {
      let line = status.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "NSpid:".utf8) }
      return line.map { $0.split(separator: UInt8(ascii: "\t")).count <= 2 } ?? true ? .own : .foreign
    }
    let directory = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return .missing }
    defer { close(directory) }
    // PROC_SUPER_MAGIC of include/uapi/linux/magic.h.
    return lnx_file_system_type(directory) == 0x9fa0 ? .foreign : .missing
  }
}
