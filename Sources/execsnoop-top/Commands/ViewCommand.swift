import ArgumentParser
import Filtering
import Glibc
import Recording
import TUI
import Terminal
import Trace

/// The command `view`: traces, and shows the processes in the view.
struct ViewCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "The interactive view (the default).")

  // Declared before the options, because a command takes all remaining arguments.
  @Argument(help: "Show this recording (`-` for standard input), or several, as `replay` does, without root.")
  var file: String?

  @OptionGroup var source: FormatOption

  @OptionGroup var merging: MergeOptions

  @OptionGroup var view: ViewOptions

  @OptionGroup var options: TraceOptions

  @OptionGroup var recording: RecordOption

  @Flag(
    name: .customLong("stdin"),
    help: "Give the command this program's standard input, a pipe or a file (else it reads nothing).")
  var givesInput = false

  mutating func validate() throws {
    try recording.refuse(beside: file)
    try options.refuseOutput(beside: file)
    try source.refuse(without: file)
    try merging.refuse(without: files)
    try files.refuseTwoStandardInputs()
    try options.refuseDuration(beside: file)
    if file != nil && !options.command.isEmpty {
      throw ValidationError("cannot use both FILE and a command: give only one")
    }
    if givesInput && options.command.isEmpty { throw ValidationError("--stdin needs a command: add -- COMMAND") }
  }

  private var files: [String] { file.map { [$0] + merging.others } ?? [] }

  var traces: Bool { files.isEmpty }

  func run() throws {
    if !files.isEmpty {
      for file in files { try FileArgument.check(file) }
      return try ReplayCommand.show(files, source, merging, filter: options.filter, kept: options.kept, view: view)
    }
    guard isatty(STDOUT_FILENO) == 1 else {
      if options.capturesOutput {
        throw Failure("--output needs a terminal here, or log --json", status: Failure.usage)
      }
      return try LogCommand.trace(options, form: .text(LineForm.Columns()), recording: recording)
    }
    if options.duration != nil {
      throw Failure("--duration is for log, tree and record: the view ends when you press q", status: Failure.usage)
    }
    // TerminalSession checks this again. An unsuitable terminal shall be refused before the trace starts.
    if getenv("TERM").map({ $0.pointee == 0 }) ?? true { throw Failure(TerminalError.noType.message) }
    let input: Int32
    if givesInput {
      if isatty(STDIN_FILENO) == 1 {
        throw Failure(
          "--stdin: standard input is the terminal, from which the view reads keys: redirect a file or a pipe",
          status: Failure.usage)
      }
      input = try ControllingTerminal.open()
    } else {
      if isatty(STDIN_FILENO) != 1 { throw Failure(TerminalError.notATerminal.message) }
      input = STDIN_FILENO
    }

    let held = options.command.isEmpty ? nil : try HeldOutput(of: InvokingUser())
    let live = try LiveTrace(
      options, output: held, givesInput: givesInput, recorder: try recording.recorder(of: options),
      watched: TerminalSession.signalsToWatch)
    let signal: Int32?
    do {
      signal = try LiveView(
        live, output: held, filter: options.filter ?? "", limits: options.kept.limits(), options: view, input: input
      ).run()
    } catch {
      held?.finish(live)
      _ = live.finishRecording(Failure.cannotTrace)
      throw error
    }
    if let signal {
      Ending.start()
      live.forward(signal)
      _ = live.finishRecording(128 + signal)
      held?.printHeld()
      throw ExitCode(128 + signal)
    }
    live.stop()
    // At the end of a recording come changes of running processes that had no event. The command may go on without it.
    if live.recorder != nil { _ = live.onlooker?.lookAtAll(within: 1000) }
    let status = live.finishRecording(0)
    guard let held else { throw ExitCode(status) }
    let ended = held.finish(live)
    throw ExitCode(ended == 0 ? status : ended)
  }
}

/// The options of the interactive view, for a trace and a recording.
struct ViewOptions: ParsableArguments {
  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var leavesMouse = false

  @OptionGroup var color: ColorOption

  /// Whether the view uses the mouse.
  var usesMouse: Bool { !leavesMouse }
}
