import CLinux
import Glibc
import Synchronization

/// How long whoever reads the output is waited for. As long as it takes while the program is to go on; once it was asked to
/// end, not for long any more: a reader that does not read must not keep it.
enum Ending {
  /// How long in all, in nanoseconds. What the reader takes without being waited for costs nothing of it.
  private static let patience: UInt64 = 400_000_000
  /// How long output goes on in all, in nanoseconds, also to a reader that takes all of it.
  private static let time: UInt64 = 700_000_000

  private struct State {
    /// Becomes readable when the program is asked to end; -1 where signals have their default effect.
    var signals: Int32 = -1
    /// What is left of the patience, once the program was asked to end.
    var left: UInt64?
    /// When output stops.
    var end: UInt64?
    var wasTold = false
  }

  private static let state = Mutex(State())

  /// - Parameter descriptor: a signalfd of the signals that ask the program to end, which nobody reads.
  static func watch(_ descriptor: Int32) { state.withLock { $0.signals = descriptor } }

  /// The program was asked to end.
  static func begin() {
    state.withLock { state in
      if state.left == nil { (state.left, state.end) = (patience, lnx_boot_time() &+ time) }
    }
  }

  /// Whether output has gone on for long enough since the program was asked to end.
  static var isOver: Bool { state.withLock { $0.end.map { lnx_boot_time() >= $0 } ?? false } }

  /// Waits until a descriptor takes output. Returns false where it is not to be waited for any longer.
  static func waitForReader(of descriptor: Int32) -> Bool {
    while true {
      let (signals, left) = state.withLock { ($0.signals, $0.left) }
      if left == 0 { return false }
      var entries = [
        pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: left == nil ? signals : -1, events: Int16(POLLIN), revents: 0),
      ]
      let start = lnx_boot_time()
      let count = lnx_poll(&entries, 2, left.map { Int32(clamping: $0 / 1_000_000 + 1) } ?? -1)
      if let left { state.withLock { $0.left = left - min(left, lnx_boot_time() - start) } }
      if count > 0, entries[1].revents != 0 { begin() }
      if count > 0, entries[0].revents != 0 { return true }
    }
  }

  /// Whether nobody was told yet that output is missing; once.
  static var isToBeTold: Bool {
    state.withLock { state in
      defer { state.wasTold = true }
      return !state.wasTold
    }
  }
}
