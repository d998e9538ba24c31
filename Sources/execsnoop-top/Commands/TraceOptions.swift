import ArgumentParser
import Filtering
import TUI
import Trace

/// What to capture and what to show: the options that all tracing commands share.
struct TraceOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Show only matching processes and events.", valueName: "expr"))
  var filter: String?

  @Flag(name: .customLong("no-failed"), help: "Do not trace failed execs.")
  var leavesOutFailed = false

  @Flag(name: .customLong("no-env"), help: "Do not capture environments.")
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

  /// The filter, or nil for everything.
  func parsedFilter() throws -> Filter? { try filter.map(Self.parse) }

  /// - Throws: `ValidationError` for a faulty, empty or non-UTF-8 expression. An empty one is refused so that an
  ///   unset shell variable does not show everything.
  static func parse(filter: String) throws -> Filter {
    if Arguments.bytes(of: filter) != nil {
      throw ValidationError("--filter is not UTF-8: write such a byte as \\xNN in a regular expression")
    }
    do {
      let parsed = try Filter.parse(filter)
      if !parsed.isEmpty { return parsed }
    } catch {
      throw ValidationError("--filter, \(error)")
    }
    throw ValidationError("--filter is empty: remove it to see everything")
  }

  /// The same without environments, unless the filter looks at them: for what does not show them.
  func withoutNeedlessEnvironment() throws -> TraceOptions {
    var options = self
    if try parsedFilter()?.needsEnvironment != true { options.leavesOutEnvironment = true }
    return options
  }

  /// - Parameters:
  ///   - execsOnly: whether only execs will be shown.
  ///   - narrowed: what else the kernel side may leave out.
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

  /// The command with its arguments byte for byte: the parser's strings have U+FFFD where the bytes are not UTF-8. It
  /// follows `--`, so it is the end of this program's own arguments.
  var commandBytes: [[UInt8]] {
    Arguments.bytes.suffix(command.count)
  }
}
