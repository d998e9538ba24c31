import ArgumentParser
import CLinux
import Events
import Filtering
import Glibc
import Recording
import TUI
import Trace

/// Where a command that shows events records them too.
struct RecordOption: ParsableArguments {
  @Option(
    name: .customLong("record"),
    help: ArgumentHelp(
      "Record all traced events in this new file too, whatever the filter shows.", valueName: "new-file"))
  var path: String?

  @OptionGroup var ring: RingOptions
  @OptionGroup var masking: MaskOption

  mutating func validate() throws {
    if path == nil, let option = ring.bounds.map({ $0.bytes == nil ? "--ring-time" : "--ring" }) {
      throw ValidationError("\(option) needs --record")
    }
  }

  /// - Parameter writesSummary: whether the command writes something else that is masked.
  /// - Throws: `ValidationError` where the events come from a file.
  func refuse(beside file: String?, writesSummary: Bool = false) throws {
    if file != nil, path != nil { throw ValidationError("cannot use both FILE and --record: remove one") }
    if masking.keepsSecrets, path == nil, !writesSummary { throw ValidationError("--no-mask needs --record") }
  }

  /// What writes the recording; nil without one.
  func recorder(of options: TraceOptions) throws -> Recorder? {
    try path.map {
      try Recorder(
        Recorder.Target(
          path: $0, name: Arguments.bytes(of: $0), command: options.command.isEmpty ? [] : options.commandBytes,
          ring: ring.bounds, masksSecrets: masking.masksSecrets))
    }
  }
}

/// Whether what leaves the program keeps its secrets.
struct MaskOption: ParsableArguments {
  @Flag(
    name: .customLong("no-mask"),
    help: "In recordings and exports, keep values that look like secrets: passwords, tokens, keys.")
  var keepsSecrets = false

  /// Whether values that look like secrets are replaced.
  var masksSecrets: Bool { !keepsSecrets }

  /// `3 values masked (--no-mask keeps them)`
  static func message(ofValues count: Int) -> DisplayText {
    "\(number: count, grouped: true) \(count == 1 ? "value" : "values") masked (--no-mask keeps them)"
  }
}

