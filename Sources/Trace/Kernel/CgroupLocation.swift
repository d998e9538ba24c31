internal import CLinux
internal import Glibc

/// A cgroup of the version 2 hierarchy, given by the user. Its directory is open, and the kernel side identifies the
/// cgroup by the open directory. So no path has to be translated between cgroup namespaces or mounts.
public struct CgroupLocation: Sendable, Equatable {
  /// Why a path is not the path of a cgroup.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    /// The path has no characters.
    case isEmpty
    /// No cgroup file system of version 2 is mounted.
    case notMounted
    /// There is no such directory below these mount points.
    case doesNotExist(below: [String])
    /// `open` failed with this errno.
    case cannotOpen(errno: Int32)

    /// The fault, as the end of a message.
    public var description: String {
      switch self {
      case .isEmpty: "the path is empty"
      case .notMounted: "cgroup version 2 is not mounted here"
      case .doesNotExist(let mounts): "there is no such cgroup below \(mounts.joined(separator: " or "))"
      case .cannotOpen(let errno): "cannot open it: \(String(cString: strerror(errno)))"
      }
    }
  }

  /// The id of the cgroup's kernfs node, which is the inode number of its directory.
  let id: UInt64
  private let directory: OpenDirectory
  /// The directory, open while this value or a copy of it exists.
  var descriptor: Int32 { directory.descriptor }

  /// Whether both are the same directory.
  public static func == (a: CgroupLocation, b: CgroupLocation) -> Bool { a.id == b.id }

  /// Finds a cgroup by its path: below the mount point (`/system.slice`), as in /proc/PID/cgroup, or in the file system
  /// (`/sys/fs/cgroup/system.slice`).
  /// - Throws: `Fault` if there is no such cgroup, or it cannot be opened.
  public init(_ path: String) throws(Fault) {
    if path.isEmpty { throw .isEmpty }
    let mounts = MountTable.mountPoints(ofType: "cgroup2")
    if mounts.isEmpty { throw .notMounted }
    let names = path.split(separator: "/")
    guard !names.contains(where: { $0 == ".." || $0 == "." }) else { throw .doesNotExist(below: mounts) }
    for mount in mounts {
      let above = mount.split(separator: "/")
      for below in [names, names.starts(with: above) ? Array(names.dropFirst(above.count)) : names] {
        guard let found = try OpenDirectory(([mount] + below.map(String.init)).joined(separator: "/")) else { continue }
        directory = found
        id = found.inode
        return
      }
    }
    throw .doesNotExist(below: mounts)
  }
}

/// A directory of a cgroup file system of version 2.
private final class OpenDirectory: Sendable {
  let descriptor: Int32
  let inode: UInt64

  /// Opens a directory; nil if it does not exist.
  init?(_ path: String) throws(CgroupLocation.Fault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 {
      let error = errno
      if error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG { return nil }
      throw .cannotOpen(errno: error)
    }
    var found = stat()
    // Another file system may be mounted over it. CGROUP2_SUPER_MAGIC of include/uapi/linux/magic.h.
    guard lnx_file_system_type(descriptor) == 0x6367_7270, fstat(descriptor, &found) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
    inode = UInt64(truncatingIfNeeded: found.st_ino)
  }

  deinit { close(descriptor) }
}

/// The mount points in this program's mount namespace.
enum MountTable {
  /// Where file systems of a type are mounted, in the order of mounting.
  static func mountPoints(ofType type: String) -> [String] {
    mountPoints(ofType: type, in: ProcFiles.contents(of: "/proc/self/mounts") ?? [])
  }

  /// Where file systems of a type are mounted, by the text of a table of mounts (proc(5), fstab(5)).
  static func mountPoints(ofType type: String, in table: [UInt8]) -> [String] {
    table.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let words = line.split(separator: UInt8(ascii: " "))
      guard words.count > 2, words[2].elementsEqual(type.utf8) else { return nil }
      return String(decoding: unescaped(words[1]), as: UTF8.self)
    }
  }

  /// Replaces a backslash and three octal digits with the byte: the kernel escapes blanks and backslashes like this.
  private static func unescaped(_ word: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ 0x30...0x37 ~= $0 }) {
        result.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
        rest = rest.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
