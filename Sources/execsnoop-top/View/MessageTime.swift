import TUI

/// How long a message has the key bar's place: long enough to be read, and not until somebody presses a key, who may want
/// to read first which keys there are.
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
    guard state.messageIsShown else { return }
    guard end == nil || state.messagesSaid != known else { return }
    known = state.messagesSaid
    end = now + (message.isError ? 15 : 6) * Self.second
  }

  func isOver(at now: UInt64) -> Bool { end.map { now >= $0 } ?? false }
}
