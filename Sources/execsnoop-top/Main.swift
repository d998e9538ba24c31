import ArgumentParser
import CLinux
import Glibc
import TUI
import Terminal
import Trace

/// The way in: parses the command line, runs the subcommand, and turns whatever goes wrong into one line on standard
/// error and an exit status.
@main
enum Main {
  static func main() {
    lnx_fill_standard_descriptors()
    lnx_settle_signals()
    CrashReport.prepare(program: "execsnoop-top \(ExecsnoopTop.configuration.version)")
    lnx_settle_name_service()
    exit(Output.finish(run()))
  }

  /// - Returns: the exit status.
  private static func run() -> Int32 {
    do {
      do {
        try TreeForm.checkGroup(in: Arguments.text)
        var command = try ExecsnoopTop.parseAsRoot(Arguments.text)
        if (command as? any Subcommand)?.traces != true { try dropPrivileges() }
        try command.run()
        return 0
      } catch let error as TraceError {
        throw Failure(DisplayText(typed: error.description))
      } catch let error where !(error is Failure || error is ExitCode) {
        return try endParsing(error)
      }
    } catch let failure as Failure {
      Output.complain(failure.message)
      return failure.status
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      Output.complain(DisplayText(typed: "\(error)"))
      return Failure.cannotTrace
    }
  }

  private static func dropPrivileges() throws { try Privileges.drop(to: InvokingUser()) }

  /// `--help`, `--version` and completion scripts are errors to the parser too, but go to standard output with status 0.
  /// - Throws: `Failure` where they cannot be written.
  private static func endParsing(_ error: any Error) throws -> Int32 {
    let status = ExecsnoopTop.exitCode(for: error)
    if status.isSuccess {
      try dropPrivileges()
      _ = try Output.print(Array((ExecsnoopTop.fullMessage(for: error) + "\n").utf8))
      return 0
    }
    let lines = ExecsnoopTop.message(for: error).split(separator: "\n")
    // An option's value may be of several lines.
    var line = lines.prefix { !$0.hasPrefix("  - ") }.joined(separator: "\n")
    if line.isEmpty { line = "wrong usage" }
    // A list of what there is to choose from.
    let choices = lines.drop { !$0.hasPrefix("  - ") }.prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    if !choices.isEmpty { line += " " + choices.joined(separator: ", ") }
    Output.complain("\(DisplayText(typed: line)); see execsnoop-top --help")
    return Failure.usage
  }
}
