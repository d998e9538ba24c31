import ArgumentParser
import Glibc
import TUI
import Terminal
import Trace

struct ViewCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "The interactive view (the default).")

  @OptionGroup var view: ViewOptions

  @OptionGroup var options: TraceOptions

  var traces: Bool { true }

  func run() throws {
    guard isatty(STDOUT_FILENO) == 1 else { return try LogCommand.trace(options, form: .text) }
    // The terminal room checks this again; checking it here avoids tracing in vain.
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
      Ending.begin()
      live.passOn(signal)
      held?.printHeld()
      throw ExitCode(128 + signal)
    }
    live.stop()
    guard let held else { return }
    throw ExitCode(held.finish(live))
  }
}
