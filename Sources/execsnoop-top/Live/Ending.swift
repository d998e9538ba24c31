import CLinux
import Glibc
import Synchronization

/// How long the program waits for the reader of its output: without a limit while it runs, and only briefly after it
/// was asked to end, so that a stuck reader cannot keep it alive.
enum Ending {
  /// The total waiting time, in nanoseconds. Output that the reader takes at once does not count.
  private static let patience: UInt64 = 400_000_000
  /// The total time for output, in nanoseconds, even to a fast reader.
  private static let time: UInt64 = 700_000_000

  private struct State {
    /// Becomes readable when the program is asked to end; -1 where signals have their default effect.
    var signals: Int32 = -1
    /// The rest of the waiting time, after the program was asked to end.
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

  /// Whether the time for output since the program was asked to end is over.
  static var isOver: Bool { state.withLock { $0.end.map { lnx_boot_time() >= $0 } ?? false } }

  /// Waits until a descriptor takes output. Returns false if the waiting time is over.
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

  /// Whether missing output has yet to be reported; true only once.
  static var isToBeTold: Bool {
    state.withLock { state in
      defer { state.wasTold = true }
      return !state.wasTold
    }
  }
}
