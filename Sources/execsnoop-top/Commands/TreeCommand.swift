public import ArgumentParser
import CLinux
import Events
internal import Glibc
import Recording
import TUI
import Terminal
import Trace
public import Tree

/// The command `tree`: prints the process tree at the end.
struct TreeCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "tree", abstract: "Print the process tree when the command or the recording ends.",
    discussion: """
      With a command: print the tree of the processes that it started. The command's own output is not changed. \
      Without one: print the tree of all processes, after Ctrl-C or at the end of the recording.
      """)

  // Declared before the options, because a command takes all remaining arguments.
  @Argument(help: "Read events from this file (`-` for standard input), not from the kernel.")
  var file: String?

  @OptionGroup var form: TreeForm

  @OptionGroup var options: TraceOptions

  @OptionGroup var output: OutputOption

  @OptionGroup var recording: RecordOption

  mutating func validate() throws {
    try recording.refuse(beside: file)
    if file != nil && !options.command.isEmpty {
      throw ValidationError("cannot use both FILE and a command: give only one")
    }
  }

  var traces: Bool { file == nil }

  func run() throws {
    if let file { try read(file) } else { try trace() }
  }

  /// A printed tree needs no log, so the log is as short as possible.
  private var limits: Limits { options.kept.limits(logLines: 16) }

  /// Traces until the command ends or a signal comes.
  private func trace() throws {
    let filter = try options.parsedFilter()
    let options = try options.withoutNeedlessEnvironment()
    if output.isShared { try Output.check() }
    let live = try LiveTrace(
      options, output: nil, recorder: try recording.recorder(of: options), printing: output)
    if let note = live.startNote { Output.printError(note) }
    var gathered = GatheredTree(limits, command: live.command?.pid)
    var wall = LiveClock()
    guard let status = try Self.gather(live, into: &gathered, clock: &wall, output: output.watched) else {
      _ = live.finishRecording(128 + SIGPIPE)
      return try Output.endWithoutReader()
    }
    live.stop()
    // Reads the changes of running processes that had no event. This is quick, unless a process blocks readers of its
    // files in /proc.
    let isComplete = live.onlooker?.lookAtAll(within: status > 128 ? 300 : 2000) ?? true
    for event in live.mailbox.drain().joined() { gathered.apply(event) }
    if !isComplete {
      Output.printError("/proc does not respond: users and titles of running processes may be out of date")
    }
    // Before the tree is printed, whose reader may take its time.
    let ended = live.finishRecording(status)
    Self.release(signals: live.signals, afterOne: status > 128)
    let printer = TreePrinter(
      gathered, filter: filter, form: form, now: max(lnx_boot_time(), gathered.newest), wall: wall.steps.offsets,
      scopeStart: live.scopeStart)
    try printer.print(isShared: output.isShared)
    if ended != 0 { throw ExitCode(ended) }
  }

  /// How long the command may take to exit after Ctrl-C, in nanoseconds.
  private static let patience: UInt64 = 800_000_000

  /// Gathers events until the command exits or a signal comes.
  /// - Returns: the exit status; nil if the output has no reader any more.
  private static func gather(
    _ live: LiveTrace, into gathered: inout GatheredTree, clock: inout LiveClock, output: Int32
  ) throws -> Int32? {
    var end: UInt64?
    while true {
      let woken = live.wait(for: [live.mailbox.descriptor], until: end, output: output)
      for event in live.mailbox.drain().joined() { gathered.apply(event) }
      clock.update()
      live.printNotice()
      if let status = live.commandStatus() { return status }
      if let signal = woken.signal {
        // Ctrl-C also reaches the command, and the tree shows its reaction.
        if isInterrupt(woken), live.command != nil, end == nil {
          end = lnx_boot_time() + patience
          continue
        }
        live.forward(signal, isFromTerminal: woken.isFromTerminal)
        if !isInterrupt(woken) { Ending.start() }
        return 128 + signal
      }
      if woken.outputIsGone { return nil }
      if let end, lnx_boot_time() >= end { return 128 + SIGINT }
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

  /// Reads a recording to its end, or until a signal comes: it may be a pipe that is still being written to.
  private func read(_ path: String) throws {
    let filter = try options.parsedFilter()
    if output.isShared { try Output.check() }
    let signals = try SignalWait.signals(SignalWait.ends)
    let waiting = SignalWait(signals: signals, output: output.watched)
    var gathered = GatheredTree(limits, command: nil)
    var wall = RecordedClock()
    var signal: Int32?
    var notice: String?
    var failure: Failure?
    do {
      var file = try EventFile(path: path, named: Arguments.bytes(of: path))
      try output.open()
      while signal == nil {
        let woken = waiting.wait(for: [file.descriptor], until: file.hasMore ? 0 : nil)
        signal = woken.signal
        if signal != nil, !Self.isInterrupt(woken) { Ending.start() }
        if signal == nil, woken.outputIsGone { return try Output.endWithoutReader() }
        guard file.hasMore || !woken.readable.isEmpty else { continue }
        guard let events = try file.read() else { break }
        for event in events {
          wall.observe(event)
          gathered.apply(event.event)
        }
      }
      notice = file.notice
    } catch let error as RecordingError {
      failure = Failure(DisplayText(typed: error.description))
    }
    Self.release(signals: signals, afterOne: signal != nil)
    // If a recording has a fault, the tree of the events before the fault is printed.
    if failure == nil || gathered.newest > 0 {
      try TreePrinter(gathered, filter: filter, form: form, now: gathered.newest, wall: wall.offsets)
        // The terminal shows the typed key that ended the reading.
        .print(isShared: signal != nil && output.isShared)
    }
    if let notice { Output.printError(DisplayText(typed: notice)) }
    if let failure { throw failure }
    if let signal { throw ExitCode(128 + signal) }
  }
}

/// The options of `tree` for its output.
struct TreeForm: ParsableArguments {
  @Option(
    name: .long, defaultAsFlag: TopGrouping.comm,
    help: ArgumentHelp("Print one row of totals per group of processes, by default per command.", valueName: "group"))
  var top: TopGrouping?

  @Option(name: .long, help: ArgumentHelp("With --top: the column to sort by.", valueName: "column"))
  var sort: TopColumn?

  @Flag(help: "With --top: reverse the sort order.")
  var reverse = false

  @Flag(help: "Print one JSON object per line, for each process or row.")
  var json = false

  mutating func validate() throws {
    guard top == nil else { return }
    if sort != nil { throw ValidationError("--sort needs --top") }
    if reverse { throw ValidationError("--reverse needs --top") }
  }

  /// Checks the group of `--top`. It may be omitted, so the parser would take a wrong group for the file, and refuse
  /// the file as one argument too many.
  /// - Throws: `ValidationError` if the word after `--top` is neither a group nor a file.
  static func checkGroup(in arguments: [String]) throws {
    let own = arguments.prefix { $0 != "--" }
    guard own.first == "tree", let index = own.firstIndex(of: "--top"), index + 1 < own.endIndex else {
      return
    }
    let word = own[index + 1]
    guard TopGrouping(rawValue: word) == nil, !word.hasPrefix("-"), access(word, F_OK) != 0 else { return }
    let groups = TopGrouping.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("\(word.orQuotes) is not a group of --top: use one of \(groups)")
  }

  /// The sort order of the rows.
  var order: TopOrder {
    let column = sort ?? .execs
    return TopOrder(column, isDescending: column.descends != reverse)
  }
}

extension TopGrouping: ExpressibleByArgument {}
extension TopColumn: ExpressibleByArgument {}
