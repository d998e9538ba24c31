import CLinux
import Glibc
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
  ///   - output: where the command writes, or nil for where this program does.
  ///   - execsOnly: whether nothing but execs is going to be shown.
  ///   - narrowed: what else the kernel side may leave out.
  ///   - watched: the signals to watch besides those that end the program.
  /// - Throws: `Failure` with one line and the exit status.
  init(
    _ options: TraceOptions, output: Int32?, execsOnly: Bool = false, narrowed: NarrowedScope = NarrowedScope(),
    watched: [Int32] = [SIGCONT]
  ) throws {
    do {
      let user = InvokingUser()
      mailbox = try Mailbox()
      // Blocked before any thread is made, which inherits it: signals are read in the main loop alone.
      signals = try SignalWait.signals(SignalWait.ends + watched + [SIGCHLD])

      // The command is forked before anything that it should not inherit exists.
      if !options.command.isEmpty {
        let input = output == nil ? nil : open("/dev/null", O_RDONLY | O_CLOEXEC)
        heldCommand = try TracedCommand(holding: options.commandBytes, as: user, input: input, output: output)
        if let input { close(input) }
      }
      command = heldCommand.map { CommandHandle(pid: $0.pid, name: $0.name) }

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
      note = Self.note(trace.failedExecs)
      let prepared = try Collector.prepare(trace, settings: settings, mailbox: mailbox)
      try Privileges.drop(to: user)
      collector = try Collector(start: prepared)
      try heldCommand?.release()
    } catch let error as TraceError {
      throw Failure(DisplayText(typed: error.description), status: Self.status(of: error))
    }
  }

  private static func status(of error: TraceError) -> Int32 {
    guard case .startCommand = error.operation else { return Failure.cannotTrace }
    // As a shell does.
    return error.errno == ENOENT ? 127 : 126
  }

  private static func note(_ hook: FailedExecHook) -> DisplayText? {
    switch hook {
    case .fexit, .off: nil
    case .tracepoint: "failed execs cost every system call a little here; --no-failed does without"
    case .unavailable: "failed execs cannot be seen on this kernel"
    }
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

  /// Ends the capture; what was captured until now is in the mailbox afterwards.
  func stop() {
    guard !stopped else { return }
    stopped = true
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
