import ArgumentParser
import Events
import Filtering
import TUI
import Trace

/// The options of all tracing commands: what to capture and what to show.
struct TraceOptions: ParsableArguments {
  @Option(
    name: .customLong("filter"),
    help: ArgumentHelp("Show only matching processes and events; with `record`: record only these.", valueName: "expr"))
  var expression: String?

  @Option(
    name: [.customShort("n"), .customLong("name")],
    help: ArgumentHelp("Show only processes whose comm contains this: a part of --filter.", valueName: "text"))
  var name: String?

  @Option(
    name: .customLong("duration"),
    help: ArgumentHelp("End tracing after this time, such as 30s, 5m or 1h30m.", valueName: "time"),
    transform: TimeLength.init)
  var duration: TimeLength?

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print no notes, only errors and losses.")
  var isQuiet = false

  @Flag(
    name: .customShort("x"), help: ArgumentHelp("Include failed execs: they are always included.", visibility: .hidden))
  var includesFailed = false

  @Flag(name: .customLong("no-failed"), help: "Do not trace failed execs.")
  var leavesOutFailed = false

  @Flag(name: .customLong("no-env"), help: "Do not capture environments, not even for a filter or --env.")
  var leavesOutEnvironment = false

  @Flag(
    name: .customLong("output"),
    help: "Capture what processes write to standard output and error: each one's first 64 KiB.")
  var capturesOutput = false

  @Option(
    name: .customLong("max-args"),
    help: ArgumentHelp("Capture at most this many bytes of the arguments of an exec.", valueName: "bytes"))
  var maxArguments: UInt32 = 2 << 20

  @Option(
    name: .customLong("ring-size"),
    help: ArgumentHelp("Size of the ring buffer in KiB, a power of two.", valueName: "kib"))
  var ringKibibytes: UInt32 = 16 << 10

  @OptionGroup var kept: KeepOptions

  @OptionGroup var scope: ScopeOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Start this command and trace only its processes.", valueName: "command"))
  var command: [String] = []

  mutating func validate() throws {
    _ = try parsedFilter()
    if includesFailed, leavesOutFailed { throw ValidationError("cannot use both -x and --no-failed: remove one") }
    if command.isEmpty && Arguments.lackCommand {
      throw ValidationError("no command after --: give one, or remove --")
    }
    if !scope.pids.isEmpty && !command.isEmpty {
      throw ValidationError("cannot use both --pid and a command: give only one")
    }
    if maxArguments == 0 { throw ValidationError("--max-args must be at least 1") }
    guard ringKibibytes >= 4, ringKibibytes <= 1 << 20, ringKibibytes & (ringKibibytes - 1) == 0 else {
      throw ValidationError("--ring-size must be a power of two from 4 to 1048576")
    }
  }

  /// How many bytes of what a process writes are captured with --output.
  static let outputLimit: UInt32 = 64 << 10

  /// - Throws: `ValidationError` where the events come from a file, so nothing is captured. Most likely the user wants
  ///   to name a file for the lines.
  func refuseOutput(beside file: String?) throws {
    guard file != nil, capturesOutput else { return }
    throw ValidationError(
      "--output captures what traced processes write, so it cannot be used with FILE: to print to a file, use -o FILE")
  }

  /// The expression of `--filter` and `--name` together; nil for none.
  var filter: String? {
    guard let name else { return expression }
    let term = "comm:\(FilterText.quoted(Arguments.bytes(of: name) ?? Array(name.utf8)))"
    return expression.map { "\(term) (\($0))" } ?? term
  }

  /// - Throws: `ValidationError` where the events come from a file.
  func refuseDuration(beside file: String?) throws {
    if file != nil, duration != nil { throw ValidationError("cannot use both FILE and --duration: remove one") }
  }

  /// The filter; nil for everything.
  /// - Throws: `ValidationError` as `parse(filter:)`.
  func parsedFilter() throws -> Filter? {
    if name?.isEmpty == true { throw ValidationError("--name is empty: remove it to see everything") }
    // The columns of an error are those of --filter.
    _ = try expression.map { try Self.parse(filter: $0) }
    return try filter.map { try Self.parse(filter: $0) }
  }

  /// Parses a filter.
  /// - Parameters:
  ///   - option: the option that it was given with.
  ///   - empty: what to do about an empty one.
  /// - Throws: `ValidationError` for a faulty, empty or non-UTF-8 expression. An empty one is refused, because an unset
  ///   shell variable would show everything.
  static func parse(
    filter: String, of option: String = "--filter", empty: String = "remove it to see everything"
  ) throws -> Filter {
    if Arguments.bytes(of: filter) != nil {
      throw ValidationError("\(option) is not UTF-8: write such a byte as \\xNN in a regular expression")
    }
    do {
      let parsed = try Filter.parse(filter)
      if !parsed.isEmpty { return parsed }
    } catch {
      throw ValidationError("\(option), \(error)")
    }
    throw ValidationError("\(option) is empty: \(empty)")
  }

  /// These options without environments, unless the filter needs them: for output that does not show them.
  func withoutNeedlessEnvironment() throws -> TraceOptions {
    var options = self
    if try parsedFilter()?.needsEnvironment != true { options.leavesOutEnvironment = true }
    return options
  }

  /// What to capture, by these options.
  /// - Parameters:
  ///   - execsOnly: whether only execs will be shown.
  ///   - narrowed: the scope that the filter allows.
  /// - Throws: `ValidationError` for a process, user or cgroup that does not exist.
  func settings(execsOnly: Bool, narrowed: NarrowedScope) throws -> TraceSettings {
    var settings = TraceSettings()
    settings.environment = !leavesOutEnvironment
    settings.failedExecs = !leavesOutFailed
    settings.maxArguments = maxArguments
    settings.ringSize = ringKibibytes << 10
    settings.scope = try scope.scope()
    if !command.isEmpty || !narrowed.pids.isEmpty { settings.scope.isOfProcesses = true }
    if settings.scope.uid == nil { settings.scope.uid = narrowed.uid }
    settings.execsOnly = execsOnly
    settings.outputLimit = capturesOutput ? Self.outputLimit : 0
    settings.isOfCommand = !command.isEmpty
    return settings
  }

  /// The command with its arguments, byte for byte: the parser's strings have U+FFFD for bytes that are not UTF-8. The
  /// command follows `--`, so it is at the end of this program's arguments.
  var commandBytes: [[UInt8]] {
    Arguments.bytes.suffix(command.count)
  }
}

/// A length of time as a user types it: `30s`, `1h30m`, or `90` for seconds.
struct TimeLength: Sendable {
  let nanoseconds: UInt64

  init(_ text: String) throws {
    guard let length = TimeText.length(of: text), length > 0 else {
      throw ValidationError("expected a time such as 30s, 5m or 1h30m")
    }
    nanoseconds = length
  }
}
