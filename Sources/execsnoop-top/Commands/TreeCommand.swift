import ArgumentParser
import CLinux
import Glibc
import ProcessTree
import Recording
import TUI
import Terminal
import Trace

struct TreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree", abstract: "Print the process tree when the command, or the recording, has ended.",
    discussion: """
      With a command, the tree of what that started; its own output goes where it would go without. Else the tree of \
      everything, after Ctrl-C or at the end of the recording.
      """)

  // Before the options: a command takes all arguments that are left.
  @Argument(help: "Read events from this file (`-` for standard input) instead of the kernel.")
  var file: String?

  @OptionGroup var form: TreeForm

  @OptionGroup var options: TraceOptions

  mutating func validate() throws {
    if file != nil && !options.command.isEmpty {
      throw ValidationError("either a FILE to read or a command to trace, not both")
    }
  }

  func run() throws {
    if let file { try read(file) } else { try trace() }
  }

  /// A tree needs no log beside it; the least of one tells of the newest events.
  private var limits: Limits { options.kept.limits(logLines: 16) }

  /// Traces until the command ends or a signal comes.
  private func trace() throws {
    let filter = try options.parsedFilter()
    var options = options
    options.leavesOutEnvironment = options.leavesOutEnvironment || !options.filter.contains("env")
    let live = try LiveTrace(options, output: nil)
    if let note = live.note { Output.complain(note) }
    var gathered = GatheredTree(limits, command: live.command?.pid)
    var status: Int32?
    var wasInterrupted = false
    while status == nil {
      let woken = live.wait(for: [live.mailbox.descriptor], until: nil)
      for event in live.mailbox.take() { gathered.take(event) }
      status = live.commandStatus()
      guard status == nil, let signal = woken.signal else { continue }
      // Ctrl-C reaches the command too, and what it makes of it belongs into the tree. A second one is for us.
      if signal == SIGINT, live.command != nil, !wasInterrupted {
        wasInterrupted = true
      } else {
        status = 128 + signal
      }
    }
    live.stop()
    // What changed without an event, of those that still run: found in a moment, unless one of them holds up who reads of
    // it in /proc.
    let isLookedAt = live.onlooker?.lookAtAll(within: 2000) ?? true
    for event in live.mailbox.take() { gathered.take(event) }
    if !isLookedAt { Output.complain("/proc does not answer: users and titles of what still runs may be out of date") }
    Self.release(signals: live.signals, afterOne: (status ?? 0) > 128)
    let printer = TreePrinter(
      gathered, filter: filter, form: form, now: max(lnx_boot_time(), gathered.newest), wallOffset: WallTime.offset,
      scopeStart: live.scopeStart)
    try printer.print()
    if let status, status != 0 { throw ExitCode(status) }
  }

  /// All is gathered: from now on a signal ends the program at once, be it that a filter takes long or that nobody
  /// reads what is printed.
  ///
  /// - Parameter afterOne: a signal ended the gathering. Who sends one may send it twice, to the process and to its
  ///   group, as timeout(1) does: the second one is not to take the tree away that the first one asked for.
  private static func release(signals descriptor: Int32, afterOne: Bool) {
    if afterOne { usleep(100_000) }
    while lnx_next_signal(descriptor) != 0 {}
    var signals = TerminalSession.signalsToWatch + [0]
    lnx_release_signals(&signals)
  }

  /// Reads a recording to its end, or until a signal comes: it may be a pipe that is still being written to.
  private func read(_ path: String) throws {
    let filter = try options.parsedFilter()
    var wanted = [SIGINT, SIGTERM, SIGHUP, 0]
    let signals = lnx_signalfd(&wanted)
    if signals < 0 { throw Failure("cannot watch for signals: errno \(-signals)") }
    var gathered = GatheredTree(limits, command: nil)
    var wallOffset: Int64?
    var signal: Int32?
    var notice: String?
    var failure: Failure?
    do {
      // Whoever reads a stranger's recording needs no privilege for it.
      try Privileges.drop(to: InvokingUser())
      var file = try EventFile(path: path)
      while signal == nil {
        let woken = SignalWait(signals: signals).wait(for: [file.descriptor], writable: [], until: nil)
        signal = woken.signal
        guard !woken.readable.isEmpty else { continue }
        guard let events = try file.read() else { break }
        for event in events {
          if wallOffset == nil { wallOffset = event.wallOffset }
          gathered.take(event.event)
        }
      }
      notice = file.notice
    } catch let error as RecordingError {
      failure = Failure(DisplayText(typed: error.description))
    } catch let error as TraceError {
      throw Failure(DisplayText(typed: error.description))
    }
    Self.release(signals: signals, afterOne: signal != nil)
    // Of a recording with a fault in it there is a tree all the same, of what stands before.
    if failure == nil || gathered.newest > 0 {
      try TreePrinter(gathered, filter: filter, form: form, now: gathered.newest, wallOffset: wallOffset).print()
    }
    if let notice { Output.complain(DisplayText(typed: notice)) }
    if let failure { throw failure }
    if let signal { throw ExitCode(128 + signal) }
  }
}
