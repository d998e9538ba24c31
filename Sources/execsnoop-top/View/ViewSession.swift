import ArgumentParser
import Glibc
import Recording
import SettingsFile
import TUI
import Terminal
import Trace
import Tree

/// The common steps of each view: take the terminal, run the loop, restore the terminal.
enum ViewSession {
  /// Runs a view until the user quits.
  /// - Parameters:
  ///   - input: the descriptor to read keys from.
  ///   - prepare: fills the state before the first frame.
  /// - Returns: the signal that ended it, or nil when the user quit.
  /// - Throws: `Failure` if the terminal is unsuitable; the terminal is restored then.
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
        try TerminalSession(
          colorWanted: options.color.wanted, usesMouse: options.usesMouse && settings.mouse, input: input)
      }
      defer { terminal.close() }
      if settings.asksBackground { terminal.askBackground(within: 200) }
      var state = AppState(
        size: terminal.size, mode: mode, clock: feed.clock, glyphs: terminal.isUTF8 ? .utf8 : .ascii, now: feed.now,
        limits: limits)
      state.mouse.isUsed = options.usesMouse
      prepare(&state)
      state.start(settings, traits: terminal.traits, place: SettingsPlace.file?.name, faults: faults)
      terminal.use(state.theme)
      if !filter.isEmpty { state.start(filter: filter) }
      let saver = try Saver()
      var loop = EventLoop(state, on: terminal, signals: signals, feed: feed, saver: saver)
      defer { saver.finish() }
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

/// The interactive view on a live trace.
struct LiveView {
  private let live: LiveTrace
  private let output: HeldOutput?
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions
  private let input: Int32

  /// - Parameter input: the descriptor to read keys from.
  init(
    _ live: LiveTrace, output: HeldOutput?, filter: String, limits: Limits, options: ViewOptions,
    input: Int32 = STDIN_FILENO
  ) {
    self.input = input
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
      mode: .live, input: input, signals: live.signals, filter: filter, limits: limits, options: options, feed: feed,
      prepare: { state in
        state.scopeStart = live.scopeStart
        state.ownPID = getpid()
        _ = state.reduce(.events([LocalHost.event()], now: feed.now))
        if let command = live.command, let start = live.commandStart {
          state.start(CommandInView(pid: command.pid, name: DisplayText(typed: command.name), start: start))
        }
        _ = state.reduce(.events(Array(feed.nextBatches().joined()), now: feed.now))
        if let note = live.viewNote { _ = state.reduce(.message(note, isError: false)) }
      })
  }
}

/// The interactive view on a recording. It is shown while the recording is still being read.
struct ReplayView {
  private let feed: ReplayFeed
  private let readsStandardInput: Bool
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions
  private let speed: PlaybackSpeed?

  /// - Parameter speed: how fast to play from the start on; nil starts at the end.
  init(
    _ file: EventInput, filter: String, limits: Limits, options: ViewOptions, speed: PlaybackSpeed? = nil
  ) throws {
    readsStandardInput = file.readsStandardInput
    feed = try ReplayFeed(file)
    self.filter = filter
    self.limits = limits
    self.options = options
    self.speed = speed
  }

  /// Opens the terminal and runs until the user quits.
  /// - Throws: `Failure` if the terminal is unsuitable; `ExitCode` after a signal; `RecordingError` at the end if the
  ///   recording has a fault, or at the start if it has no event before the fault.
  func run() throws {
    if readsStandardInput, isatty(STDIN_FILENO) == 1 {
      throw Failure("standard input is a terminal: pipe a recording into it", status: Failure.usage)
    }
    let events = try feed.readAhead()
    let signals = try SignalWait.signals(TerminalSession.signalsToWatch)
    try feed.start()
    let signal = try ViewSession.run(
      mode: .replay, input: try keys(), signals: signals, filter: filter, limits: limits, options: options, feed: feed,
      prepare: { state in
        _ = state.reduce(.events(events, now: feed.now))
        for action in feed.news(for: state) { _ = state.reduce(action) }
        if let speed { state.play(at: speed) }
      })
    if let signal { throw ExitCode(128 + signal) }
    if let failure = feed.failure { throw failure }
  }

  /// The descriptor to read keys from: the terminal itself if the recording comes from standard input.
  private func keys() throws -> Int32 {
    guard readsStandardInput else { return STDIN_FILENO }
    return try ControllingTerminal.open()
  }
}

/// The terminal of this session, for keys while standard input is something else.
enum ControllingTerminal {
  /// Opens it, close-on-exec.
  /// - Throws: `Failure` if there is none.
  static func open() throws -> Int32 {
    let terminal = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { throw Failure("no terminal to read keys from: \(DisplayText(errno: errno))") }
    return terminal
  }
}
