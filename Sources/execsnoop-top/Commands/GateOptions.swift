import ArgumentParser
import Filtering
import TUI
import Tree

/// The options of `tree` that turn a run into a check: the exit status says whether it passed.
struct GateOptions: ParsableArguments {
  @Option(
    name: .customLong("fail-on"),
    help: ArgumentHelp(
      "Print only matching processes and their ancestors, and exit 4 if one matches.", valueName: "expr"))
  var failOn: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Exit 4 if the run exceeds a limit: dur<30s,execs<1000,mem<=512M; of \(Self.measures).", valueName: "limits"))
  var budget: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Append a summary in Markdown to this file; with `-`, print it in place of the tree.", valueName: "file"))
  var markdown: String?

  /// The exit status where a process matches `--fail-on`, or a limit is exceeded.
  static let failed: Int32 = 4

  private static let measures = Budget.Measure.allCases.map(\.rawValue).joined(separator: ", ")

  mutating func validate() throws {
    _ = try parsedFilter()
    _ = try parsedBudget()
    if markdown?.isEmpty == true { throw ValidationError("--markdown is empty: name a file, or use - to print it") }
  }

  /// Whether the summary takes the place of the tree.
  var printsMarkdown: Bool { markdown == "-" }

  /// The expression of `--fail-on`; nil without it.
  func parsedFilter() throws -> Filter? {
    try failOn.map {
      try TraceOptions.parse(filter: $0, of: "--fail-on", empty: "remove it, or give a condition such as exit>0")
    }
  }

  /// The limits of `--budget`; nil without it.
  func parsedBudget() throws -> Budget? {
    guard let budget else { return nil }
    do throws(BudgetError) { return try Budget(budget) } catch {
      throw ValidationError("--budget, \(error.description)")
    }
  }

  /// - Throws: `ValidationError` for options that contradict these.
  func refuse(beside options: TraceOptions, _ form: TreeForm) throws {
    if failOn != nil, options.filter != nil {
      throw ValidationError("cannot use both --filter and --fail-on: write one expression")
    }
    if let other = form.criticalPath ? "--critical-path" : form.concurrency ? "--concurrency" : nil {
      if failOn != nil { throw ValidationError("cannot use both --fail-on and \(other): remove one") }
      if printsMarkdown { throw ValidationError("cannot use both --markdown - and \(other): name a file") }
    }
    if failOn != nil, form.top != nil { throw ValidationError("cannot use both --fail-on and --top: remove one") }
    guard printsMarkdown else { return }
    if form.top != nil { throw ValidationError("cannot use both --markdown - and --top: name a file") }
    if form.json { throw ValidationError("cannot use both --markdown - and --json: name a file") }
  }
}
