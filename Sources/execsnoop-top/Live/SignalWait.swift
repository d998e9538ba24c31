import CLinux
import Glibc
import TUI
import Terminal

/// Why a wait ended.
struct Woken {
  /// SIGINT, SIGTERM or SIGHUP, the first that came: the program must end.
  var signal: Int32?
  /// The terminal's driver sent that signal, as for Ctrl-C: to the traced command as well.
  var isFromTerminal = false
  /// The terminal's size changed, or its job was stopped or continued.
  var terminalSignals: [Int32] = []
  /// A child ended, stopped or goes on.
  var childHasChanged = false
  var readable: Set<Int32> = []
  var writable: Set<Int32> = []
  /// The output has no reader any more: the reader of the pipe or the terminal is gone.
  var outputIsGone = false
}

/// One place that sleeps: on descriptors, signals and a moment.
struct SignalWait {
  /// The signals that ask the program to end.
  static let ends = [SIGINT, SIGTERM, SIGHUP]

  /// A signalfd; -1 where signals have their default effect.
  let signals: Int32
  /// What is written to, and watched for the end of its reader; -1 for nothing.
  var output: Int32 = -1

  /// Waits for some signals from now on, which no longer have their default effect.
  /// - Throws: `Failure`.
  static func signals(_ numbers: [Int32]) throws -> Int32 {
    var numbers = numbers + [0]
    var ends = Self.ends + [0]
    let descriptor = lnx_signalfd(&numbers)
    let endDescriptor = descriptor < 0 ? descriptor : lnx_signalfd(&ends)
    if endDescriptor < 0 { throw Failure("cannot watch for signals: \(DisplayText(errno: 0 &- endDescriptor))") }
    Ending.watch(endDescriptor)
    return descriptor
  }

  /// Calls what may wait for others, such as a file system or a name service, and looks at no signal meanwhile: SIGINT,
  /// SIGTERM and SIGHUP end the program at once.
  static func endable<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    var mask = sigset_t()
    lnx_allow_end(&mask)
    defer { lnx_disallow_end(&mask) }
    return try body()
  }

  /// Sleeps until one of the descriptors is readable (or writable), a signal comes, the output's reader goes, or the time
  /// is there.
  /// - Parameter until: nanoseconds since boot; nil for ever.
  func wait(for readable: [Int32], writable: [Int32] = [], until: UInt64?) -> Woken {
    var descriptors = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0), pollfd(fd: output, events: 0, revents: 0),
    ]
    descriptors += readable.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    descriptors += writable.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    var timeout: Int32 = -1
    if let until {
      let now = lnx_boot_time()
      // Rounded up: to wake a millisecond early would be to wake twice.
      timeout = until <= now ? 0 : Int32(clamping: (until - now + 999_999) / 1_000_000)
    }
    var woken = Woken()
    guard lnx_poll(&descriptors, UInt(descriptors.count), timeout) > 0 else { return woken }
    woken.outputIsGone = descriptors[1].revents & Int16(POLLERR | POLLHUP) != 0
    for entry in descriptors.dropFirst(2) where entry.revents != 0 {
      if entry.events == Int16(POLLIN) { woken.readable.insert(entry.fd) } else { woken.writable.insert(entry.fd) }
    }
    if descriptors[0].revents != 0 { takeSignals(into: &woken) }
    return woken
  }

  private func takeSignals(into woken: inout Woken) {
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
