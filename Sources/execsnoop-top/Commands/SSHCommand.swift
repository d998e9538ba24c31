import ArgumentParser
import Events
import Glibc
import Recording
import TUI
import Terminal

/// The command `ssh`: shows the live traces of other machines in one view.
struct SSHCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "ssh", abstract: "Trace other machines by ssh, and show them together in one view.",
    discussion: """
      Runs `ssh -o BatchMode=yes HOST sudo -n execsnoop-top log --json` for each host, with your own configuration of \
      ssh. The program has to be installed there, and sudo may not ask for a password. Quitting ends the traces.
      """)

  @Option(name: .long, help: ArgumentHelp("Show only matching processes and events.", valueName: "expr"))
  var filter: String?

  @OptionGroup var merging: MergeOptions
  @OptionGroup var kept: KeepOptions
  @OptionGroup var view: ViewOptions

  @Argument(help: "A machine, as ssh knows it.")
  var hosts: [String]

  func validate() throws {
    _ = try filter.map { try TraceOptions.parse(filter: $0) }
    for host in hosts where host.isEmpty || host.hasPrefix("-") {
      throw ValidationError("\(host.orQuotes) is not the name of a host")
    }
  }

  func run() throws {
    if isatty(STDOUT_FILENO) != 1 || isatty(STDIN_FILENO) != 1 { throw Failure(TerminalError.notATerminal.message) }
    var traces: [RemoteTrace] = []
    defer { for trace in traces { trace.end() } }
    for host in hosts { traces.append(try RemoteTrace(host)) }
    do {
      let input = try EventInput(traces, offsets: merging.byName)
      // A view without any machine would show nothing.
      var first: [RecordedEvent] = []
      var answers = false
      while !answers, let events = try input.read(blocks: true) {
        first += events
        // A host that fails is an event too.
        answers = events.contains { if case .host = $0.event { false } else { true } }
      }
      guard answers else {
        for notice in input.notices { Output.printError(DisplayText(typed: notice)) }
        throw Failure("no host answers")
      }
      input.giveBack(first)
      try ReplayView(input, filter: filter ?? "", limits: kept.limits(), options: view).run()
      for notice in input.notices { Output.printError(DisplayText(typed: notice)) }
    } catch let error as RecordingError {
      throw Failure(DisplayText(typed: error.description))
    } catch let error as TerminalError {
      throw Failure(error.message)
    }
  }
}
