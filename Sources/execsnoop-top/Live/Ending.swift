import CLinux
import Glibc
import Synchronization

/// Limits the time that the program waits for the reader of its output: there is no limit while it runs, and a short
/// one after it was asked to end. So a stuck reader cannot keep the program alive.
enum Ending {
  /// The total waiting time, in nanoseconds. Output that the reader accepts at once does not count.
  private static let patience: UInt64 = 400_000_000
  /// The total time for output, in nanoseconds, even to a fast reader.
  private static let totalTime: UInt64 = 700_000_000

  private struct State {
    /// Becomes readable when the program is asked to end; -1 where signals have their default effect.
    var signals: Int32 = -1
    /// The rest of the waiting time, in nanoseconds; nil before the program was asked to end.
    var left: UInt64?
    /// When output stops, in nanoseconds since boot; nil before the program was asked to end.
    var end: UInt64?
    var wasReported = false
  }

  private static let state = Mutex(State())

  /// Watches for signals that ask the program to end, while it waits for a reader.
  /// - Parameter descriptor: a signalfd of these signals; its signals stay unread.
  static func watch(_ descriptor: Int32) { state.withLock { $0.signals = descriptor } }

  /// Starts the limits: the program was asked to end.
  static func start() {
    state.withLock { state in
      if state.left == nil { (state.left, state.end) = (patience, lnx_boot_time() &+ totalTime) }
    }
  }

  /// Whether the time for output is used up.
  static var isTimeUp: Bool { state.withLock { $0.end.map { lnx_boot_time() >= $0 } ?? false } }

  /// Waits until a descriptor accepts output. Returns false if the waiting time is used up.
  static func waitForReader(of descriptor: Int32) -> Bool {
    while true {
      let (signals, left) = state.withLock { ($0.signals, $0.left) }
      if left == 0 { return false }
      var entries = [
        pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: left == nil ? signals : -1, events: Int16(POLLIN), revents: 0),
      ]
      let waitStart = lnx_boot_time()
      let count = lnx_poll(&entries, 2, left.map { Int32(clamping: $0 / 1_000_000 + 1) } ?? -1)
      if let left { state.withLock { $0.left = left - min(left, lnx_boot_time() - waitStart) } }
      if count > 0, entries[1].revents != 0 { start() }
      if count > 0, entries[0].revents != 0 { return true }
    }
  }

  /// Whether incomplete output has not been reported yet. True only for the first call.
  static var isFirstReport: Bool {
    state.withLock { state in
      defer { state.wasReported = true }
      return !state.wasReported
    }
  }
}
