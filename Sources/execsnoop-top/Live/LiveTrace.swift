import CLinux
import Events
import Filtering
import Glibc
import TUI
import Trace
import Tree

/// A running trace. After `init` the privileges are dropped.
final class LiveTrace {
  /// The events of the trace.
  let mailbox: Mailbox
  /// A notice for the user about this trace, in one line; nil for none.
  let startNote: DisplayText?
  /// The same for the view, without what `doctor` says as well: it would cover the key bar, which a newcomer needs.
  let viewNote: DisplayText?
  /// The traced command; nil without one.
  let command: CommandHandle?
  /// When tracing with a scope started, nanoseconds since boot; nil without a scope.
  let scopeStart: UInt64?
  private let collector: Collector
  /// Rereads the processes that are shown; nil if only execs are shown.
  var onlooker: Onlooker? { collector.onlooker }
  /// A signalfd of the watched signals.
  let signals: Int32
  /// Writes the events into a recording; nil for none.
  private(set) var recorder: Recorder?
  /// What recordings before that one reported that is not printed yet, and whether one of them failed.
  private var earlierNews: [DisplayText] = []
  private var hasFailedRecording = false
  /// The traced command with its arguments; empty for none.
  let commandBytes: [[UInt8]]
  /// When tracing ends, in nanoseconds since boot; nil for no limit.
  private let end: UInt64?
  /// When the traced command had started, nanoseconds since boot; nil without one.
  private(set) var commandStart: UInt64?
  private var stopped = false
  private var hasReportedEnd = false

  /// A traced command.
  struct CommandHandle {
    let pid: Int32
    /// The name for messages.
    let name: String
  }

  private var heldCommand: TracedCommand?
  private var endedWith: Int32?

  /// Attaches, reads the running processes, starts the command if there is one, and drops all privileges.
  ///
  /// - Parameters:
  ///   - output: keeps the output of the command, whose standard input is empty; nil lets it use this program's streams.
  ///   - givesInput: whether the command gets this program's standard input in any case.
  ///   - execsOnly: whether only execs will be shown.
  ///   - recording: whether the events are recorded as lines; see `Collector.prepare`.
  ///   - recorder: writes the events into a recording.
  ///   - printing: where the events are printed; opened as soon as privileges are dropped.
  ///   - opening: opens other files, at the same time.
  ///   - narrowed: the scope that the filter allows.
  ///   - watched: the signals to watch besides those that end the program.
  /// - Throws: `Failure` with one line and the exit status.
  init(
    _ options: TraceOptions, output: HeldOutput?, givesInput: Bool = false, execsOnly: Bool = false,
    recording: Bool = false, recorder: Recorder? = nil, printing: OutputOption? = nil,
    opening: () throws(Failure) -> Void = {}, narrowed: NarrowedScope = NarrowedScope(), watched: [Int32] = [SIGCONT]
  ) throws {
    self.recorder = recorder
    commandBytes = options.command.isEmpty ? [] : options.commandBytes
    if options.isQuiet { Output.omitNotes() }
    do {
      let user = try InvokingUser()
      try Self.refuseThreads(in: options)
      mailbox = try Mailbox(copyingTo: recorder?.mailbox)
      // Signals are blocked before any thread is made, which inherits that: only the main loop reads them.
      signals = try SignalWait.signals(SignalWait.ends + watched + [SIGCHLD])

      // What the command inherits is fixed before anything exists that it should not inherit.
      if !options.command.isEmpty {
        let input = output == nil || givesInput ? nil : open("/dev/null", O_RDONLY | O_CLOEXEC)
        heldCommand = try TracedCommand(
          holding: options.commandBytes, as: user, input: input, output: output?.descriptors[0],
          error: output?.descriptors[1])
        if let input { close(input) }
      }

      // They are opened before they are put in scope, so that the reuse of a pid is noticed.
      let roots = try options.scope.heldProcesses()
      let settings = try options.settings(execsOnly: execsOnly, narrowed: narrowed)
      scopeStart = settings.scope.isWholeSystem ? nil : lnx_boot_time()
      let trace = try KernelTrace(settings)
      if let heldCommand { try trace.addToScope(starter: heldCommand.pid) }
      let pids = options.scope.pids + narrowed.pids
      for pid in pids { try trace.addToScope(pid: pid) }
      if !pids.isEmpty { try trace.extendScopeToDescendants() }
      if let ended = roots.first(where: \.hasEnded) {
        throw Failure(
          "--pid \(ended.pid): \(DisplayText(typed: HeldProcess.Fault.hasEnded.description))", status: Failure.usage)
      }
      startNote = Self.noticeText(trace.failedExecs, settings.scope)
      viewNote = Self.noticeText(trace.failedExecs == .tracepoint ? .off : trace.failedExecs, settings.scope)
      let prepared = try Collector.prepare(
        trace, settings: settings, mailbox: mailbox,
        recording: recording || recorder != nil)
      try Privileges.drop(to: user)
      // The user chooses settings, TMPDIR and the recording, and they may be on a file system that does not respond.
      try SignalWait.endable { () throws in
        try output?.start()
        try recorder?.open()
        try printing?.open()
        try opening()
      }
      // Each thread inherits that signals are blocked.
      try recorder?.start(waking: mailbox)
      collector = try Collector(start: prepared)
      try heldCommand?.release()
      if heldCommand != nil { commandStart = lnx_boot_time() }
      command = heldCommand.map { CommandHandle(pid: $0.pid, name: $0.name.orQuotes) }
      end = options.duration.map { lnx_boot_time().addingReportingOverflow($0.nanoseconds) }.map {
        $0.overflow ? .max : $0.partialValue
      }
    } catch {
      recorder?.cancel()
      guard let error = error as? TraceError else { throw error }
      throw Failure(DisplayText(typed: error.description), status: Self.status(of: error))
    }
  }

