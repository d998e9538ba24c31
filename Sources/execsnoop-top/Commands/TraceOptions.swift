import ArgumentParser
import Filtering
import TUI
import Trace

/// The options of all tracing commands: what to capture and what to show.
struct TraceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Show only matching processes and events; with `record`: record only these.", valueName: "expr"))
  var filter: String?

  @Flag(name: .customLong("no-failed"), help: "Do not trace failed execs.")
  var leavesOutFailed = false

  @Flag(name: .customLong("no-env"), help: "Do not capture environments, not even for a filter or --env.")
  var leavesOutEnvironment = false

  @Option(
    name: .customLong("max-args"),
    help: ArgumentHelp("Capture at most this many bytes of the arguments of an exec.", valueName: "bytes"))
  var maxArguments: UInt32 = 2 << 20

  @Option(
    name: .customLong("ring-size"),
    help: ArgumentHelp("Size of the ring buffer in KiB, a power of two.", valueName: "kib", visibility: .hidden))
  var ringKibibytes: UInt32 = 16 << 10

  @OptionGroup var kept: KeepOptions

  @OptionGroup var scope: ScopeOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Start this command and trace only its processes.", valueName: "command"))
  var command: [String] = []

  mutating func validate() throws {
    _ = try parsedFilter()
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

  /// The filter; nil for everything.
  /// - Throws: `ValidationError` as `parse(filter:)`.
  func parsedFilter() throws -> Filter? { try filter.map { try Self.parse(filter: $0) } }

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
    return settings
  }

  /// The command with its arguments, byte for byte: the parser's strings have U+FFFD for bytes that are not UTF-8. The
  /// command follows `--`, so it is at the end of this program's arguments.
  var commandBytes: [[UInt8]] {
    Arguments.bytes.suffix(command.count)
  }
}
