import CLinux
import Glibc
import TUI
import Terminal

/// The events that ended a wait.
struct Woken {
  /// The first of SIGINT, SIGTERM and SIGHUP: the program must end. Nil for none.
  var signal: Int32?
  /// Whether the terminal's driver sent that signal, as for Ctrl-C: then the traced command got it too.
  var isFromTerminal = false
  /// Signals for a change of the terminal's size, and for stopping and continuing.
  var terminalSignals: [Int32] = []
  /// Whether a child exited, stopped or continued.
  var childHasChanged = false
  /// The descriptors that are readable, or at their end.
  var readable: Set<Int32> = []
  /// The descriptors that accept output, or have no reader any more.
  var writable: Set<Int32> = []
  /// Whether the output has no reader any more: the pipe's reader or the terminal is gone.
  var outputIsGone = false
}

/// The only place where the main thread sleeps: until a descriptor is ready, a signal comes, or a time is reached.
struct SignalWait {
  /// The signals that ask the program to end.
  static let ends = [SIGINT, SIGTERM, SIGHUP]

  /// A signalfd; -1 where signals have their default effect.
  let signals: Int32
  /// The output descriptor, which is watched for the end of its reader; -1 for none.
  var output: Int32 = -1

  /// A signalfd of these signals, which no longer have their default effect.
  /// - Throws: `Failure` if no descriptor is left.
  static func signals(_ numbers: [Int32]) throws -> Int32 {
    var numbers = numbers + [0]
    var ends = Self.ends + [0]
    let descriptor = lnx_signalfd(&numbers)
    let endDescriptor = descriptor < 0 ? descriptor : lnx_signalfd(&ends)
    if endDescriptor < 0 { throw Failure("cannot watch for signals: \(DisplayText(errno: 0 &- endDescriptor))") }
    Ending.watch(endDescriptor)
    return descriptor
  }

  /// Calls a function that may block, for example in a file system or a name service. Meanwhile SIGINT, SIGTERM and
  /// SIGHUP end the program at once.
  static func endable<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    var mask = sigset_t()
    lnx_allow_end(&mask)
    defer { lnx_disallow_end(&mask) }
    return try body()
  }

  /// Sleeps until one of the descriptors is readable (or writable), a signal comes, the output has no reader any more,
  /// or the time is reached.
  /// - Parameter until: nanoseconds since boot; nil for no limit.
  func wait(for readable: [Int32], writable: [Int32] = [], until: UInt64?) -> Woken {
    var descriptors = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0), pollfd(fd: output, events: 0, revents: 0),
    ]
    descriptors += readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    descriptors += writable.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    var timeout: Int32 = -1
    if let until {
      let now = lnx_boot_time()
      // Rounded up: a wake a millisecond early would need a second one.
      timeout = until <= now ? 0 : Int32(clamping: (until - now + 999_999) / 1_000_000)
    }
    var woken = Woken()
    guard lnx_poll(&descriptors, UInt(descriptors.count), timeout) > 0 else { return woken }
    woken.outputIsGone = descriptors[1].revents & Int16(POLLERR | POLLHUP) != 0
    for entry in descriptors.dropFirst(2) where entry.revents != 0 {
      if entry.events == Int16(POLLIN) { woken.readable.insert(entry.fd) } else { woken.writable.insert(entry.fd) }
    }
    if descriptors[0].revents != 0 { readSignals(into: &woken) }
    return woken
  }

  private func readSignals(into woken: inout Woken) {
    while true {
      var isByKernel = false
      let signal = lnx_next_signal(signals, &isByKernel)
      switch signal {
      case 0: return
      case SIGINT, SIGTERM, SIGHUP:
        if woken.signal == nil { (woken.signal, woken.isFromTerminal) = (signal, isByKernel) }
      case SIGCHLD: woken.childHasChanged = true
      default: woken.terminalSignals.append(signal)
      }
    }
  }
}
