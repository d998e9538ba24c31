import CLinux
import Glibc
import TUI
import Terminal

/// The main thread's loop: waits for keys, signals, events and the clock, reduces them, and draws at most once per
/// frame, only if something changed, and at once after a key.
struct EventLoop {
  /// The time between two frames, in nanoseconds, unless a key asks for one: at most 30 frames a second.
  private static let frameTime: UInt64 = 33_000_000
  /// The time between two frames during a backlog, in nanoseconds: the next frame would soon replace each one.
  private static let busyFrameTime: UInt64 = 250_000_000

  private var state: AppState
  private let terminal: TerminalSession
  private let waiting: SignalWait
  private let feed: any EventFeed
  /// Events from the feed that the state has not processed yet.
  private var backlog = EventBacklog()
  /// When the feed returned them, in nanoseconds since boot.
  private var backlogSince: UInt64 = 0
  /// The generation of the state that is on the screen; nil to draw in any case.
  private var drawnGeneration: UInt64?
  private var drawnAt: UInt64 = 0
  /// Whether the terminal accepted no output when a frame was due.
  private var isBlocked = false
  /// Whether there was no memory for the last frame: then nothing of it is on the screen.
  private var hasFailed = false
  private var messageTime = MessageTime()
  /// When to read output of the traced command again, in nanoseconds since boot: not before the next frame, and while
  /// there is more, so that reading takes half of the time at most.
  private var outputAt: UInt64 = 0
  /// Whether the last reading left some.
  private var outputHasMore = false
  private let saver: Saver
  /// Whether to quit as soon as the file is written.
  private var quitsWhenSaved = false

