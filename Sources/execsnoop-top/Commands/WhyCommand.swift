import ArgumentParser
import Events
import Filtering
import Glibc
import Masking
import Recording
import TUI
import Terminal
import Tree
import TreeLines

/// The command `why`: finds the process whose failure made a command fail.
struct WhyCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Print which process made the command, or that of a recording, fail.",
    discussion: """
      Prints the chain from the failed command down to the first process whose failure was passed on, with its status, \
      its directory, and the command line to run it again. The exit status is that of the command; for a recording, \
      that of the process which failed last.
      """)

  // Declared before the options, because a command takes all remaining arguments.
  @Argument(help: "Read events from this file (`-` for standard input), not from the kernel. Several are merged.")
  var file: String?

  @OptionGroup var source: FormatOption

  @OptionGroup var merging: MergeOptions

  @Flag(help: "Print one JSON object per line, for each process of the chain.")
  var json = false

  @OptionGroup var options: TraceOptions

  @OptionGroup var output: OutputOption

  @OptionGroup var recording: RecordOption

  mutating func validate() throws {
    try recording.refuse(beside: file, writesSummary: true)
    try source.refuse(without: file)
    try merging.refuse(without: files)
    try files.refuseTwoStandardInputs()
    if file == nil, options.command.isEmpty {
      throw ValidationError("nothing to explain: give a recording, or -- and a command")
    }
    if file != nil, !options.command.isEmpty {
      throw ValidationError("cannot use both FILE and a command: give only one")
    }
  }

  private var files: [String] { file.map { [$0] + merging.others } ?? [] }

  var traces: Bool { files.isEmpty }

  /// The most failures that are explained: the newest ones.
  private static let most = 20

  func run() throws {
    let run =
      if !files.isEmpty {
        try GatheredRun(reading: files, source, merging, options, printing: output)
      } else {
        try GatheredRun(tracing: options, recording: recording, printing: output)
      }
    guard let run else { return }
    let tree = run.gathered.tree
    let causes = try roots(of: run).compactMap { FailureCause(of: $0, in: tree) }
    if causes.count > Self.most {
      let left = DisplayText(number: causes.count - Self.most, grouped: true)
      Output.printError("\(left) earlier failures are left out: choose some with --filter")
    }
    if run.failure == nil || run.gathered.newest > 0 { try print(causes.suffix(Self.most), of: run) }
    if let notice = run.notice { Output.printError(notice) }
    let totals = tree.totals
    if totals.lost.total > 0 { Output.printError("lost: \(LossText.list(totals.lost))") }
    if totals.forgotten > 0 {
      let count = DisplayText(number: totals.forgotten, grouped: true)
      Output.printError("\(count) processes were forgotten: raise --keep or --memory to remember more")
    }
    if let failure = run.failure { throw failure }
    var status = run.status
    if file != nil, status == 0, let last = causes.last { status = tree[last.root]?.end?.status?.shellCode ?? 0 }
    if status != 0 { throw ExitCode(status) }
  }

  /// The processes to explain: the command, or what failed in a recording; with a filter, the topmost failed processes
  /// that match.
  private func roots(of run: GatheredRun) throws -> [ProcessID] {
    let tree = run.gathered.tree
    if let filter = try options.parsedFilter() {
      let evaluator = FilterEvaluator(filter, at: run.now)
      let roots = FailureCause.roots(in: tree) { evaluator.matches($0, in: tree) }
      if let trouble = filter.trouble { Output.printError(of: trouble) }
      return roots
    }
    guard file == nil else { return FailureCause.roots(in: tree) }
    return run.gathered.root.map { [$0] } ?? []
  }

  private func print(_ causes: ArraySlice<FailureCause>, of run: GatheredRun) throws {
    var mask = recording.masking.masksSecrets ? SecretMask() : nil
    let change = { (node: ProcessNode) in mask == nil ? node : node.replacingImages { mask?.masked($0) ?? $0 } }
    let glyphs: Glyphs = OutputSettings.adoptLocale() ? .utf8 : .ascii
    var lines = StyledLines(isColored: isatty(Output.descriptor) == 1 && !OutputSettings.colorIsRefused)
    var encoder = JSONLineEncoder(wallOffset: nil)
    for cause in causes {
      let listing = FailureListing(of: cause, in: run.gathered.tree, now: run.now, glyphs: glyphs, changing: change)
      if json {
        append(cause, listing.rerun?.bytes, of: run, to: &encoder, change)
      } else {
        if lines.count > 0 { lines.append(StyledText()) }
        for line in listing.lines { lines.append(line) }
      }
    }
    if causes.isEmpty, !json {
      lines.append(FailureListing.success(of: run.gathered.root.flatMap { run.gathered.tree[$0] }))
    }
    if run.isShared { _ = try Output.print(FreshLine.bytes(mayBeBlank: !json && run.gathered.command != nil)) }
    _ = try Output.print(json ? encoder.bytes : lines.bytes)
    if let masked = mask?.count, masked > 0 { Output.printError(MaskOption.message(ofValues: masked)) }
  }

  private func append(
    _ cause: FailureCause, _ again: [UInt8]?, of run: GatheredRun, to encoder: inout JSONLineEncoder,
    _ change: (ProcessNode) -> ProcessNode
  ) {
    for (depth, step) in cause.chain.enumerated() {
      guard let node = run.gathered.tree[step.id] else { continue }
      let isCause = step.id == cause.cause
      encoder.wallOffset = run.wall?.value(at: node.startTime)
      encoder.append(
        change(node), depth: depth, link: step.link, isCause: isCause, again: isCause ? again : nil, now: run.now)
    }
  }
}
