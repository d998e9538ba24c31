import ArgumentParser
import CLinux
import Events
import Filtering
import Glibc
import Recording
import TUI
import Terminal
import Trace

/// The command `log`: prints events as lines.
struct LogCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Print one line per exec (COMM PID PPID RET ARGS), or every event as JSON.",
    discussion: "RET is 0, or the negative errno of a failed exec.")

  // Declared before the options, because a command takes all remaining arguments.
  @Argument(help: "Read events from this file (`-` for standard input), not from the kernel. Several are merged.")
  var file: String?

  @OptionGroup var source: FormatOption

  @OptionGroup var merging: MergeOptions

  @OptionGroup var options: TraceOptions

  @Flag(help: "Print one JSON object per line, for each exec, failed exec, fork, exit and loss.")
  var json = false

  @OptionGroup var columns: LogColumnOptions

  @Flag(help: "With --json: include environments. They often hold secrets.")
  var env = false

  @OptionGroup var output: OutputOption

  @OptionGroup var recording: RecordOption

  mutating func validate() throws {
    if file != nil && !options.command.isEmpty {
      throw ValidationError("cannot use both FILE and a command: give only one")
    }
    try recording.refuse(beside: file)
    try source.refuse(without: file)
    try merging.refuse(without: files)
    try files.refuseTwoStandardInputs()
    try options.refuseOutput(beside: file)
    try options.refuseDuration(beside: file)
    if env && !json { throw ValidationError("--env needs --json") }
    if options.capturesOutput && !json { throw ValidationError("--output needs --json") }
    if json, let option = columns.first {
      throw ValidationError("\(option) is for text: --json has all times and exits")
    }
  }

  private var files: [String] { file.map { [$0] + merging.others } ?? [] }

  var traces: Bool { files.isEmpty }

  func run() throws {
    let options = env ? options : try options.withoutNeedlessEnvironment()
    let form: LineForm = json ? .json(environment: env) : .text(columns.columns)
    if files.isEmpty { return try Self.trace(options, form: form, recording: recording, output: output) }
    try Self.read(files, source, merging, options, form: form, output: output)
  }

  /// Prints the events of a recording.
  private static func read(
    _ paths: [String], _ source: FormatOption, _ merging: MergeOptions, _ options: TraceOptions, form: LineForm,
    output: OutputOption
  ) throws {
    if options.isQuiet { Output.omitNotes() }
    var printer = LinePrinter(form, filter: try options.parsedFilter(), kept: options.kept)
    var offset: Int64?
    do {
      if output.isShared { try Output.check() }
      // Lines of JSON are those of each machine, in the order of one clock.
      let file = try source.open(paths, merging, keepsTimes: !form.isText)
      try output.open()
      let waiting = SignalWait(signals: try SignalWait.signals(SignalWait.ends), output: output.watched)
      while true {
        // A pipe may deliver nothing for a long time.
        let woken = waiting.wait(for: file.descriptors, until: file.until)
        if let signal = woken.signal { throw ExitCode(128 + signal) }
        if woken.outputIsGone { return try Output.endWithoutReader() }
        guard let events = try file.read() else { break }
        for remark in file.drainRemarks() { Output.printNote(DisplayText(typed: remark)) }
        // Each line has its own time; a line without one uses the time of the line before.
        let isWanted = try printer.print(events.lazy.map(\.event), host: { events[$0].host }) { _, index in
          offset = events[index].wallOffset ?? offset
          return offset
        }
        guard isWanted else {
          if let signal = waiting.wait(for: [], until: 0).signal { throw ExitCode(128 + signal) }
          return
        }
      }
      if let filter = printer.unmatchedFilter, filter.trouble == nil {
        Output.printNote(TreePrinter.noMatch("line", of: filter))
      }
      if let notice = file.notice { Output.printError(DisplayText(typed: notice)) }
    } catch let error as RecordingError {
      throw Failure(DisplayText(typed: error.description))
    }
  }

  /// Prints events until the command exits or a signal comes.
  static func trace(
    _ options: TraceOptions, form: LineForm, recording: RecordOption, output: OutputOption? = nil
  ) throws {
    let isShared = output?.isShared ?? true
    let watched = output?.watched ?? STDOUT_FILENO
    if isShared { try Output.check() }
    let filter = try options.parsedFilter()
    let recorder = try recording.recorder(of: options)
    // A filter and a recording need the whole tree; without one, lines of text need only the execs.
    let narrowed =
      recorder == nil
      ? NarrowedScope(filter?.kernelScope(ofExecsOnly: form.isOfExecsOnly), beside: options) : NarrowedScope()
    let live = try LiveTrace(
      options, output: nil, execsOnly: form.isOfExecsOnly && filter == nil && recorder == nil, recording: !form.isText,
      recorder: recorder, printing: output, narrowed: narrowed)
    var printer = LinePrinter(form, filter: filter, kept: options.kept, start: lnx_boot_time(), isLive: true)
    let host = RecordedHost.ofThisMachine()
    printer.observe(LocalHost.event(host))
    var wall = LiveClock()
    if let note = live.startNote { Output.printNote(note) }
    if isShared, !form.isText, live.command != nil {
      Output.printNote("the lines and the command's output are one stream: -o FILE writes the lines to a file")
    }
    var status: Int32?
    while status == nil {
      let woken = live.wait(for: [live.mailbox.descriptor], until: nil, output: watched)
      if woken.signal != nil { Ending.start() }
      let events = live.mailbox.drain().joined()
      wall.update()
      let isWanted = try printer.print(events, host: { _ in host }) { event, _ in
        wall.steps.offsets.value(at: event.time)
      }
      live.printNotice()
      // A signal may have come while the output waited for its reader.
      let asked = woken.signal == nil && !isWanted ? live.wait(for: [], until: 0, output: watched) : woken
      if let signal = asked.signal {
        live.forward(signal, isFromTerminal: asked.isFromTerminal)
        status = 128 + signal
      } else if woken.outputIsGone {
        _ = live.finishRecording(128 + SIGPIPE)
        return try Output.endWithoutReader()
      } else if isWanted {
        status = live.commandStatus() ?? (live.isOver ? 0 : nil)
      } else {
        break
      }
    }
    live.stop()
    // A recording ends with the changes of running processes that had no event.
    let looks = !form.isText || recorder != nil
    let isComplete = !looks || live.onlooker?.lookAtAll(within: status ?? 0 > 128 ? 300 : 2000) ?? true
    let events = live.mailbox.drain().joined()
    wall.update()
    _ = try printer.print(events, host: { _ in host }) { event, _ in wall.steps.offsets.value(at: event.time) }
    if !isComplete {
      Output.printError("/proc does not respond: users and titles of running processes may be out of date")
    }
    let ended = live.finishRecording(status ?? 0)
    if ended != 0 { throw ExitCode(ended) }
  }
}

/// The options of `log` for lines of text.
struct LogColumnOptions: ParsableArguments {
  @Flag(
    name: [.customShort("T"), .customLong("time")],
    help: "Print the time of day in a column TIME, in the local time zone.")
  var time = false

  @Flag(
    name: [.customShort("t"), .customLong("timestamp")],
    help: "Print the seconds since tracing started (of a recording: since its first event) in a column TIME(s).")
  var timestamp = false

  @Flag(help: "Print a line for each exit too, with its status and run time in place of the arguments, and RET `-`.")
  var exits = false

  /// What the lines have.
  var columns: LineForm.Columns { LineForm.Columns(hasTime: time, hasTimestamp: timestamp, hasExits: exits) }

  /// The first of the options that is used; nil for none.
  var first: String? { time ? "--time" : timestamp ? "--timestamp" : exits ? "--exits" : nil }
}
