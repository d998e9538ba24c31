import ArgumentParser
import Glibc
import Recording
import TUI
import Terminal

/// The command `replay`: shows a recording in the view.
struct ReplayCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Open a recording in the interactive view, without root.",
    discussion: """
      The recording is what `record` writes, or what `log --json` prints, which may be compressed by gzip or zstd.
      """)

  @Option(name: .long, help: ArgumentHelp("Show only matching processes and events.", valueName: "expr"))
  var filter: String?

  @Option(
    name: .customLong("play"), defaultAsFlag: PlaySpeed.normal,
    help: ArgumentHelp("Play it from its start, at this multiple of the original speed.", valueName: "speed"))
  var speed: PlaySpeed?

  @OptionGroup var source: FormatOption
  @OptionGroup var kept: KeepOptions
  @OptionGroup var view: ViewOptions

  @OptionGroup var merging: MergeOptions

  @Argument(
    help: """
      The recording (`-`: lines of `log --json` from standard input; a database cannot be piped). Several are merged, \
      with a row for each machine.
      """)
  var file: [String]

  func validate() throws {
    try file.refuseTwoStandardInputs()
    _ = try filter.map { try TraceOptions.parse(filter: $0) }
    if let speed, speed.value == nil {
      throw ValidationError("--play \(speed.text.orQuotes): expected a speed from 0.01 to 100000, such as 0.5 or 10")
    }
  }

  func run() throws {
    try Self.show(file, source, merging, filter: filter, kept: kept, view: view, speed: speed?.value)
  }

  /// Shows a recording until the user quits.
  static func show(
    _ files: [String], _ source: FormatOption, _ merging: MergeOptions, filter: String?, kept: KeepOptions,
    view: ViewOptions, speed: PlaybackSpeed? = nil
  ) throws {
    do {
      let recording = try source.open(files, merging)
      try ReplayView(
        recording, filter: filter ?? "", limits: kept.limits(), options: view, speed: speed
      ).run()
    } catch let error as RecordingError {
      throw Failure(DisplayText(typed: error.description))
    } catch let error as TerminalError {
      throw Failure(error.message)
    }
  }
}

/// The value of `--play`.
struct PlaySpeed: ExpressibleByArgument, CustomStringConvertible {
  /// As typed.
  let text: String
  /// Nil for a text that is no speed, which `validate` refuses: the parser would take the option for one without value.
  let value: PlaybackSpeed?

  static let normal = PlaySpeed(argument: "1x")

  init(argument: String) { (text, value) = (argument, PlaybackSpeed(argument)) }

  var description: String { text }

  /// Joins `--play` with a number that follows it, and gives it a value where none follows: the parser would take the
  /// name of the file for its value.
  static func completed(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.count
    var completed: [String] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      guard argument == "--play", index <= end else {
        completed.append(argument)
        continue
      }
      if index < end, looksLikeNumber(arguments[index]) {
        completed.append("--play=" + arguments[index])
        index += 1
      } else {
        completed.append("--play=\(normal)")
      }
    }
    return completed
  }

  private static func looksLikeNumber(_ word: String) -> Bool {
    let digits = word.drop { $0 == "-" || $0 == "+" || $0 == "." }
    return digits.first?.isNumber == true || ["inf", "nan"].contains(digits.lowercased())
  }

  /// Whether arguments without a subcommand ask to play a recording.
  static func isAsked(in arguments: [String]) -> Bool {
    guard arguments.first?.hasPrefix("-") == true else { return false }
    return arguments.prefix { $0 != "--" }.contains { $0 == "--play" || $0.hasPrefix("--play=") }
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
  static let names =
    ExecsnoopTop.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]

  /// The subcommands that trace.
  static let tracing = ["view", "log", "tree", "why", "record"]

  /// A command line for a message.
  static func shown(_ words: some Sequence<String>) -> DisplayText {
    words.prefix(8).map { DisplayText.argument($0.utf8) }.joined(separator: " ")
  }

  /// - Throws: `Failure` if there is no such file, with what the user may have meant.
  static func check(_ word: String) throws {
    if word == "-" || isThere(word) { return }
    if word == "top" {
      throw Failure(
        "no subcommand and no file is named top: use tree --top, or t in the view", status: Failure.usage)
    }
    if let name = nearestName(to: word, in: names) {
      throw Failure(
        "no subcommand and no file is named \(DisplayText(typed: word.orQuotes)): did you mean \(DisplayText(typed: name))?",
        status: Failure.usage)
    }
    let advice: DisplayText =
      word.contains("/") || word.contains(".")
      ? "check the path"
      : "write -- before a command to trace, as in execsnoop-top -- \(shown(Arguments.text))"
    throw Failure(
      "no subcommand and no file is named \(DisplayText(typed: word.orQuotes)): \(advice)", status: Failure.usage)
  }

  /// Whether a shell would run a program of this name, from PATH.
  static func isProgram(_ word: String) -> Bool {
    guard !word.isEmpty, !word.contains("/"), let path = getenv("PATH") else { return false }
    return String(cString: path).split(separator: ":").contains { access("\($0)/\(word)", X_OK) == 0 }
  }

  /// Whether there is a file of this name, or files of strace -ff that it stands for.
  static func isThere(_ word: String) -> Bool {
    let name = Arguments.bytes(of: word) ?? Array(word.utf8)
    var facts = stat()
    // A file that may not be looked at is there: opening it says why.
    if stat(name.map { CChar(bitPattern: $0) } + [0], &facts) == 0 { return true }
    if errno != ENOENT && errno != ENOTDIR { return true }
    return StraceFiles(prefix: name) != nil
  }
}
