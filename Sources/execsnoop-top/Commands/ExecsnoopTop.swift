import ArgumentParser

/// The program with its subcommands.
struct ExecsnoopTop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "execsnoop-top",
    abstract: "Explore the live process tree: every exec, fork and exit, seen with eBPF.",
    discussion: """
      Without a subcommand, `view` runs, or `log` if standard output is not a terminal.
      Press ? in the view for help.

      EXAMPLES:
        sudo execsnoop-top                        trace the whole machine
        sudo execsnoop-top -- make -j8            trace only this command
        sudo execsnoop-top --filter 'comm:git'    start with a filter
        sudo execsnoop-top record run.db          record until Ctrl-C
        execsnoop-top run.db                      look at it later
        execsnoop-top export run.db -o run.html   write a page for a browser
        sudo execsnoop-top tree -- make           print the tree of make
        execsnoop-top tree run.db --top           print totals per command
        execsnoop-top diff before.db after.db     compare two recordings of one job
        sudo execsnoop-top why -- make            print which process made it fail
        execsnoop-top ssh web-1 web-2             trace other machines, in one view

      EXIT STATUS:
        0    success; after `-- COMMAND` the status of the command
        1    cannot trace, read a file, or write; `diff`: recordings differ
        2    wrong usage; `diff`: trouble
        3    no event matched --until
        4    a process matches --fail-on, or a limit of --budget is exceeded
        126, 127  the command cannot be started, or is not found
        129, 130, 143  ended by SIGHUP, Ctrl-C or SIGTERM
        141  the reader of the output is gone
      """,
    version: "0.1.0",
    subcommands: [
      ViewCommand.self, LogCommand.self, TreeCommand.self, RecordCommand.self, ReplayCommand.self, ExportCommand.self,
      DiffCommand.self, WhyCommand.self, SSHCommand.self, DoctorCommand.self,
    ],
    defaultSubcommand: ViewCommand.self)
}

/// A subcommand of this program.
///
/// Only tracing needs privileges. `Main` drops them before it runs a command that does not trace, so such a command
/// opens and reads no file with them.
protocol Subcommand: ParsableCommand {
  /// Whether this run traces, and drops its privileges itself after attaching.
  var traces: Bool { get }
}

extension Subcommand {
  var traces: Bool { false }
}
