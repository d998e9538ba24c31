import ProcessTree
import TUI

/// What a view shows: where its events come from, and the clocks that they go with.
protocol EventFeed: AnyObject {
  /// To wait on for more events; nil where none come any more.
  var descriptor: Int32? { get }
  /// The events that have come, once the descriptor is readable.
  func take() -> [ProcessEvent]
  /// The time that ages are counted to, nanoseconds since boot.
  var now: UInt64 { get }
  /// Between that time and the one on the wall, asked anew.
  var clock: WallClock { get }
  /// What else there is to tell the view, once each; asked after each wait.
  func news(for state: AppState) -> [Action]
}
