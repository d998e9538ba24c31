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
        var arguments = Arguments.text
        // The parser knows only the long form.
        if let index = arguments.prefix(while: { $0 != "--" }).firstIndex(of: "-V") { arguments[index] = "--version" }
        if let word = FileArgument.first(in: arguments) {
          // Whatever it is, nothing is traced.
          try dropPrivileges()
          try FileArgument.check(word)
          if arguments.contains("--") {
            throw Failure("cannot use both FILE and a command: give only one", status: Failure.usage)
          }
          arguments.insert("replay", at: 0)
        } else if PlaySpeed.isAsked(in: arguments) {
          arguments.insert("replay", at: 0)
        }
        try checkHelp(of: arguments)
        var command = try ExecsnoopTop.parseAsRoot(ExtraFiles.completed(PlaySpeed.completed(arguments)))
        if let words = commandWithoutTerminator(), FileArgument.isProgram(arguments[1]) {
          try dropPrivileges()
          throw Failure(
            "no file is named \(DisplayText(typed: arguments[1])): write -- before a command to trace, as in \(words)",
            status: Failure.usage)
        }
        if (command as? any Subcommand)?.traces != true { try dropPrivileges() }
        try command.run()
        return 0
      } catch let error as TraceError {
        throw Failure(DisplayText(typed: error.description))
      } catch let error where !(error is Failure || error is ExitCode) {
        return try endParsing(error)
      }
    } catch let failure as Failure {
      Output.printError(failure.message)
      return failure.status
    } catch let status as ExitCode {
      return status.rawValue
    } catch {
      Output.printError(DisplayText(typed: "\(error)"))
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
    // The value of an option may have several lines.
    var line = lines.prefix { !$0.hasPrefix("  - ") }.joined(separator: "\n")
    if line.isEmpty { line = "wrong usage" }
    // The list of choices.
    let choices = lines.drop { !$0.hasPrefix("  - ") }.prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    if !choices.isEmpty { line += " " + choices.joined(separator: ", ") }
    if let option = unknownOption(behind: line) { line = "Unknown option '\(option)'" }
    let advice: DisplayText =
      foreignAdvice(on: &line) ?? removeSuggestion(from: &line).map { ": did you mean \($0)?" } ?? Self.advice(on: line)
    Output.printError("\(DisplayText(typed: line))\(advice)")
    return Failure.usage
  }

  /// The first option that the subcommand does not know, where the parser says that a value is missing: it says so of a
  /// value that is there, too, if there is such an option before it.
  private static func unknownOption(behind line: String) -> String? {
    guard line.hasPrefix("Missing value for"), let name = Arguments.text.first, FileArgument.names.contains(name) else {
      return nil
    }
    return Arguments.text.dropFirst().prefix { $0 != "--" }.first { word in
      guard word.hasPrefix("-"), word.count > 1 else { return false }
      do {
        _ = try ExecsnoopTop.parseAsRoot([name, word])
        return false
      } catch { return ExecsnoopTop.message(for: error).hasPrefix("Unknown option '\(word)'") }
    }
  }

  /// What does the same as an option of another program; nil for other messages. Removes the parser's suggestion.
  private static func foreignAdvice(on line: inout String) -> DisplayText? {
    let quoted = line.split(separator: "'", omittingEmptySubsequences: false)
    guard line.hasPrefix("Unknown option '"), quoted.count > 2 else { return nil }
    let option = String(quoted[1])
    let advice: DisplayText
    if let words = commandWithoutTerminator() {
      advice = "write -- before a command to trace, as in \(words)"
    } else if let known = ForeignOptions.advice(on: option) {
      advice = known
    } else {
      return nil
    }
    line = "Unknown option '\(option)'"
    return ": \(advice)"
  }

  /// The whole command line with the `--` that it lacks, as in `log make -j4`: a word that is no file follows the
  /// subcommand.
  private static func commandWithoutTerminator() -> DisplayText? {
    let words = Arguments.text
    guard words.count > 1, FileArgument.tracing.contains(words[0]), !words[1].hasPrefix("-"), words[0] != "record",
      !words.contains("--"), !FileArgument.isThere(words[1])
    else { return nil }
    return "execsnoop-top \(DisplayText(typed: words[0])) -- \(FileArgument.shown(words.dropFirst()))"
  }

  /// Where to read on after wrong usage.
  private static func advice(on line: String) -> DisplayText {
    guard let name = Arguments.text.first, FileArgument.names.contains(name), name != "help" else {
      return "; see execsnoop-top --help"
    }
    let help: DisplayText = "see execsnoop-top help \(DisplayText(typed: name))"
    let takesCommand = FileArgument.tracing.contains(name) && line.contains("nexpected argument")
    return takesCommand ? "; write -- before a command to trace; \(help)" : "; \(help)"
  }

  /// - Throws: `Failure` for `help` of a subcommand that does not exist.
  private static func checkHelp(of arguments: [String]) throws {
    guard arguments.first == "help", let word = arguments.dropFirst().first, !word.hasPrefix("-"),
      !FileArgument.names.contains(word)
    else { return }
    let advice: DisplayText =
      nearestName(to: word, in: FileArgument.names).map { "did you mean \(DisplayText(typed: $0))?" }
      ?? "see execsnoop-top --help"
    try dropPrivileges()
    throw Failure(
      "no subcommand is named \(DisplayText(typed: word.orQuotes)): \(advice)", status: Failure.usage)
  }

  /// Removes the option that the parser suggests from its message.
  /// - Returns: the option, if it is within two edits of the wrong one.
  private static func removeSuggestion(from line: inout String) -> DisplayText? {
    guard let range = line.firstRange(of: ". Did you mean '"), line.hasSuffix("'?") else { return nil }
    let suggested = String(line[range.upperBound...].dropLast(2))
    let wrong = line[..<range.lowerBound].split(separator: "'").last.map(String.init) ?? ""
    line.removeSubrange(range.lowerBound...)
    return nearestName(to: wrong, in: [suggested]).map { DisplayText(typed: $0) }
  }
}

/// An error that ends the program: one line for the user, and the exit status.
struct Failure: Error {
  /// The exit status if the program cannot trace, read a file, or write.
  static let cannotTrace: Int32 = 1
  /// The exit status for wrong usage.
  static let usage: Int32 = 2

  /// What is wrong, and what to do.
  let message: DisplayText
  /// The exit status.
  let status: Int32

  init(_ message: DisplayText, status: Int32 = cannotTrace) {
    self.message = message
    self.status = status
  }
}

extension String {
  /// The text for a message, in quotes if it is empty or blank.
  var orQuotes: String { allSatisfy(\.isWhitespace) ? "'\(self)'" : self }
}