struct RecordCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record every event in a new file, until the command exits or Ctrl-C.",
    discussion: """
      The recording is an SQLite database: `replay`, `log` and `tree` open it, and so does sqlite3. It must not exist \
      yet, and only its owner can read it.
      """)

  // Declared before the options, because a command takes all remaining arguments.
  @Argument(help: ArgumentHelp("The file to make.", valueName: "new-file"))
  var file: String?

  @Option(
    name: [.customShort("o"), .customLong("output-file")],
    help: ArgumentHelp("The file to make, the same as NEW-FILE.", valueName: "new-file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Record the events of this file (`-` for standard input) instead: the trace of another program, lines, or another "
        + "recording.", valueName: "file"))
  var read: String?

  @OptionGroup var source: FormatOption

  @OptionGroup var options: TraceOptions

  @Flag(help: "Record environments too; without it they are left out.")
  var env = false

  @OptionGroup var ring: RingOptions

  @OptionGroup var until: UntilOptions

  @OptionGroup var masking: MaskOption

  mutating func validate() throws {
    if file != nil, output != nil { throw ValidationError("cannot use both NEW-FILE and -o: give only one") }
    if file == nil, output == nil { throw ValidationError("no file to record to: give NEW-FILE, or -o NEW-FILE") }
    if read == nil, source.format != nil { throw ValidationError("--from needs --read: it is the format of its file") }
    if read != nil, let other = optionOfTrace {
      throw ValidationError("cannot use both --read and \(other): nothing is traced")
    }
  }

  /// What makes no sense where nothing is traced, as far as it is given.
  private var optionOfTrace: String? {
    if !options.command.isEmpty { return "a command" }
    if options.duration != nil { return "--duration" }
    if until.until != nil { return "--until" }
    if let bounds = ring.bounds { return bounds.bytes == nil ? "--ring-time" : "--ring" }
    if !options.scope.pids.isEmpty { return "--pid" }
    return options.scope.user != nil ? "--uid" : options.scope.cgroup != nil ? "--cgroup" : nil
  }

  var traces: Bool { read == nil }

  /// Records the events of a file.
  private func record(_ source: String, in file: String) throws {
    if options.isQuiet { Output.omitNotes() }
    let limits = options.kept.limits(logLines: 16)
    var recording = FileRecording(
      source, self.source,
      to: Recorder.Target(
        path: file, name: Arguments.bytes(of: file), includesEnvironment: env,
        filter: try options.parsedFilter().map { EventFilter($0, limits: limits) }, masksSecrets: masking.masksSecrets))
    try recording.run()
  }

  func run() throws {
    let file = file ?? output ?? ""
    if let read { return try record(read, in: file) }
    let filter = try options.parsedFilter()
    let end = try until.condition()
    let limits = options.kept.limits(logLines: 16)
    let options = env || end?.needsEnvironment == true ? options : try options.withoutNeedlessEnvironment()
    let recorder = try Recorder(
      Recorder.Target(
        path: file, name: Arguments.bytes(of: file), command: options.command.isEmpty ? [] : options.commandBytes,
        includesEnvironment: env,
        filter: filter.map { EventFilter($0, limits: limits) }, ring: ring.bounds,
        until: end.map { EventFilter($0, limits: limits) }, masksSecrets: masking.masksSecrets))
    let live = try LiveTrace(
      options, output: nil, recorder: recorder,
      narrowed: NarrowedScope(filter?.kernelScope(ofExecsOnly: false), beside: options))
    if let note = live.startNote { Output.printNote(note) }
    let status = record(live, with: recorder)
    live.stop()
    // At the end come changes of running processes that had no event.
    if live.onlooker?.lookAtAll(within: status > 128 ? 300 : 2000) == false {
      Output.printError("/proc does not respond: users and titles of running processes may be out of date")
    }
    let ended = live.finishRecording(status)
    // The command may have ended with the event that matched.
    if let news = recorder.matchNews() { Output.printError(news) }
    if let summary = recorder.summary {
      let values = recorder.maskedValues
      let masked: DisplayText = values == 0 ? "" : ", \(MaskOption.message(ofValues: values))"
      Output.printNote("\(summary) in \(DisplayText(typed: file))\(masked)")
    }
    let result = until.until == nil ? ended : self.result(ended, of: live, isComplete: recorder.summary != nil)
    if result != 0 { throw ExitCode(result) }
  }

  /// The exit status with `--until`: whether an event matched, not how the command exited.
  private func result(_ status: Int32, of live: LiveTrace, isComplete: Bool) -> Int32 {
    guard live.recorder?.match == nil else {
      waitForCommand(live)
      return isComplete ? 0 : Failure.cannotTrace
    }
    if isComplete { Output.printError("no event matched --until") }
    return status > 128 ? status : isComplete ? Self.hasNoMatch : Failure.cannotTrace
  }

  /// The exit status where the command exited before an event matched `--until`.
  private static let hasNoMatch: Int32 = 3

  /// Waits for a command that goes on after its recording, so that it stays one job of the shell.
  private func waitForCommand(_ live: LiveTrace) {
    guard let command = live.command, live.commandStatus() == nil else { return }
    Output.printError(
      "\(DisplayText(typed: command.name)) (pid \(command.pid)) is still running: waiting for it to exit (Ctrl-C "
        + "interrupts it)")
    while live.commandStatus() == nil {
      let woken = live.wait(for: [], until: nil, output: -1)
      if let signal = woken.signal { return live.forward(signal, isFromTerminal: woken.isFromTerminal) }
    }
  }

  /// Waits until the command exits, a signal comes, or an event matched; without a command also until nothing can be
  /// recorded any more.
  /// - Returns: the exit status.
  private func record(_ live: LiveTrace, with recorder: Recorder) -> Int32 {
    var end: UInt64?
    while true {
      let woken = live.wait(for: [live.mailbox.descriptor], until: end, output: -1)
      // The recorder has its own.
      _ = live.mailbox.drain()
      live.printNotice()
      if let signal = woken.signal {
        Ending.start()
        live.forward(signal, isFromTerminal: woken.isFromTerminal)
        return 128 + signal
      }
      if let status = live.commandStatus() { return status }
      if live.isOver { return 0 }
      if live.command == nil, recorder.hasFailed { return Failure.cannotTrace }
      if let news = recorder.matchNews() { Output.printError(news) }
      if end == nil, let match = recorder.match { end = match.time &+ (until.after ?? .second).nanoseconds }
      if let end, lnx_boot_time() >= end { return 0 }
    }
  }
}