  /// - Parameters:
  ///   - signals: a signalfd that delivers `TerminalSession.signalsToWatch`.
  ///   - saver: writes files.
  init(_ state: AppState, on terminal: TerminalSession, signals: Int32, feed: any EventFeed, saver: Saver) {
    self.saver = saver
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
      messageTime.update(for: state, now: lnx_boot_time())
      var readable = [terminal.inputDescriptor, saver.descriptor]
      if backlog.isEmpty, let descriptor = feed.descriptor { readable.append(descriptor) }
      let outputIsDue = lnx_boot_time() >= outputAt
      if outputIsDue, let descriptor = feed.outputDescriptor { readable.append(descriptor) }
      let woken = waiting.wait(
        for: readable, writable: isBlocked ? [terminal.outputDescriptor] : [],
        until: outputIsDue && !outputHasMore ? nextMoment : min(nextMoment ?? .max, outputAt))
      if let signal = woken.signal { return signal }
      if !woken.writable.isEmpty {
        if terminal.isGone { return SIGHUP }
        isBlocked = false
      }
      if backlog.isEmpty, let descriptor = feed.descriptor, woken.readable.contains(descriptor) {
        backlog = EventBacklog(feed.nextBatches())
        backlogSince = lnx_boot_time()
      }
      if !backlog.isEmpty {
        applySlice()
      } else {
        _ = state.reduce(.tick(now: feed.now))
      }
      if let descriptor = feed.outputDescriptor,
        outputHasMore && lnx_boot_time() >= outputAt || woken.readable.contains(descriptor)
      {
        readOutput()
      }
      if state.hasWork { _ = state.reduce(.work) }
      if state.isPlaying { _ = state.reduce(.play(clock: lnx_boot_time())) }
      for action in feed.news(for: state) { _ = state.reduce(action) }
      if woken.readable.contains(saver.descriptor), let outcome = saver.outcome() {
        report(outcome, keeps: outcome.isOfProcesses)
        if quitsWhenSaved { return nil }
      }
      // A hang-up also continues a stopped process: then there is no terminal to take again.
      if !woken.terminalSignals.isEmpty, terminal.isGone { return SIGHUP }
      for signal in woken.terminalSignals {
        if try handle(signal) { return nil }
      }
      if woken.readable.contains(terminal.inputDescriptor) || woken.terminalSignals.contains(SIGWINCH)
        || terminal.hasTypedAhead
      {
        if terminal.isGone { return SIGHUP }
        let inputs = terminal.nextInput()
        for input in inputs {
          if try perform(state.reduce(.input(input))) { return nil }
        }
        // A border that the mouse drags is drawn once for each frame, not for each cell that it passes.
        if !inputs.allSatisfy(\.isOfHeldButton) { draw() }
      }
    }
  }

  /// Reads some of the output of the traced command: a few milliseconds' worth.
  private mutating func readOutput() {
    let start = lnx_boot_time()
    let (output, isMore) = feed.nextOutput()
    if !output.isEmpty { _ = state.reduce(.output(output)) }
    outputHasMore = isMore
    let end = lnx_boot_time()
    outputAt = end + (isMore ? min(end - start, Self.frameTime) : Self.frameTime)
  }

  /// Applies the next slice of the backlog, and yields the CPU after each step.
  ///
  /// Otherwise processes that wait for this CPU would wait for the rest of the scheduler's time slice, some
  /// milliseconds. In a storm these include the child that its parent waits for. A backlog that lasts is applied
  /// without yielding: each of many waiting processes may keep the CPU for milliseconds, and meanwhile more events
  /// arrive.
  private mutating func applySlice() {
    while true {
      let (events, others) = backlog.nextStep()
      if !others {
        _ = state.reduce(.events(Array(events), now: feed.now))
        return
      }
      _ = state.reduce(.someEvents(events, now: feed.now))
      if lnx_boot_time() < backlogSince + Self.busyFrameTime { sched_yield() }
    }
  }

  /// When to wake without an event, in nanoseconds since boot: for a delayed frame, or for a change with time; nil for
  /// never.
  private var nextMoment: UInt64? {
    if state.hasWork || !backlog.isEmpty || terminal.hasTypedAhead { return 0 }
    if isBlocked { return nil }
    if state.generation != drawnGeneration {
      return drawnAt + (state.isReading || hasFailed ? Self.busyFrameTime : Self.frameTime)
    }
    let playing = state.nextPlay
    // In a recording, only events advance the time.
    guard state.mode == .live, !state.isFrozen else {
      return [playing, messageTime.end].compactMap(\.self).min()
    }
    // Counted from the time in the state, not from now: a change between the two would be missed.
    let change = state.nextChange(after: state.now) ?? .max
    let next = min(change, messageTime.end ?? .max)
    return next == .max ? nil : next
  }

  private mutating func drawIfDue() {
    guard state.generation != drawnGeneration else { return }
    let isBusy = !backlog.isEmpty || state.isReading || hasFailed || outputHasMore
    if lnx_boot_time() >= drawnAt + (isBusy ? Self.busyFrameTime : Self.frameTime) { draw() }
  }

  private mutating func draw() {
    guard state.generation != drawnGeneration else { return }
    let outcome = terminal.isReady ? terminal.present(state.render()) : .blocked
    isBlocked = outcome == .blocked
    hasFailed = outcome == .failed
    if isBlocked { return }
    if !hasFailed { state.frameWasShown() }
    // A failed frame is drawn again after a while: there may be memory then.
    drawnGeneration = hasFailed ? nil : state.generation
    drawnAt = lnx_boot_time()
  }

  /// Carries out effects. Returns whether to quit.
  /// - Throws: `TerminalError` when the terminal cannot be taken again after Ctrl-Z.
  private mutating func perform(_ effects: [Effect]) throws -> Bool {
    for effect in effects {
      switch effect {
      case .quit:
        guard saver.isBusy, !quitsWhenSaved else { return true }
        quitsWhenSaved = true
        _ = state.reduce(
          .message("quits when the file is written (\(state.keyName(.quit)) stops writing it)", isError: false))
      case .suspend:
        guard try terminal.suspend() else {
          _ = state.reduce(.message("not suspended: SIGTSTP was ignored when the program started", isError: true))
          break
        }
        if try perform(afterResume()) { return true }
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
      case .write(let text, let path, let keeps):
        let key = state.keyName(.write)
        report(SignalWait.endable { NewFile.write(text, to: path, key: key) }, keeps: keeps)
      case .completePath(let text):
        _ = state.reduce(.paths(SignalWait.endable { PathNames.beginning(with: text) }, of: text))
      case .saveProcesses(let form, let path): save(form, to: path)
      case .saveOutput(let path): saveOutput(to: path)
      case .startRecording(let path): record(to: path)
      case .stopRecording: feed.stopRecording()
      }
    }
    terminal.setMouse(state.mouse.isUsed)
    return false
  }

  /// Shows what became of a file.
  private mutating func report(_ outcome: SaveOutcome, keeps: Bool) {
    _ = state.reduce(outcome.isError ? .notWritten(outcome.text) : .message(outcome.text, isError: false))
    if keeps, !outcome.isError { _ = state.reduce(.kept) }
  }

  /// Starts to write processes to a file.
  private mutating func save(_ form: SaveForm, to path: String) {
    let job = SaveJob(
      form: form, path: path, processes: state.processesToSave, wall: feed.wallOffsets, command: feed.command,
      key: state.keyName(.write))
    do {
      try saver.start(.processes(job))
    } catch {
      report(SaveOutcome(text: error.message, isError: true), keeps: false)
    }
  }

  /// Starts to write the output of the traced command to a file.
  private mutating func saveOutput(to path: String) {
    guard let copy = feed.outputCopy else { return }
    do {
      try saver.start(.output(copy, path: path, key: state.keyName(.write)))
    } catch {
      report(SaveOutcome(text: error.message, isError: true), keeps: false)
    }
  }

  /// Starts a recording, with what is known until now.
  private mutating func record(to path: String) {
    do {
      let waiting = try feed.openRecording(at: path)
      while !backlog.isEmpty { applySlice() }
      backlog = EventBacklog(waiting)
      while !backlog.isEmpty { applySlice() }
      try feed.startRecording(knowing: state.treeToRecord)
    } catch {
      let text = (error as? Failure)?.message ?? DisplayText(typed: "\(error)")
      _ = state.reduce(.notWritten("not recorded: \(text)"))
    }
  }

  /// Handles a signal of the terminal. Returns whether to quit.
  private mutating func handle(_ signal: Int32) throws -> Bool {
    switch signal {
    case SIGTSTP: try terminal.suspend()
    case SIGCONT: try terminal.resume()
    default: return false
    }
    return try perform(afterResume())
  }

  /// Applies the changes while another program had the terminal: its size, the clock, and the typed keys.
  /// - Returns: the effects of these keys.
  private mutating func afterResume() -> [Effect] {
    let effects = terminal.nextInput().flatMap { state.reduce(.input($0)) }
    _ = state.reduce(.clock(feed.clock))
    drawnGeneration = nil
    return effects
  }
}

/// The time that a message replaces the key bar: long enough to read it, but not until the next key, because the user
/// may want to read the key bar first.
struct MessageTime {
  private static let second: UInt64 = 1_000_000_000

  /// When the message disappears, in nanoseconds since boot; nil without a message.
  private(set) var end: UInt64?
  /// The number of the message that `end` belongs to.
  private var known = 0

  /// Starts the time of a new message, after a frame has shown it.
  mutating func update(for state: AppState, now: UInt64) {
    guard let message = state.message else {
      end = nil
      return
    }
    guard state.messages.isShown else {
      // Otherwise the time of the message before would end this one before a frame has shown it.
      if state.messages.count != known { end = nil }
      return
    }
    guard end == nil || state.messages.count != known else { return }
    known = state.messages.count
    end = now + (message.isError ? 15 : 6) * Self.second
  }

  /// Whether the message has to disappear.
  func isOver(at now: UInt64) -> Bool { end.map { now >= $0 } ?? false }
}
