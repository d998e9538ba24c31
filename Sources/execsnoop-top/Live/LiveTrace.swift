import CLinux
import Glibc
import TUI
import Terminal
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
  ///   - output: keeps what the command writes; nil leaves that to where this program writes.
  ///   - execsOnly: whether nothing but execs is going to be shown.
  ///   - narrowed: what else the kernel side may leave out.
  /// - Throws: `Failure` with one line and the exit status.
  init(
    _ options: TraceOptions, output: HeldOutput?, execsOnly: Bool = false, narrowed: NarrowedScope = NarrowedScope()
  ) throws {
    do {
      let user = try InvokingUser()
      mailbox = try Mailbox()
      // Blocked before any thread is made, which inherits it: signals are read in the main loop alone.
      var wanted = TerminalSession.signalsToWatch + [SIGCHLD, 0]
      let descriptor = lnx_signalfd(&wanted)
      if descriptor < 0 { throw TraceError(.makeThread, errno: descriptor) }
      signals = descriptor

      // The command is forked before anything that it should not inherit exists.
      if !options.command.isEmpty {
        let input = output == nil ? nil : open("/dev/null", O_RDONLY | O_CLOEXEC)
        heldCommand = try TracedCommand(
          holding: options.commandBytes, as: user, input: input, output: output?.descriptor)
        if let input { close(input) }
      }
      command = heldCommand.map { CommandHandle(pid: $0.pid, name: $0.name.orQuotes) }

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
      try output?.begin()
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
  /// Why a wait ended.
  struct Woken {
    /// SIGINT, SIGTERM or SIGHUP: time to end.
    var signal: Int32?
    /// The terminal's size changed, or its job was stopped or continued.
    var terminalSignals: [Int32] = []
    var readable: Set<Int32> = []
    var writable: Set<Int32> = []
  }

  /// Sleeps until one of the descriptors is readable (or writable), a signal comes, or the time is there.
  /// - Parameter until: nanoseconds since boot; nil for ever.
  func wait(for readable: [Int32], writable: [Int32] = [], until: UInt64?) -> Woken {
    SignalWait(signals: signals).wait(for: readable, writable: writable, until: until)
  }
}

/// One place that sleeps: on descriptors, signals and a moment.
struct SignalWait {
  let signals: Int32

  func wait(for readable: [Int32], writable: [Int32], until: UInt64?) -> LiveTrace.Woken {
    var descriptors = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
    descriptors += readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    descriptors += writable.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    var timeout: Int32 = -1
    if let until {
      let now = lnx_boot_time()
      // Rounded up: to wake a millisecond early would be to wake twice.
      timeout = until <= now ? 0 : Int32(clamping: (until - now + 999_999) / 1_000_000)
    }
    var woken = LiveTrace.Woken()
    guard poll(&descriptors, nfds_t(descriptors.count), timeout) > 0 else { return woken }
    for entry in descriptors.dropFirst() where entry.revents != 0 {
      if entry.events == Int16(POLLIN) { woken.readable.insert(entry.fd) } else { woken.writable.insert(entry.fd) }
    }
    while descriptors[0].revents != 0 {
      let signal = lnx_next_signal(signals)
      if signal == 0 { break }
      switch signal {
      case SIGINT, SIGTERM, SIGHUP: woken.signal = signal
      case SIGCHLD: break
      default: woken.terminalSignals.append(signal)
      }
    }
    return woken
  }
}
