internal import CExecsnoop
internal import CLinux
internal import Glibc

/// Which files of a process are deleted, from the kernel's own data. In /proc a path ends with ` (deleted)` then, but a
/// file name can end like this too.
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
  /// - Parameter isDeleted: what the kernel side reported a moment before; nil where unknown.
  /// - Returns: the path, nil where it cannot be read; and whether the file is deleted.
  func path(_ name: String, isDeleted known: Bool?) -> (path: [UInt8]?, isDeleted: Bool) {
    guard var path = link(name) else { return (nil, known ?? false) }
    let hasSuffix = path.suffix(Self.suffix.count).elementsEqual(Self.suffix)
    // Neither source says that it is deleted.
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
