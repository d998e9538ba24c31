import Events
import TUI

/// The source of a view's events, with its clocks.
protocol EventFeed: AnyObject {
  /// To wait on for more events; nil where none come any more.
  var descriptor: Int32? { get }
  /// The new events, after the descriptor became readable; in batches that are not empty.
  func take() -> [[ProcessEvent]]
  /// The time that ages are counted to, nanoseconds since boot.
  var now: UInt64 { get }
  /// Between that time and the one on the wall, asked anew.
  var clock: WallClock { get }
  /// Other news for the view, each returned once; called after each wait.
  func news(for state: AppState) -> [Action]
}
