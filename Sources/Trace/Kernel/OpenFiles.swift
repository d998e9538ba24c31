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

/// Descriptors in reserve: they are closed when others are needed. So some are left even if the limit was reached or
/// lowered meanwhile.
final class SpareDescriptors {
  private let count: Int
  private var descriptors: [Int32] = []

  /// Opens this many descriptors, or as many as the limit allows.
  init(count: Int) {
    self.count = count
    reopen()
  }

  deinit { close() }

  /// Closes them, so that as many other descriptors can be opened.
  func close() {
    for descriptor in descriptors { Glibc.close(descriptor) }
    descriptors = []
  }

  /// Opens them again, as many as the limit allows.
  func reopen() {
    while descriptors.count < count {
      let next = lnx_eventfd()
      if next < 0 { return }
      descriptors.append(next)
    }
  }
}