  /// Refuses a filter for the id of a thread, which would silently match nothing.
  private static func refuseThreads(in options: TraceOptions) throws {
    for pid in try options.parsedFilter()?.kernelScope(ofExecsOnly: false)?.pids ?? [] {
      do throws(HeldProcess.Fault) { _ = try HeldProcess(pid: pid) } catch {
        guard case .isThread = error else { continue }
        throw Failure("--filter, \(pid): \(DisplayText(typed: error.description))", status: Failure.usage)
      }
    }
  }

  private static func status(of error: TraceError) -> Int32 {
    // If no descriptor is left, this program could not start, not the command.
    guard case .startCommand = error.operation, error.errno != EMFILE else { return Failure.cannotTrace }
    // The same as in a shell.
    return error.errno == ENOENT ? 127 : 126
  }

  /// A notice that failed execs are slow or not seen, or that only a namespace is traced.
  private static func noticeText(_ hook: FailedExecHook, _ scope: TraceScope) -> DisplayText? {
    let failedExecs: DisplayText? =
      switch hook {
      case .fexit, .off: nil
      case .tracepoint: "this kernel has only a slow way to see failed execs; --no-failed turns it off"
      case .unavailable: "failed execs cannot be seen on this kernel"
      }
    guard KernelTrace.isInPIDNamespace, scope.isWholeSystem else { return failedExecs }
    let namespace: DisplayText = "only the processes of this PID namespace are traced (see execsnoop-top doctor)"
    return failedExecs.map { "\(namespace); \($0)" } ?? namespace
  }

  /// The exit status of the command, as a shell gives it; nil while it runs, or without a command.
  func commandStatus(waiting: Bool = false) -> Int32? {
    if endedWith == nil { endedWith = heldCommand?.status(waiting: waiting) }
    return endedWith
  }

  /// How the command ended, returned once; nil before and after.
  func commandEnd() -> CommandEnd? {
    guard command != nil, !hasReportedEnd, let status = commandStatus() else { return nil }
    hasReportedEnd = true
    return heldCommand?.endSignal.map { .killed($0) } ?? .exited(status)
  }

  /// Prints notices of the trace and of its recording on standard error.
  func printNotice() {
    if let notice = mailbox.drainNotice() { Output.printError(DisplayText(typed: notice.description)) }
    for notice in recorder?.news() ?? [] { Output.printError(notice) }
  }

  /// Whether the time to trace has passed.
  var isOver: Bool { end.map { lnx_boot_time() >= $0 } ?? false }

  /// Stops the capture. Afterwards the mailbox has all events until now.
  func stop() {
    guard !stopped else { return }
    stopped = true
    onlooker?.watch(nil, [])
    collector.stop()
  }

