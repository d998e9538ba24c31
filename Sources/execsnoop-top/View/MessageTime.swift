import TUI

/// How long a message replaces the key bar: long enough to be read, but not until the next key, because the user may
/// want to read the key bar first.
struct MessageTime {
  private static let second: UInt64 = 1_000_000_000

  /// When the message goes, in nanoseconds since boot; nil without one.
  private(set) var end: UInt64?
  private var known = 0

  /// Takes in what is shown now: a message gets its time once a frame has shown it.
  mutating func note(_ state: AppState, now: UInt64) {
    guard let message = state.message else {
      end = nil
      return
    }
    guard state.messages.isShown else { return }
    guard end == nil || state.messages.count != known else { return }
    known = state.messages.count
    end = now + (message.isError ? 15 : 6) * Self.second
  }

  func isOver(at now: UInt64) -> Bool { end.map { now >= $0 } ?? false }
}
