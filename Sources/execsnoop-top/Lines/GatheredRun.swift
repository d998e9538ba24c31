import CLinux
import Events
import Glibc
import Recording
import TUI
import Trace
import Tree

/// A tree gathered until the command exits or a recording ends, and how it ended.
struct GatheredRun {
  var gathered: GatheredTree
  /// The time up to which running processes have run, in nanoseconds since boot.
  var now: UInt64
  /// Nanoseconds from 1970 to boot, by nanoseconds since boot; nil if unknown.
  var wall: Steps<UInt64, Int64>?
  /// When a trace with a scope started, in nanoseconds since boot; nil without a scope, or if unknown.
  var scopeStart: UInt64?
  /// The exit status: that of the command, 0 for a recording, or 128 and the number of a signal.
  var status: Int32 = 0
  /// Whether a signal asked this program to end.
  var isInterrupted = false
  /// Whether a recording is neither cut short nor damaged.
  var isWhole = true
  /// Whether something else may have left an incomplete line on standard output.
  var isShared: Bool
  /// What is to be said about a recording after its tree.
  var notice: DisplayText?
  /// Why a recording could not be read to its end.
  var failure: Failure?

  /// The limits of a printed tree: it needs no log, so the log is as short as possible.
  private static func limits(of options: TraceOptions) -> Limits { options.kept.limits(logLines: 16) }

  // MARK: - From the kernel

  /// Traces until the command ends or a signal comes.
  /// - Parameter opening: opens further files, before the command starts.
  /// - Returns: nil if the output has no reader any more.
  init?(
    tracing options: TraceOptions, recording: RecordOption, printing output: OutputOption,
    opening: () throws(Failure) -> Void = {}
  ) throws {
    if output.isShared { try Output.check() }
    let live = try LiveTrace(
      options, output: nil, recorder: try recording.recorder(of: options), printing: output, opening: opening)
    if let note = live.startNote { Output.printNote(note) }
    gathered = GatheredTree(Self.limits(of: options), command: live.command?.pid)
    gathered.apply(LocalHost.event())
    var clock = LiveClock()
    guard let end = try Self.gather(live, into: &gathered, clock: &clock, output: output.watched) else {
      _ = live.finishRecording(128 + SIGPIPE)
      try Output.endWithoutReader()
      return nil
    }
    live.stop()
    // Reads the changes of running processes that had no event. This is quick, unless a process blocks readers of its
    // files in /proc.
    let isComplete = live.onlooker?.lookAtAll(within: end.status > 128 ? 300 : 2000) ?? true
    for event in live.mailbox.drain().joined() { gathered.apply(event) }
    if !isComplete {
      Output.printError("/proc does not respond: users and titles of running processes may be out of date")
    }
    // Before the tree is printed, whose reader may take its time.
    status = live.finishRecording(end.status)
    isInterrupted = end.isInterrupted
    Self.release(signals: live.signals, afterOne: end.status > 128)
    now = max(lnx_boot_time(), gathered.newest)
    wall = clock.steps.offsets
    scopeStart = live.scopeStart
    isShared = output.isShared
  }

  /// How long the command may take to exit after Ctrl-C, in nanoseconds.
  private static let patience: UInt64 = 800_000_000

  /// Gathers events until the command exits or a signal comes.
  /// - Returns: the exit status, and whether a signal came; nil if the output has no reader any more.
  private static func gather(
    _ live: LiveTrace, into gathered: inout GatheredTree, clock: inout LiveClock, output: Int32
  ) throws -> (status: Int32, isInterrupted: Bool)? {
    var end: UInt64?
    while true {
      let woken = live.wait(for: [live.mailbox.descriptor], until: end, output: output)
      for event in live.mailbox.drain().joined() { gathered.apply(event) }
      clock.update()
      live.printNotice()
      if let status = live.commandStatus() { return (status, end != nil || woken.signal != nil) }
      if let signal = woken.signal {
        // Ctrl-C also reaches the command, and the tree shows its reaction.
        if isInterrupt(woken), live.command != nil, end == nil {
          end = lnx_boot_time() + patience
          continue
        }
        live.forward(signal, isFromTerminal: woken.isFromTerminal)
        if !isInterrupt(woken) { Ending.start() }
        return (128 + signal, true)
      }
      if woken.outputIsGone { return nil }
      if live.isOver { return (0, false) }
      if let end, lnx_boot_time() >= end { return (128 + SIGINT, true) }
    }
  }

  /// Whether the user pressed Ctrl-C to see the tree: then the program waits without a limit for a slow reader, such as
  /// a pager. Another Ctrl-C ends the waiting.
  private static func isInterrupt(_ woken: Woken) -> Bool { woken.signal == SIGINT && woken.isFromTerminal }

  /// Unblocks the signals after the gathering: from now on a signal ends the program at once, even if a filter takes
  /// long or the reader does not read.
  ///
  /// - Parameter afterOne: whether a signal ended the gathering. A sender such as timeout(1) signals both the process
  ///   and its group: the second signal must not prevent the printing that the first one requested.
  private static func release(signals descriptor: Int32, afterOne: Bool) {
    if afterOne { usleep(100_000) }
    var isByKernel = false
    while lnx_next_signal(descriptor, &isByKernel) != 0 {}
    var signals = SignalWait.ends + [0]
    lnx_release_signals(&signals)
  }

  // MARK: - From a recording

  /// Reads a recording to its end, or until a signal comes: it may be a pipe that is still being written to.
  /// - Parameter opening: opens further files, once the recording is open.
  /// - Returns: nil if the output has no reader any more.
  init?(
    reading paths: [String], _ source: FormatOption, _ merging: MergeOptions, _ options: TraceOptions,
    printing output: OutputOption, opening: () throws(Failure) -> Void = {}
  ) throws {
    if options.isQuiet { Output.omitNotes() }
    if output.isShared { try Output.check() }
    let signals = try SignalWait.signals(SignalWait.ends)
    let waiting = SignalWait(signals: signals, output: output.watched)
    gathered = GatheredTree(Self.limits(of: options), command: nil)
    var clock = RecordedClock()
    var signal: Int32?
    do {
      let file = try source.open(paths, merging)
      try output.open()
      try opening()
      while signal == nil {
        let woken = waiting.wait(for: file.descriptors, until: file.until)
        signal = woken.signal
        if signal != nil, !Self.isInterrupt(woken) { Ending.start() }
        if signal == nil, woken.outputIsGone {
          try Output.endWithoutReader()
          return nil
        }
        guard signal == nil, let events = try file.read() else {
          if signal == nil { break }
          continue
        }
        for remark in file.drainRemarks() { Output.printNote(DisplayText(typed: remark)) }
        for event in events {
          if case .host = event.event {} else { clock.observe(event) }
          gathered.apply(event.event)
        }
      }
      notice = file.notice.map { DisplayText(typed: $0) }
      isWhole = !file.lacksEvents
    } catch let error as RecordingError {
      failure = Failure(DisplayText(typed: error.description))
    }
    Self.release(signals: signals, afterOne: signal != nil)
    if failure != nil { isWhole = false }
    if let signal { (status, isInterrupted) = (128 + signal, true) }
    now = gathered.newest
    wall = clock.offsets
    // The terminal shows the typed key that ended the reading.
    isShared = signal != nil && output.isShared
  }
}
