import ArgumentParser
import Glibc
import TUI

/// A word in place of a subcommand: `execsnoop-top FILE` is `execsnoop-top replay FILE`.
///
/// The names of subcommands win over files; `./log` is a file.
enum FileArgument {
  /// The first argument if it can only be a file: it is no option and no subcommand.
  static func first(in arguments: [String]) -> String? {
    guard let word = arguments.first, !word.hasPrefix("-") || word == "-", !names.contains(word) else { return nil }
    return word
  }

  /// The subcommands.
  private static let names =
    ExecsnoopTop.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]

  /// - Throws: `ValidationError` if there is no such file, with what the user may have meant.
  static func check(_ word: String) throws {
    if word == "-" || isThere(word) { return }
    if let name = nearestName(to: word, in: names) {
      throw Failure(
        "no subcommand and no file is named \(DisplayText(typed: word.orQuotes)): did you mean \(DisplayText(typed: name))?",
        status: Failure.usage)
    }
    let advice: DisplayText =
      word.contains("/") || word.contains(".")
      ? "check the path" : "write -- before a command to trace, as in execsnoop-top -- \(DisplayText(typed: word.orQuotes))"
    throw Failure(
      "no subcommand and no file is named \(DisplayText(typed: word.orQuotes)): \(advice)", status: Failure.usage)
  }

  private static func isThere(_ word: String) -> Bool {
    let name = Arguments.bytes(of: word) ?? Array(word.utf8)
    var facts = stat()
    // A file that may not be looked at is there: opening it says why.
    if stat(name.map { CChar(bitPattern: $0) } + [0], &facts) == 0 { return true }
    return errno != ENOENT && errno != ENOTDIR
  }
}
