import ArgumentParser
import Glibc
import TUI
import Terminal
import Trace

/// The command `view`: traces, and shows the processes in the view.
struct ViewCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "The interactive view (the default).")

  @OptionGroup var view: ViewOptions

  @OptionGroup var options: TraceOptions

  var traces: Bool { true }

  func run() throws {
    guard isatty(STDOUT_FILENO) == 1 else { return try LogCommand.trace(options, form: .text) }
    // TerminalSession checks this again. An unsuitable terminal shall be refused before the trace starts.
    if getenv("TERM").map({ $0.pointee == 0 }) ?? true { throw Failure(TerminalError.noType.message) }
    if isatty(STDIN_FILENO) != 1 { throw Failure(TerminalError.notATerminal.message) }

    let held = options.command.isEmpty ? nil : try HeldOutput(of: InvokingUser())
    let live = try LiveTrace(options, output: held, watched: TerminalSession.signalsToWatch)
    let signal: Int32?
    do {
      signal = try LiveView(
        live, output: held, filter: options.filter ?? "", limits: options.kept.limits(), options: view
      ).run()
    } catch {
      held?.finish(live)
      throw error
    }
    if let signal {
      Ending.start()
      live.forward(signal)
      held?.printHeld()
      throw ExitCode(128 + signal)
    }
    live.stop()
    guard let held else { return }
    throw ExitCode(held.finish(live))
  }
}

/// The options of the interactive view, for a trace and a recording.
struct ViewOptions: ParsableArguments {
  @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
  var leavesMouse = false

  /// Whether the view uses the mouse.
  var usesMouse: Bool { !leavesMouse }
}
