import ProcessTree
import Settings
import TUI
import Terminal

/// What every view does: take the terminal, run the loop, give the terminal back.
enum ViewSession {
  /// - Parameter prepare: fills the state before the first frame.
  /// - Returns: the signal that ended it, or nil when the user quit.
  /// - Throws: `Failure`, with the terminal as it was.
  static func run(
    mode: AppState.Mode, clock: WallClock, signals: Int32, filter: String, limits: Limits, options: ViewOptions,
    source: (descriptor: Int32, take: () -> [ProcessEvent])?, now: @escaping () -> UInt64,
    notice: @escaping () -> DisplayText? = { nil }, prepare: (inout AppState) -> Void
  ) throws -> Int32? {
    do {
      let (settings, faults) = SettingsPlace.read()
      var limits = limits
      limits.logLines = settings.logLines
      let terminal = try TerminalSession(usesMouse: options.usesMouse && settings.mouse)
      defer { terminal.close() }
      var state = AppState(
        size: terminal.size, mode: mode, clock: clock, glyphs: terminal.isUTF8 ? .utf8 : .ascii, now: now(),
        limits: limits)
      state.usesMouse = options.usesMouse
      prepare(&state)
      state.start(settings, traits: terminal.traits, place: SettingsPlace.file?.name, faults: faults)
      terminal.use(state.theme)
      if !filter.isEmpty { state.start(filter: filter) }
      var loop = EventLoop(state, on: terminal, signals: signals, source: source, now: now, notice: notice)
      return try loop.run()
    } catch let error as TerminalError {
      throw Failure(error.message)
    }
  }
}
