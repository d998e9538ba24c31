import ArgumentParser
import Glibc
import Recording
import TUI
import Terminal

/// The command `replay`: shows a recording in the view.
struct ReplayCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Open a recording in the interactive view, without root.",
    discussion: "The recording is what `record` writes, or what `log --json` prints.")

  @Option(name: .long, help: ArgumentHelp("Show only matching processes and events.", valueName: "expr"))
  var filter: String?

  @OptionGroup var kept: KeepOptions
  @OptionGroup var view: ViewOptions

  @Argument(help: "The recording (`-` for standard input).")
  var file: String

  func validate() throws { _ = try filter.map(TraceOptions.parse) }

  func run() throws { try Self.show(file, filter: filter, kept: kept, view: view) }

  /// Shows a recording until the user quits.
  static func show(_ file: String, filter: String?, kept: KeepOptions, view: ViewOptions) throws {
    do {
      let recording = try EventFile(path: file, named: Arguments.bytes(of: file))
      try ReplayView(recording, filter: filter ?? "", limits: kept.limits(), options: view).run()
    } catch let error as RecordingError {
      throw Failure(DisplayText(typed: error.description))
    } catch let error as TerminalError {
      throw Failure(error.message)
    }
  }
}

/// A word in place of a subcommand: `execsnoop-top FILE` is `execsnoop-top replay FILE`.
///
/// The names of subcommands win over files; `./log` is a file.
enum FileArgument {
  /// The first argument if it can only be a file: it is no option and no subcommand.
  static func first(in arguments: [String]) -> String? {
    guard let word = arguments.first, !word.hasPrefix("-") || word == "-", !names.contains(word),
      !arguments.contains(where: ["-h", "--help"].contains)
    else { return nil }
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
      ? "check the path"
      : "write -- before a command to trace, as in execsnoop-top -- \(DisplayText(typed: word.orQuotes))"
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
