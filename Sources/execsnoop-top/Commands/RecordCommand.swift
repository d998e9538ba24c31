import ArgumentParser
import Events
import Filtering
import Glibc
import TUI
import Trace

/// Where a command that shows events records them too.
struct RecordOption: ParsableArguments {
  @Option(
    name: .customLong("record"),
    help: ArgumentHelp(
      "Record all traced events in this new file too, whatever the filter shows.", valueName: "new-file"))
  var path: String?

  /// - Throws: `ValidationError` where the events come from a file.
  func refuse(beside file: String?) throws {
    if file != nil, path != nil { throw ValidationError("cannot use both FILE and --record: remove one") }
  }

  /// What writes the recording; nil without one.
  func recorder(of options: TraceOptions) throws -> Recorder? {
    try path.map {
      try Recorder(
        Recorder.Target(
          path: $0, name: Arguments.bytes(of: $0), command: options.command.isEmpty ? [] : options.commandBytes))
    }
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
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to make, the same as NEW-FILE.", valueName: "new-file"))
  var output: String?

  @OptionGroup var options: TraceOptions

  @Flag(help: "Include environments. They often hold secrets.")
  var env = false

  mutating func validate() throws {
    if file != nil, output != nil { throw ValidationError("cannot use both NEW-FILE and -o: give only one") }
    if file == nil, output == nil { throw ValidationError("no file to record to: give NEW-FILE, or -o NEW-FILE") }
  }

  var traces: Bool { true }

  func run() throws {
    let file = file ?? output ?? ""
    let filter = try options.parsedFilter()
    let options = env ? options : try options.withoutNeedlessEnvironment()
    let recorder = try Recorder(
      Recorder.Target(
        path: file, name: Arguments.bytes(of: file), command: options.command.isEmpty ? [] : options.commandBytes,
        includesEnvironment: env,
        filter: filter.map { EventFilter($0, limits: options.kept.limits(logLines: 16)) }))
    let live = try LiveTrace(
      options, output: nil, recorder: recorder,
      narrowed: NarrowedScope(filter?.kernelScope(ofExecsOnly: false), beside: options))
    if let note = live.startNote { Output.printError(note) }
    let status = record(live, with: recorder)
    live.stop()
    // At the end come changes of running processes that had no event.
    if live.onlooker?.lookAtAll(within: status > 128 ? 300 : 2000) == false {
      Output.printError("/proc does not respond: users and titles of running processes may be out of date")
    }
    let ended = live.finishRecording(status)
    if let summary = recorder.summary { Output.printError("\(summary) in \(DisplayText(typed: file))") }
    if ended != 0 { throw ExitCode(ended) }
  }

  /// Waits until the command exits or a signal comes; without a command also until nothing can be recorded any more.
  /// - Returns: the exit status.
  private func record(_ live: LiveTrace, with recorder: Recorder) -> Int32 {
    while true {
      let woken = live.wait(for: [live.mailbox.descriptor], until: nil, output: -1)
      // The recorder has its own.
      _ = live.mailbox.drain()
      live.printNotice()
      if let signal = woken.signal {
        Ending.start()
        live.forward(signal, isFromTerminal: woken.isFromTerminal)
        return 128 + signal
      }
      if let status = live.commandStatus() { return status }
      if live.command == nil, recorder.hasFailed { return Failure.cannotTrace }
    }
  }
}
