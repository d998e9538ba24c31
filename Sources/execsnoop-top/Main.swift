import ArgumentParser
import CLinux
import Glibc
import TUI
import Terminal
import Trace

/// The entry point: parses the command line, runs the subcommand, and turns an error into one line on standard error
/// and an exit status.
@main
enum Main {
  static func main() {
    lnx_fill_standard_descriptors()
    lnx_prepare_signals()
    CrashReport.prepare(program: "execsnoop-top \(ExecsnoopTop.configuration.version)")
    lnx_limit_name_service()
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

  /// For the parser, `--help`, `--version` and completion scripts are errors too, but they go to standard output with
  /// status 0.
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
    // The list of choices.
    let choices = lines.drop { !$0.hasPrefix("  - ") }.prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    if !choices.isEmpty { line += " " + choices.joined(separator: ", ") }
    let advice: DisplayText =
      takeSuggestion(from: &line).map { ": did you mean \($0)?" } ?? "; see execsnoop-top --help"
    Output.complain("\(DisplayText(typed: line))\(advice)")
    return Failure.usage
  }

  /// Removes the option that the parser suggests from its message.
  /// - Returns: the option, if it is within two edits of the wrong one.
  private static func takeSuggestion(from line: inout String) -> DisplayText? {
    guard let range = line.firstRange(of: ". Did you mean '"), line.hasSuffix("'?") else { return nil }
    let suggested = String(line[range.upperBound...].dropLast(2))
    let wrong = line[..<range.lowerBound].split(separator: "'").last.map(String.init) ?? ""
    line.removeSubrange(range.lowerBound...)
    return nearestName(to: wrong, in: [suggested]).map { DisplayText(typed: $0) }
  }
}
