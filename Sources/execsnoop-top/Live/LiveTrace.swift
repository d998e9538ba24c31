import CLinux
import Glibc
import ProcessTree
import TUI
import Trace

/// A running trace: everything that needs privileges was done and given up when it exists.
final class LiveTrace {
  let mailbox: Mailbox
  /// What the user should know about this trace, in one line.
  let note: DisplayText?
  let command: CommandHandle?
  /// When the tracing of a part of the machine began, nanoseconds since boot; nil where all of it is traced.
  let scopeStart: UInt64?
  private let collector: Collector
  /// Looks again at what is shown; nil where nothing but execs is.
  var onlooker: Onlooker? { collector.onlooker }
  let signals: Int32
  private var stopped = false
  private var toldEnd = false

  struct CommandHandle {
    let pid: Int32
    let name: String
  }

  private var heldCommand: TracedCommand?
  private var endedWith: Int32?

  /// Attaches, reads what runs already, starts the command where there is one, and drops all privileges.
  ///
  /// - Parameters:
  ///   - output: keeps what the command writes; nil leaves that to where this program writes.
  ///   - execsOnly: whether nothing but execs is going to be shown.
  ///   - recording: whether the events are written down, as `Collector.prepare` has it.
  ///   - narrowed: what else the kernel side may leave out.
  ///   - watched: the signals to watch besides those that end the program.
  /// - Throws: `Failure` with one line and the exit status.
  init(
    _ options: TraceOptions, output: HeldOutput?, execsOnly: Bool = false, recording: Bool = false,
    narrowed: NarrowedScope = NarrowedScope(), watched: [Int32] = [SIGCONT]
  ) throws {
    do {
      let user = try InvokingUser()
      try Self.refuseThreads(in: options)
      mailbox = try Mailbox()
      // Blocked before any thread is made, which inherits it: signals are read in the main loop alone.
      signals = try SignalWait.signals(SignalWait.ends + watched + [SIGCHLD])

      // The command is forked before anything that it should not inherit exists.
      if !options.command.isEmpty {
        let input = output == nil ? nil : open("/dev/null", O_RDONLY | O_CLOEXEC)
        heldCommand = try TracedCommand(
          holding: options.commandBytes, as: user, input: input, output: output?.descriptor)
        if let input { close(input) }
      }
      command = heldCommand.map { CommandHandle(pid: $0.pid, name: $0.name.orQuotes) }

      // Held from before they are put in scope, so that a number cannot pass to another process unnoticed.
      let roots = try options.scope.heldProcesses()
      let settings = try options.settings(execsOnly: execsOnly, narrowed: narrowed)
      scopeStart = settings.scope.isWholeMachine ? nil : lnx_boot_time()
      let trace = try KernelTrace(settings)
      if let command {
        try trace.addToScope(pid: command.pid)
        // Its parent, so that it does not hang in the air.
        try trace.addToScope(pid: getpid(), withDescendants: false)
      }
      let pids = options.scope.pids + narrowed.pids
      for pid in pids { try trace.addToScope(pid: pid) }
      if !pids.isEmpty { try trace.extendScopeToDescendants() }
      if let ended = roots.first(where: \.hasEnded) {
        throw Failure(
          "--pid \(ended.pid): \(DisplayText(typed: HeldProcess.Fault.hasEnded.description))", status: Failure.usage)
      }
      note = Self.note(trace.failedExecs, settings.scope)
      let prepared = try Collector.prepare(trace, settings: settings, mailbox: mailbox, recording: recording)
      try Privileges.drop(to: user)
      // Settings and TMPDIR are the user's, and may lie on a file system that does not answer.
      try SignalWait.endable { () throws in try output?.begin() }
      collector = try Collector(start: prepared)
      try heldCommand?.release()
    } catch let error as TraceError {
      throw Failure(DisplayText(typed: error.description), status: Self.status(of: error))
    }
  }

  /// A filter for the number of a thread would find nothing, in silence.
  private static func refuseThreads(in options: TraceOptions) throws {
    for pid in try options.parsedFilter()?.kernelScope(ofExecsAlone: false)?.pids ?? [] {
      do throws(HeldProcess.Fault) { _ = try HeldProcess(pid: pid) } catch {
        guard case .isThread = error else { continue }
        throw Failure("--filter, \(pid): \(DisplayText(typed: error.description))", status: Failure.usage)
      }
    }
  }

  private static func status(of error: TraceError) -> Int32 {
    // Without a descriptor left it is this program that could not start.
    guard case .startCommand = error.operation, error.errno != EMFILE else { return Failure.cannotTrace }
    // As a shell does.
    return error.errno == ENOENT ? 127 : 126
  }

  private static func note(_ hook: FailedExecHook, _ scope: TraceScope) -> DisplayText? {
    let failedExecs: DisplayText? =
      switch hook {
      case .fexit, .off: nil
      case .tracepoint: "failed execs cost every system call a little here; --no-failed does without"
      case .unavailable: "failed execs cannot be seen on this kernel"
      }
    guard KernelTrace.isInPIDNamespace, scope.isWholeMachine else { return failedExecs }
    let namespace: DisplayText = "only the processes of this PID namespace are traced (see execsnoop-top doctor)"
    return failedExecs.map { "\(namespace); \($0)" } ?? namespace
  }

  /// The command's exit status once it has ended, as a shell gives it; nil while it runs, or without a command.
  func commandStatus(waiting: Bool = false) -> Int32? {
    if endedWith == nil { endedWith = heldCommand?.status(waiting: waiting) }
    return endedWith
  }

  /// That the command has ended, to be told once; nil before and after.
  /// - Parameter leave: the key that leaves the view, as it is shown.
  func commandEnd(leave: DisplayText) -> DisplayText? {
    guard let command, !toldEnd, let status = commandStatus() else { return nil }
    toldEnd = true
    let name = DisplayText(typed: command.name)
    return "\(name) has ended with status \(status); \(leave) leaves and prints what it wrote"
  }

  /// Tells what came up while tracing, on standard error.
  func tellNotice() {
    if let notice = mailbox.takeNotice() { Output.complain(DisplayText(typed: notice.description)) }
  }

  /// Ends the capture; what was captured until now is in the mailbox afterwards.
  func stop() {
    guard !stopped else { return }
    stopped = true
    onlooker?.watch(nil, [])
    collector.stop()
  }
}

extension LiveTrace {
  /// Sleeps until one of the descriptors is readable, a signal comes, nobody reads the output any more, or the time is
  /// there. Stops and continues with the command meanwhile.
  /// - Parameter until: nanoseconds since boot; nil for ever.
  func wait(for readable: [Int32], until: UInt64?) -> Woken {
    let woken = SignalWait(signals: signals, output: STDOUT_FILENO).wait(for: readable, until: until)
    guard let heldCommand, endedWith == nil else { return woken }
    if woken.terminalSignals.contains(SIGCONT) {
      heldCommand.goOn()
    } else if woken.childHasChanged, let signal = heldCommand.stopSignal {
      JobControl.stop(with: heldCommand, by: signal)
    }
    return woken
  }

  /// Has the command end with the program, as strace does.
  /// - Parameter signal: what ends the program; the command has it already where the terminal sent it.
  func passOn(_ signal: Int32, isFromTerminal: Bool = false) {
    if !isFromTerminal, endedWith == nil { heldCommand?.send(signal) }
  }
}
