internal import CLinux
internal import Glibc

/// How many files this program may have open.
enum OpenFiles {
  /// What tracing needs at a time, and some to spare.
  private static let needed = 48

  /// The limit (`ulimit -n`).
  static var limit: UInt64 {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
      ? UInt64(truncatingIfNeeded: limit.rlim_cur) : 0
  }

  /// Whether there are too few left to trace with. To be asked after a failure: the errno of one that libbpf passes on
  /// need not be EMFILE, since it tries again in other ways first.
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
