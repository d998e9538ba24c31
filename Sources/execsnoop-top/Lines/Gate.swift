import Events
import Export
import Files
import Filtering
import Glibc
import Masking
import TUI
import Terminal
import Tree

/// Judges a gathered run by `--fail-on` and `--budget`, and writes its summary.
struct Gate {
  private let failOn: Filter?
  private let budget: Budget?
  private let options: GateOptions
  private let masksSecrets: Bool
  /// The file of `--markdown`; nil without one.
  private var summary: SummaryFile?

  init(_ options: GateOptions, masksSecrets: Bool) throws {
    failOn = try options.parsedFilter()
    budget = try options.parsedBudget()
    self.options = options
    self.masksSecrets = masksSecrets
  }

  /// Whether a run can fail by it.
  var judges: Bool { failOn != nil || budget != nil }

  /// Opens the file of `--markdown`.
  /// - Throws: `Failure`.
  mutating func open() throws(Failure) {
    if let path = options.markdown, !options.printsMarkdown { summary = try SummaryFile(path) }
  }

  /// What a run is judged to be.
  struct Verdict {
    /// How many processes match `--fail-on`; nil without it.
    var matches: Int?
    var excess: [Budget.Excess] = []
    var sums = RunSums()
    /// Why a match, or a part of a sum, may be missing; empty for a complete run.
    var doubts: [DisplayText] = []

    var isFailed: Bool { matches ?? 0 > 0 || !excess.isEmpty }
  }

  /// - Complexity: O(processes).
  func verdict(on run: GatheredRun) -> Verdict {
    let tree = run.gathered.tree
    var verdict = Verdict()
    let first = min(run.gathered.oldest, run.now)
    verdict.sums = RunSums(of: tree, below: run.gathered.root, span: first...run.now)
    verdict.excess = budget?.exceeded(by: verdict.sums) ?? []
    if let failOn {
      var count = 0
      TreeListing(of: tree, matching: failOn, below: run.gathered.root, now: run.now, glyphs: .utf8)
        .forEachRow { row, _, _ in
          if row.isMatch { count += 1 }
          return true
        }
      verdict.matches = count
    }
    if tree.totals.lost.total > 0 { verdict.doubts.append("events were lost: \(LossText.list(tree.totals.lost))") }
    if tree.totals.forgotten > 0 {
      let count = DisplayText(number: tree.totals.forgotten, grouped: true)
      verdict.doubts.append("\(count) processes were forgotten: raise --keep or --memory")
    }
    let measures = Set((budget?.limits ?? []).map(\.measure))
    if measures.contains(.dur), !verdict.sums.isTimed { verdict.doubts.append("the trace does not tell run times") }
    if !measures.isDisjoint(with: [.cpu, .mem]), !verdict.sums.hasUsage {
      verdict.doubts.append("CPU time and memory are not known of all processes")
    }
    if !run.isWhole { verdict.doubts.append("the recording is cut short or damaged") }
    return verdict
  }

  /// Writes the summary.
  /// - Throws: `Failure`.
  func writeSummary(_ run: GatheredRun, _ verdict: Verdict, file: String?) throws {
    guard let summary else { return }
    try summary.write(summaryBytes(run, verdict, file: file))
  }

  /// The summary in Markdown. Values that look like secrets are masked: many may read what a CI system shows.
  func summaryBytes(_ run: GatheredRun, _ verdict: Verdict, file: String?) throws -> [UInt8] {
    var mask = masksSecrets ? SecretMask() : nil
    let change = { (node: ProcessNode) in
      mask == nil ? node : node.replacingImages { mask?.masked($0) ?? $0 }
    }
    var summary = MarkdownSummary(
      of: MarkdownSummary.Run(
        tree: run.gathered.tree, root: run.gathered.root, now: run.now, sums: verdict.sums,
        file: file.map { DisplayText(typed: $0) }),
      showing: try failOn ?? Filter.parse("exit>0 or has:sig"), glyphs: .utf8, changing: change)
    if let failOn { summary.failOn = (DisplayText(typed: failOn.text), verdict.matches ?? 0) }
    summary.excess = verdict.excess
    summary.doubts = verdict.doubts
    return summary.bytes
  }

  /// Says on standard error why the run failed.
  func report(_ verdict: Verdict, glyphs: Glyphs) {
    if let failOn, let matches = verdict.matches, matches > 0 {
      let text: DisplayText = matches == 1 ? "1 process matches" : "\(number: matches, grouped: true) processes match"
      Output.printError("\(text) --fail-on \(DisplayText(typed: failOn.text))")
    }
    for excess in verdict.excess { Output.printError(BudgetText.line(of: excess, glyphs)) }
    if judges, !verdict.isFailed, !verdict.doubts.isEmpty {
      Output.printError("cannot tell whether the run passes: \(verdict.doubts.joined(separator: "; "))")
    }
  }

  /// The exit status.
  /// - Parameters:
  ///   - status: the status without the gate.
  ///   - isInterrupted: whether a signal ended the run: then its status stays, unless it is 0.
  func status(_ verdict: Verdict, _ status: Int32, isInterrupted: Bool) -> Int32 {
    if !judges || isInterrupted && status != 0 { return status }
    if verdict.isFailed { return GateOptions.failed }
    return status == 0 && !verdict.doubts.isEmpty ? Failure.cannotTrace : status
  }
}

/// The file of `--markdown`: text is appended, since CI systems give a file that several steps write to.
///
/// It may exist, as a regular file, FIFO or character device; no symbolic link is followed. A new one has mode 0600.
final class SummaryFile {
  private let path: String
  private let file: FileDescriptor
  /// Whether something is in the file already.
  private let isContinued: Bool

  /// Opens the file, as the present user: call it once privileges are dropped.
  /// - Throws: `Failure`.
  init(_ path: String) throws(Failure) {
    self.path = path
    let name = Arguments.bytes(of: path) ?? Array(path.utf8)
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY
    let opened = name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { bytes in
      SignalWait.endable { Glibc.open(Array(bytes) + [0], flags, 0o600) }
    }
    if opened < 0, errno == ELOOP {
      throw Failure("\(DisplayText(typed: path)) is a symbolic link: name the file itself")
    }
    guard opened >= 0 else { throw Failure("cannot open \(DisplayText(typed: path)): \(DisplayText(errno: errno))") }
    file = FileDescriptor(opened)
    var facts = stat()
    isContinued = fstat(opened, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_size > 0
    if isContinued, Self.isDatabase("/proc/self/fd/\(opened)") {
      throw Failure("\(DisplayText(typed: path)) is a database, such as a recording: name another file for the summary")
    }
  }

  /// Whether a regular file is an SQLite database, by its first bytes.
  private static func isDatabase(_ path: String) -> Bool {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { Glibc.close(descriptor) }
    let magic = Array("SQLite format 3".utf8) + [0]
    var start = [UInt8](repeating: 0, count: magic.count)
    return read(descriptor, &start, start.count) == start.count && start == magic
  }

  /// Appends the summary and closes the file. What was in it stays, and ends with an empty line.
  /// - Throws: `Failure`.
  func write(_ bytes: [UInt8]) throws(Failure) {
    do throws(Errno) {
      try file.write(allOf: (isContinued ? Array("\n\n".utf8) : []) + bytes)
      try file.close()
    } catch {
      throw Failure("cannot write to \(DisplayText(typed: path)): \(DisplayText(errno: error.number))")
    }
  }
}
