import ArgumentParser
import ProcessTree
import TUI
import Trace

/// What to capture and what to show of it: the same for every command that traces.
struct TraceOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Show only what matches.", valueName: "expr"))
  var filter: String?

  @Flag(name: .customLong("no-failed"), help: "Leave out failed execs.")
  var leavesOutFailed = false

  @Flag(name: .customLong("no-env"), help: "Leave out environments.")
  var leavesOutEnvironment = false

  @Option(
    name: .customLong("max-args"),
    help: ArgumentHelp("Keep this many bytes of each argument vector.", valueName: "bytes"))
  var maxArguments: UInt32 = 2 << 20

  @Option(
    name: .customLong("ring-size"),
    help: ArgumentHelp("Size of the ring buffer in KiB, a power of two.", valueName: "kib", visibility: .hidden))
  var ringKibibytes: UInt32 = 16 << 10

  @OptionGroup var kept: KeepOptions

  @OptionGroup var scope: ScopeOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("Start this command and trace only what it starts.", valueName: "command"))
  var command: [String] = []

  mutating func validate() throws {
    _ = try parsedFilter()
    if command.isEmpty && Arguments.lackCommand {
      throw ValidationError("-- stands before a command to trace, and none follows")
    }
    if !scope.pids.isEmpty && !command.isEmpty {
      throw ValidationError("either --pid or a command to trace, not both")
    }
    if maxArguments == 0 { throw ValidationError("--max-args must be at least 1") }
    guard ringKibibytes >= 4, ringKibibytes <= 1 << 20, ringKibibytes & (ringKibibytes - 1) == 0 else {
      throw ValidationError("--ring-size must be a power of two from 4 to 1048576")
    }
  }

  /// The filter, or nil for everything.
  func parsedFilter() throws -> Filter? { try filter.map(Self.parse) }

  /// - Throws: `ValidationError` for what is no filter or not UTF-8, and for nothing at all: a variable without a value is not to show
  ///   everything.
  static func parse(filter: String) throws -> Filter {
    if Arguments.bytes(of: filter) != nil {
      throw ValidationError("--filter is not UTF-8; in a regular expression, \\xNN is such a byte")
    }
    do {
      let parsed = try Filter.parse(filter)
      if !parsed.isEmpty { return parsed }
    } catch {
      throw ValidationError("--filter, \(error)")
    }
    throw ValidationError("--filter is empty; leave it out to see everything")
  }

  /// Whether the filter looks at environments, as far as its text tells.
  var mayFilterByEnvironment: Bool { filter?.contains("env") ?? false }

  /// - Parameters:
  ///   - execsOnly: whether nothing but execs is going to be shown.
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

  /// The command with its arguments byte for byte: the parser's strings have U+FFFD where the bytes are not UTF-8. It is
  /// what stands behind `--`, so it is the end of this program's own arguments.
  var commandBytes: [[UInt8]] {
    Arguments.bytes.suffix(command.count)
  }
}
