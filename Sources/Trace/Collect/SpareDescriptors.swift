internal import CLinux
internal import Glibc

/// Descriptors that are open for nothing else than to be closed when others are needed: so there are some where the limit
/// was reached since, or lowered.
final class SpareDescriptors {
  private let count: Int
  private var descriptors: [Int32] = []

  init(count: Int) {
    self.count = count
    reopen()
  }

  deinit { close() }

  /// Makes room for as many descriptors.
  func close() {
    for descriptor in descriptors { Glibc.close(descriptor) }
    descriptors = []
  }

  /// Takes the room back, as far as it is still there.
  func reopen() {
    while descriptors.count < count {
      let next = lnx_eventfd()
      if next < 0 { return }
      descriptors.append(next)
    }
  }
}
