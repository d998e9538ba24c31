import ArgumentParser

struct ExecsnoopTop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "execsnoop-top",
    abstract: "Explore the live process tree: every exec, fork and exit, by eBPF.",
    discussion: """
      Without a subcommand: the interactive view, or `log` when standard output is not a terminal.
      Press ? in the view for its keys.

      EXAMPLES:
        sudo execsnoop-top                        watch the whole machine
        sudo execsnoop-top -- make -j8            only what this command starts
        sudo execsnoop-top --filter 'comm:git'    with a filter from the start
        sudo execsnoop-top log --json > run.ndjson
        execsnoop-top replay run.ndjson
        sudo execsnoop-top tree -- make           the tree of what it ran
        execsnoop-top tree run.ndjson --top       what its commands add up to

      EXIT STATUS:
        0    done; after `-- COMMAND` the command's own status
        1    cannot trace, read a file, or write
        2    usage
        126, 127  the command cannot be started, or is not there
        129, 130, 143  ended by SIGHUP, Ctrl-C or SIGTERM
        141  nobody reads its output any more
      """,
    version: "0.1.0",
    subcommands: [ViewCommand.self, LogCommand.self, TreeCommand.self, ReplayCommand.self, DoctorCommand.self],
    defaultSubcommand: ViewCommand.self)
}
