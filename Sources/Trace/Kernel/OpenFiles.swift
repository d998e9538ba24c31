internal import CLinux
internal import Glibc

/// The limit of open files.
enum OpenFiles {
  /// The descriptors that tracing needs at a time, with a reserve.
  private static let needed = 48

  /// The limit (`ulimit -n`).
  static var limit: UInt64 {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
      ? UInt64(truncatingIfNeeded: limit.rlim_cur) : 0
  }

  /// Whether too few descriptors are left to trace. Check after a failure: libbpf tries alternatives first, so the
  /// errno that it returns need not be EMFILE.
  static var areShort: Bool {
    let first = lnx_eventfd()
    if first < 0 { return first == -EMFILE }
    var opened = [first]
    defer { for descriptor in opened { close(descriptor) } }
    while opened.count < needed {
      let next = fcntl(first, F_DUPFD_CLOEXEC, 0)
      if next < 0 { return errno == EMFILE }
      opened.append(next)
    }
    return false
  }
}
