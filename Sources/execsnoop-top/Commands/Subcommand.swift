import ArgumentParser

/// A command of this program.
///
/// Only tracing needs privileges. `Main` drops them before it calls `run` of any command that does not trace, so such a
/// command opens and reads nothing with them.
protocol Subcommand: ParsableCommand {
  /// Whether this run traces, and drops its privileges itself after attaching.
  var traces: Bool { get }
}

extension Subcommand {
  var traces: Bool { false }
}
