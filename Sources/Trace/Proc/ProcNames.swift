internal import CExecsnoop
internal import CLinux
internal import Glibc

/// Which names of a process are gone, by the kernel's own word. In /proc the end of a path says that, ` (deleted)`, and a
/// file may well be called so.
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

  /// Where a symbolic link points, without what the kernel writes behind a path whose last name is gone.
  ///
  /// - Parameter isDeleted: what the kernel said of it a moment before; nil where that is not known.
  /// - Returns: the path, nil where it cannot be read; and whether its name is gone.
  func path(_ name: String, isDeleted known: Bool?) -> (path: [UInt8]?, isDeleted: Bool) {
    guard var path = link(name) else { return (nil, known ?? false) }
    let hasSuffix = path.suffix(Self.suffix.count).elementsEqual(Self.suffix)
    // Nothing hints at it.
    if !hasSuffix, known != true { return (path, false) }
    // It may have been deleted, or another program may have come, since the kernel was asked.
    let isDeleted = hasSuffix && known == true || links(name) == 0
    if isDeleted, hasSuffix { path.removeLast(Self.suffix.count) }
    return (path, isDeleted)
  }

  /// How many names the file behind a link has; nil where that cannot be known. File systems that would have to ask
  /// somebody (a network, a user's own program) are not asked.
  private func links(_ name: String) -> UInt64? {
    var count: UInt64 = 0
    return lnx_link_count(directory, name, &count) == 0 ? count : nil
  }
}
