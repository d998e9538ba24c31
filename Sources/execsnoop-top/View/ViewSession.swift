import Glibc
import SettingsFile
import TUI
import Terminal
import Tree

/// The common steps of every view: take the terminal, run the loop, give the terminal back.
enum ViewSession {
  /// - Parameters:
  ///   - input: where keys come from.
  ///   - prepare: fills the state before the first frame.
  /// - Returns: the signal that ended it, or nil when the user quit.
  /// - Throws: `Failure`, with the terminal as it was.
  static func run(
    mode: AppState.Mode, input: Int32 = STDIN_FILENO, signals: Int32, filter: String, limits: Limits,
    options: ViewOptions, feed: any EventFeed, prepare: (inout AppState) -> Void
  ) throws -> Int32? {
    do {
      let (settings, faults) = SignalWait.endable { SettingsPlace.read() }
      var limits = limits
      limits.logLines = settings.logLines
      if let signal = waitForTerminal(SignalWait(signals: signals)) { return signal }
      let terminal = try SignalWait.endable { () throws(TerminalError) in
        try TerminalSession(usesMouse: options.usesMouse && settings.mouse, input: input)
      }
      defer { terminal.close() }
      var state = AppState(
        size: terminal.size, mode: mode, clock: feed.clock, glyphs: terminal.isUTF8 ? .utf8 : .ascii, now: feed.now,
        limits: limits)
      state.mouse.isUsed = options.usesMouse
      prepare(&state)
      state.start(settings, traits: terminal.traits, place: SettingsPlace.file?.name, faults: faults)
      terminal.use(state.theme)
      if !filter.isEmpty { state.start(filter: filter) }
      var loop = EventLoop(state, on: terminal, signals: signals, feed: feed)
      return try loop.run()
    } catch let error as TerminalError {
      throw Failure(error.message)
    }
  }

  /// Waits for a terminal that is stopped, by Ctrl-S for example, before anything is drawn on it.
  /// - Returns: the signal that ended the waiting.
  private static func waitForTerminal(_ waiting: SignalWait) -> Int32? {
    while true {
      let woken = waiting.wait(for: [], writable: [STDOUT_FILENO], until: nil)
      if woken.signal != nil || !woken.writable.isEmpty { return woken.signal }
    }
  }
}
