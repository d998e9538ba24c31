import ArgumentParser
import Comparison
import Events
import Glibc
import Recording
import TUI
import Terminal
import Tree
import TreeLines

/// The command `diff`: compares two recordings of the same job.
struct DiffCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two recordings of the same job, as a tree of what differs.",
    discussion: """
      A process of one recording corresponds to the process of the other one that has the same ancestors and the same \
      command. Pids, times, temporary names, ports, hashes, and the directory of the job are ignored. The exit status \
      is 0 if nothing differs, 1 if something does, and 2 if a recording cannot be read, the output cannot be written, \
      or usage is invalid.
      """)

  /// The exit status where the recordings differ; and where they cannot be compared.
  private static let different: Int32 = 1, trouble: Int32 = 2

  @Argument(help: ArgumentHelp("The first recording.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("The second recording.", valueName: "b"))
  var second: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Differences to ignore, separated by commas: args, exe, cwd, status, fail, env, dur.", valueName: "what"),
    transform: Self.aspects)
  var ignore: Set<RunComparison.Aspect> = []

  @Option(
    name: .customLong("min-time"),
    help: ArgumentHelp(
      "Report run times that differ by at least this, and by at least a quarter of the longer one. (default: 200ms)",
      valueName: "duration"),
    transform: Self.duration)
  var minimumTime: UInt64 = 200_000_000

  @Flag(help: "Print one JSON object per line, for each process that differs.")
  var json = false

  @OptionGroup var source: FormatOption

  @OptionGroup var color: ColorOption

  @OptionGroup var kept: KeepOptions

  mutating func validate() throws {
    if first == "-", second == "-" { throw ValidationError("only one recording can be standard input") }
  }

  func run() throws {
    do {
      if try !compare() { throw ExitCode(Self.different) }
    } catch let failure as Failure {
      throw Failure(failure.message, status: Self.trouble)
    }
  }

  /// - Returns: whether nothing differs.
  private func compare() throws -> Bool {
    try Output.check()
    let a = try read(first)
    let b = try read(second)
    var options = RunComparison.Options()
    options.ignored = ignore
    options.leastTime = minimumTime
    let comparison = RunComparison(a.run, b.run, options)
    if json { try printObjects(comparison) } else { try printLines(comparison) }
    // What is missing looks like a difference.
    if !a.isWhole || !b.isWhole { throw ExitCode(Self.trouble) }
    return comparison.isEmpty
  }

  /// - Returns: the recording, and whether it is not cut short.
  /// - Throws: `Failure` if it has no event.
  private func read(_ path: String) throws -> (run: ComparedRun, isWhole: Bool) {
    var isWhole = true
    var hasEvents = false
    var fault: DisplayText?
    var gathered = GatheredTree(kept.limits(logLines: 16), command: nil)
    do throws(RecordingError) {
      // A file of several machines has a row for each.
      let file = try EventInput([path], source.format)
      while let events = try file.read(blocks: true) {
        for event in events { gathered.apply(event.event) }
        hasEvents = hasEvents || !events.isEmpty
      }
      if let notice = file.notice {
        isWhole = !file.lacksEvents
        if hasEvents { Output.printError(DisplayText(typed: notice)) } else { fault = DisplayText(typed: notice) }
      }
    } catch {
      throw Failure(DisplayText(typed: error.description))
    }
    if let fault { throw Failure(fault) }
    let totals = gathered.tree.totals
    if totals.forgotten > 0 {
      throw Failure(
        "\(DisplayText(typed: path)) has more processes than are remembered: raise --keep or --memory")
    }
    if totals.lost.total > 0 {
      Output.printError("\(DisplayText(typed: path)) lacks events: \(LossText.list(totals.lost))")
    }
    return (ComparedRun(gathered.tree, now: gathered.newest), isWhole)
  }

  /// The number of bytes of one write.
  private static let piece = 64 << 10

  private func printLines(_ comparison: RunComparison) throws {
    let glyphs: Glyphs = OutputSettings.adoptLocale() ? .utf8 : .ascii
    var lines = StyledLines(isColored: color.isColored(STDOUT_FILENO))
    var listing = DifferenceListing(comparison, glyphs: glyphs)
    try listing.forEachLine { line in
      lines.append(line)
      guard lines.count >= Self.piece else { return true }
      defer { lines.removeAll() }
      return try Output.print(lines.bytes)
    }
    _ = try Output.print(lines.bytes)
  }

  private func printObjects(_ comparison: RunComparison) throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    for row in comparison.rows {
      encoder.append(row, of: comparison)
      guard encoder.byteCount >= Self.piece else { continue }
      guard try Output.print(encoder.bytes) else { return }
      encoder.removeAll()
    }
    _ = try Output.print(encoder.bytes)
  }

  // MARK: - Values of options

  private static func aspects(_ text: String) throws -> Set<RunComparison.Aspect> {
    var result: Set<RunComparison.Aspect> = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let aspect = RunComparison.Aspect(rawValue: String(word)) else {
        let all = RunComparison.Aspect.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(String(word).orQuotes) cannot be ignored: use some of \(all)")
      }
      result.insert(aspect)
    }
    return result
  }

  /// A duration as the filter language has it: a number and ns, us, ms, s, m or h.
  private static func duration(_ text: String) throws -> UInt64 {
    let units: [(name: String, nanoseconds: Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) }),
      let nanoseconds = UInt64(exactly: (number * unit.nanoseconds).rounded())
    else { throw ValidationError("expected a duration such as 50ms, 2s or 1m") }
    return nanoseconds
  }
}
