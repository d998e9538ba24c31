import ArgumentParser
import CLinux
import Glibc
import ProcessTree
import TUI
import Terminal
import Trace

/// The interactive view on a live trace.
struct LiveView {
  private let live: LiveTrace
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions

  init(_ live: LiveTrace, filter: String, limits: Limits, options: ViewOptions) {
    self.live = live
    self.filter = filter
    self.limits = limits
    self.options = options
  }

  /// Opens the terminal and runs until the user quits.
  /// - Throws: `Failure` where the terminal will not do; `ExitCode` after a signal.
  func run() throws {
    let mailbox = live.mailbox
    let signal = try ViewSession.run(
      mode: .live, clock: WallTime.clock(), signals: live.signals, filter: filter, limits: limits,
      options: options,
      source: (mailbox.descriptor, { mailbox.take() }), now: { lnx_boot_time() }, notice: live.commandEnd,
      prepare: { state in
        state.scopeStart = live.scopeStart
        _ = state.reduce(.events(mailbox.take(), now: lnx_boot_time()))
        if let note = live.note { _ = state.reduce(.message(note, isError: false)) }
      })
    if let signal { throw ExitCode(128 + signal) }
  }
}