  /// Stops, and completes the recording, if there is one.
  /// - Parameter status: the exit status of this program so far.
  /// - Returns: the exit status: not 0 where the recording is not complete.
  func finishRecording(_ status: Int32) -> Int32 {
    stop()
    for notice in earlierNews { Output.printError(notice) }
    earlierNews = []
    var isComplete = !hasFailedRecording
    if let recorder {
      isComplete =
        recorder.finish(status: commandStatus(), signals: signals, isHurried: status > 128) && isComplete
      for notice in recorder.lastNews() { Output.printError(notice) }
      if recorder.isFromView, let summary = recorder.summary { Output.printError("\(summary) in \(recorder.name)") }
    }
    return status == 0 && !isComplete ? Failure.cannotTrace : status
  }
}

// Recordings that start and end while the trace runs.
extension LiveTrace {
  /// Makes the file of a recording, which gets all events from now on.
  /// - Returns: the events until now.
  /// - Throws: `Failure`.
  func add(_ new: Recorder) throws -> [[ProcessEvent]] {
    try SignalWait.endable { () throws in try new.open() }
    if let recorder {
      earlierNews += recorder.lastNews()
      hasFailedRecording = hasFailedRecording || recorder.hasFailed
    }
    recorder = new
    return mailbox.copy(to: new.mailbox)
  }

  /// Starts to write the recording.
  /// - Parameter tree: the tree of all events until `add`.
  func startRecorder(knowing tree: ProcessTree) throws {
    do { try recorder?.start(waking: mailbox, knowing: tree) } catch {
      mailbox.stopCopying()
      recorder?.discard()
      recorder = nil
      throw error
    }
  }

  /// Completes the recording, while the trace goes on.
  func endRecorder() {
    mailbox.stopCopying()
    recorder?.end(status: nil)
  }

  /// Forgets a recording that is complete.
  func removeEndedRecorder() {
    earlierNews += recorder?.lastNews() ?? []
    recorder = nil
  }

  /// Sleeps until a descriptor is readable, a signal comes, the output has no reader any more, or the time is reached.
  /// Meanwhile this program stops and continues together with the command.
  /// - Parameters:
  ///   - until: nanoseconds since boot; nil for no limit.
  ///   - output: the output that is watched; -1 for none.
  func wait(for readable: [Int32], until: UInt64?, output: Int32 = STDOUT_FILENO) -> Woken {
    let until = stopped ? until : [until, end].compactMap(\.self).min()
    let woken = SignalWait(signals: signals, output: output).wait(for: readable, until: until)
    guard let heldCommand, endedWith == nil else { return woken }
    if woken.terminalSignals.contains(SIGCONT) {
      heldCommand.resume()
    } else if woken.childHasChanged, let signal = heldCommand.stopSignal {
      JobControl.stop(with: heldCommand, by: signal)
    }
    return woken
  }

  /// Sends the signal that ends this program to the command too, as strace does.
  /// - Parameter isFromTerminal: whether the terminal sent the signal: then the command already has it.
  func forward(_ signal: Int32, isFromTerminal: Bool = false) {
    if !isFromTerminal, endedWith == nil { heldCommand?.send(signal) }
  }
}

/// Stops together with the traced command, as one job of the shell.
///
/// Ctrl-Z reaches both, since they are in one process group. But a command may stop only itself, or be in another
/// group, like the jobs of an interactive shell. Then the shell that started this program does not notice the stop.
enum JobControl {
  /// Stops this program after a signal has stopped the command. When this program is continued, it continues the
  /// command too, and returns. Does nothing in the background or without a terminal, where no shell would continue it.
  static func stop(with command: TracedCommand, by signal: Int32) {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return }
    defer { close(terminal) }
    let own = getpgrp(), others = getpgid(command.pid), foreground = tcgetpgrp(terminal)
    guard foreground == own || foreground == others else { return }
    // Unlike SIGSTOP, SIGTSTP does not stop an orphaned process group, which no process could continue.
    kill(getpid(), signal == SIGSTOP ? SIGTSTP : signal)
    // The shell has given the terminal to this program's group.
    if foreground == others, others != own, tcgetpgrp(terminal) == own { tcsetpgrp(terminal, others) }
    command.resume()
  }
}
