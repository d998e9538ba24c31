internal import CLinux
internal import Glibc

/// Descriptors that are held open only to be closed when others are needed. So some are left where the limit was
/// reached or lowered meanwhile.
final class SpareDescriptors {
  private let count: Int
  private var descriptors: [Int32] = []

  init(count: Int) {
    self.count = count
    reopen()
  }

  deinit { close() }

  /// Closes them, which makes room for as many descriptors.
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
