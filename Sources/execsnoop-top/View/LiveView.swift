import TUI
import Terminal
import Trace
import Tree

/// The interactive view on a live trace.
struct LiveView {
  private let live: LiveTrace
  private let output: HeldOutput?
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions

  init(_ live: LiveTrace, output: HeldOutput?, filter: String, limits: Limits, options: ViewOptions) {
    self.live = live
    self.output = output
    self.filter = filter
    self.limits = limits
    self.options = options
  }

  /// Opens the terminal and runs until the user quits.
  /// - Returns: the signal that ended it, or nil when the user quit.
  /// - Throws: `Failure` if the terminal is unsuitable.
  func run() throws -> Int32? {
    let feed = LiveFeed(live, output: output)
    return try ViewSession.run(
      mode: .live, signals: live.signals, filter: filter, limits: limits, options: options, feed: feed,
      prepare: { state in
        state.scopeStart = live.scopeStart
        _ = state.reduce(.events(Array(feed.take().joined()), now: feed.now))
        if let note = live.note { _ = state.reduce(.message(note, isError: false)) }
      })
  }
}
