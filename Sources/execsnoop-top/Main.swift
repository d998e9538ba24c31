import ArgumentParser
import CLinux
import Glibc
import TUI

/// The way in: parses the command line, runs the subcommand, and turns whatever goes wrong into one line on standard
/// error and an exit status.
@main
enum Main {
  static func main() {
    lnx_settle_name_service()
    do {
      let arguments = try Arguments.text()
      try TreeForm.checkGroup(in: arguments)
      var command = try ExecsnoopTop.parseAsRoot(arguments)
      try command.run()
    } catch let failure as Failure {
      Output.complain(failure.message)
      exit(failure.status)
    } catch let status as ExitCode {
      exit(status.rawValue)
    } catch {
      endParsing(error)
    }
  }

  /// `--help` and `--version` are errors to the parser too, but go to standard output with status 0.
  private static func endParsing(_ error: any Error) -> Never {
    let status = ExecsnoopTop.exitCode(for: error)
    if status.isSuccess {
      Output.write(Array((ExecsnoopTop.fullMessage(for: error) + "\n").utf8), to: STDOUT_FILENO)
      exit(0)
    }
    let lines = ExecsnoopTop.message(for: error).split(separator: "\n")
    var line = lines.first.map(String.init) ?? "wrong usage"
    // A list of what there is to choose from.
    let choices = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    if !choices.isEmpty { line += " " + choices.joined(separator: ", ") }
    Output.complain("\(DisplayText(typed: line)); see execsnoop-top --help")
    exit(Failure.usage)
  }
}
