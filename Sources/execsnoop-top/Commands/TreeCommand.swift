public import ArgumentParser
import Events
import Filtering
internal import Glibc
import TUI
import Terminal
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
  @Argument(help: "Read events from this file (`-` for standard input), not from the kernel. Several are merged.")
  var file: String?

  @OptionGroup var source: FormatOption

  @OptionGroup var merging: MergeOptions

  @OptionGroup var form: TreeForm

  @OptionGroup var gates: GateOptions

  @OptionGroup var options: TraceOptions

  @OptionGroup var output: OutputOption

  @OptionGroup var recording: RecordOption

  mutating func validate() throws {
    try recording.refuse(beside: file, writesSummary: gates.markdown != nil)
    try options.refuseOutput(beside: file)
    try source.refuse(without: file)
    try merging.refuse(without: files)
    try files.refuseTwoStandardInputs()
    try options.refuseDuration(beside: file)
    if file != nil && !options.command.isEmpty {
      throw ValidationError("cannot use both FILE and a command: give only one")
    }
    try gates.refuse(beside: options, form)
  }

  private var files: [String] { file.map { [$0] + merging.others } ?? [] }

  var traces: Bool { files.isEmpty }

  func run() throws {
    var gate = try Gate(gates, masksSecrets: recording.masking.masksSecrets)
    let filter = try gates.parsedFilter() ?? options.parsedFilter()
    var options = options
    if filter?.needsEnvironment != true { options.leavesOutEnvironment = true }
    let run =
      if !files.isEmpty {
        try GatheredRun(reading: files, source, merging, options, printing: output) { () throws(Failure) in
          try gate.open()
        }
      } else {
        try GatheredRun(tracing: options, recording: recording, printing: output) { () throws(Failure) in
          try gate.open()
        }
      }
    guard let run else { return }
    try finish(run, gate, filter)
  }

  /// Prints what was gathered, and ends with the exit status.
  private func finish(_ run: GatheredRun, _ gate: Gate, _ filter: Filter?) throws {
    let verdict = gate.verdict(on: run)
    var status = gate.status(verdict, run.status, isInterrupted: run.isInterrupted)
    // If a recording has a fault, the tree of the events before the fault is printed.
    if run.failure == nil || run.gathered.newest > 0 {
      // Before the tree is printed, whose reader may take its time.
      do { try gate.writeSummary(run, verdict, file: file) } catch let failure as Failure {
        Output.printError(failure.message)
        if status == 0 { status = failure.status }
      }
      let printer = TreePrinter(
        run.gathered, filter: filter, form: form, now: run.now, wall: run.wall, scopeStart: run.scopeStart)
      if gates.printsMarkdown {
        _ = try Output.print(
          (run.isShared ? FreshLine.bytes(mayBeBlank: true) : []) + gate.summaryBytes(run, verdict, file: file))
        printer.printMessages()
      } else if verdict.matches == 0 {
        printer.printMessages()
      } else {
        try printer.print(isShared: run.isShared)
      }
    }
    if let notice = run.notice { Output.printError(notice) }
    gate.report(verdict, glyphs: printerGlyphs)
    if let failure = run.failure {
      Output.printError(failure.message)
      if status == 0 { status = failure.status }
    }
    if status != 0 { throw ExitCode(status) }
  }

  private var printerGlyphs: Glyphs { OutputSettings.adoptLocale() ? .utf8 : .ascii }
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

  @Flag(
    help: """
      Print the critical path of the command, else of the process that ran longest: the chain of processes that \
      decided when it ended.
      """)
  var criticalPath = false

  @Flag(help: "Print how many processes of the command ran at a time, and for how long.")
  var concurrency = false

  @Flag(help: "Print one JSON object per line, for each process or row.")
  var json = false

  @OptionGroup var color: ColorOption

  mutating func validate() throws {
    let chosen = [(top != nil, "--top"), (criticalPath, "--critical-path"), (concurrency, "--concurrency")]
      .filter(\.0).map(\.1)
    if chosen.count > 1 {
      throw ValidationError("cannot use both \(chosen[0]) and \(chosen[1]): give only one")
    }
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
