import CLinux
import Glibc
import TUI
import Terminal

/// The main thread's loop: waits for keys, signals, events and the clock, reduces them, and draws at most once per
/// frame, only if something changed, and at once after a key.
struct EventLoop {
  /// Between two frames that no key asked for, in nanoseconds: at most 30 a second.
  private static let frameTime: UInt64 = 33_000_000
  /// While there is more to take in, in nanoseconds: a frame in between would show what the next one replaces at once.
  private static let busyFrameTime: UInt64 = 250_000_000

  private var state: AppState
  private let terminal: TerminalSession
  private let waiting: SignalWait
  private let feed: any EventFeed
  /// Events from the feed that the state has not processed yet.
  private var backlog = EventBacklog()
  /// When it gave them, in nanoseconds since boot.
  private var backlogSince: UInt64 = 0
  private var drawnGeneration: UInt64?
  private var drawnAt: UInt64 = 0
  /// The terminal took no output when a frame was due.
  private var isBlocked = false
  /// There was no memory for the last frame, and nothing of it is on the screen.
  private var hasFailed = false
  private var messageTime = MessageTime()

  /// - Parameter signals: a signalfd that delivers `TerminalSession.signalsToWatch`.
  init(_ state: AppState, on terminal: TerminalSession, signals: Int32, feed: any EventFeed) {
    self.state = state
    self.terminal = terminal
    waiting = SignalWait(signals: signals)
    self.feed = feed
  }

  /// Runs until the user quits or a signal ends the program.
  /// - Returns: the signal, or nil.
  /// - Throws: `TerminalError` when the terminal cannot be taken again after Ctrl-Z.
  mutating func run() throws -> Int32? {
    while true {
      if messageTime.isOver(at: lnx_boot_time()) { _ = state.reduce(.messageExpired) }
      drawIfDue()
      messageTime.note(state, now: lnx_boot_time())
      var readable = [terminal.inputDescriptor]
      if backlog.isEmpty, let descriptor = feed.descriptor { readable.append(descriptor) }
      let woken = waiting.wait(
        for: readable, writable: isBlocked ? [terminal.outputDescriptor] : [], until: nextMoment)
      if let signal = woken.signal { return signal }
      if !woken.writable.isEmpty {
        if terminal.isGone { return SIGHUP }
        isBlocked = false
      }
      if backlog.isEmpty, let descriptor = feed.descriptor, woken.readable.contains(descriptor) {
        backlog = EventBacklog(feed.take())
        backlogSince = lnx_boot_time()
      }
      if !backlog.isEmpty {
        takeSlice()
      } else {
        _ = state.reduce(.tick(now: feed.now))
      }
      if state.hasWork { _ = state.reduce(.work) }
      for action in feed.news(for: state) { _ = state.reduce(action) }
      // A hang-up continues what is stopped: there is nothing to take again.
      if !woken.terminalSignals.isEmpty, terminal.isGone { return SIGHUP }
      for signal in woken.terminalSignals {
        if try handle(signal) { return nil }
      }
      if woken.readable.contains(terminal.inputDescriptor) || woken.terminalSignals.contains(SIGWINCH) {
        if terminal.isGone { return SIGHUP }
        let inputs = terminal.nextInput()
        for input in inputs {
          if try perform(state.reduce(.input(input))) { return nil }
        }
        // A border under the mouse moves with the frames, not with each cell that it passes.
        if !inputs.allSatisfy(\.isOfHeldButton) { draw() }
      }
    }
  }

  /// Takes in the next slice of the backlog, and lets others run after each step of it.
  ///
  /// Whoever waits for this CPU would otherwise wait for the end of the slice that the scheduler gave, which is some
  /// milliseconds: and what waits here in a storm is the child that its parent waits for. But a backlog that lasts is
  /// worked off without it: each of many who wait may keep the CPU for milliseconds, and more comes in all that time.
  private mutating func takeSlice() {
    while true {
      let (events, others) = backlog.take()
      if !others {
        _ = state.reduce(.events(Array(events), now: feed.now))
        return
      }
      _ = state.reduce(.someEvents(events, now: feed.now))
      if lnx_boot_time() < backlogSince + Self.busyFrameTime { sched_yield() }
    }
  }

  /// When to wake without an event: for a delayed frame, or for a change with time.
  private var nextMoment: UInt64? {
    if state.hasWork || !backlog.isEmpty { return 0 }
    if isBlocked { return nil }
    if state.generation != drawnGeneration {
      return drawnAt + (state.isReading || hasFailed ? Self.busyFrameTime : Self.frameTime)
    }
    // In a recording, only events advance the time.
    guard state.mode == .live else { return messageTime.end }
    // After what the state knows, not after now: a change between the two would be a wake late.
    let change = state.nextChange(after: state.now) ?? .max
    let next = min(change, messageTime.end ?? .max)
    return next == .max ? nil : next
  }

  private mutating func drawIfDue() {
    guard state.generation != drawnGeneration else { return }
    let isBusy = !backlog.isEmpty || state.isReading || hasFailed
    if lnx_boot_time() >= drawnAt + (isBusy ? Self.busyFrameTime : Self.frameTime) { draw() }
  }

  private mutating func draw() {
    guard state.generation != drawnGeneration else { return }
    let outcome = terminal.isReady ? terminal.present(state.render()) : .blocked
    isBlocked = outcome == .blocked
    hasFailed = outcome == .failed
    if isBlocked { return }
    if !hasFailed { state.frameWasShown() }
    // What failed is drawn again, after a while: memory may come back.
    drawnGeneration = hasFailed ? nil : state.generation
    drawnAt = lnx_boot_time()
  }

  /// Returns whether to quit.
  private mutating func perform(_ effects: [Effect]) throws -> Bool {
    for effect in effects {
      switch effect {
      case .quit: return true
      case .suspend:
        guard try terminal.suspend() else {
          _ = state.reduce(.message("not suspended: SIGTSTP was ignored when the program started", isError: true))
          break
        }
        if try perform(takeAgain()) { return true }
      case .redraw:
        terminal.redraw()
        drawnGeneration = nil
      case .restyle(let theme):
        terminal.use(theme)
        drawnGeneration = nil
      case .save(let settings):
        let outcome = SignalWait.endable { SettingsPlace.save(settings) }
        _ = state.reduce(.message(outcome.text, isError: outcome.isError))
      case .copy(let text): _ = state.reduce(Clipboard.copy(text, on: terminal, key: state.keyName(.copy)))
      case .write(let text, let path):
        let key = state.keyName(.write)
        _ = state.reduce(SignalWait.endable { NewFile.write(text, to: path, key: key) })
      }
    }
    terminal.setMouse(state.mouse.isUsed)
    return false
  }

  /// Returns whether to quit.
  private mutating func handle(_ signal: Int32) throws -> Bool {
    switch signal {
    case SIGTSTP: try terminal.suspend()
    case SIGCONT: try terminal.resume()
    default: return false
    }
    return try perform(takeAgain())
  }

  /// Processes the changes while another program had the terminal: its size, the clock, and the typed keys.
  /// - Returns: what the keys among it ask for.
  private mutating func takeAgain() -> [Effect] {
    let effects = terminal.nextInput().flatMap { state.reduce(.input($0)) }
    _ = state.reduce(.clock(feed.clock))
    drawnGeneration = nil
    return effects
  }
}
