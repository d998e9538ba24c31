import ArgumentParser
import CLinux
import Glibc
import ProcessTree
import Recording
import TUI
import Terminal

/// The interactive view on a recording that was read whole.
struct ReplayView {
  private let events: [RecordedEvent]
  /// What is to be told of the recording; nil where it is whole.
  private let notice: DisplayText?
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions

  init(_ events: [RecordedEvent], notice: DisplayText?, filter: String, limits: Limits, options: ViewOptions) {
    self.events = events
    self.notice = notice
    self.filter = filter
    self.limits = limits
    self.options = options
  }

  func run() throws {
    var wanted = TerminalSession.signalsToWatch + [0]
    let signals = lnx_signalfd(&wanted)
    if signals < 0 { throw Failure("cannot watch for signals: errno \(-signals)") }
    // The recording's own clock stands where its last event left it.
    let end = events.map(\.event.time).max() ?? 0
    let offset = events.lazy.compactMap(\.wallOffset).first ?? 0
    let signal = try ViewSession.run(
      mode: .replay, clock: WallTime.clock(offset: offset), signals: signals, filter: filter, limits: limits,
      options: options,
      source: nil,
      now: { end },
      prepare: { state in
        _ = state.reduce(.events(events.map(\.event), now: end))
        if let notice { _ = state.reduce(.message(notice, isError: true)) }
      })
    if let signal { throw ExitCode(128 + signal) }
  }
}
