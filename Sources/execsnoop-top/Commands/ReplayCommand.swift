import ArgumentParser
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
    help: ArgumentHelp("Play it from its start, so many times as fast as it happened.", valueName: "speed"))
  var speed: PlaySpeed?

  @OptionGroup var kept: KeepOptions
  @OptionGroup var view: ViewOptions

  @Argument(help: "The recording (`-` for standard input).")
  var file: String

  func validate() throws { _ = try filter.map(TraceOptions.parse) }

  func run() throws {
    do {
      let recording = try EventFile(path: file, named: Arguments.bytes(of: file))
      try ReplayView(
        recording, filter: filter ?? "", limits: kept.limits(), options: view, speed: speed?.value
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
  let value: PlaybackSpeed

  static let normal = PlaySpeed(value: .normal)

  private init(value: PlaybackSpeed) { self.value = value }

  init?(argument: String) {
    guard let value = PlaybackSpeed(argument) else { return nil }
    self.value = value
  }

  var description: String { value.text.string }

  /// Gives `--play` a value where a file follows it: the parser would take the name of the file for its value.
  static func completed(_ arguments: [String]) -> [String] {
    let options = arguments.firstIndex(of: "--") ?? arguments.count
    return arguments.enumerated().map { index, argument in
      let next = index + 1 < arguments.count ? arguments[index + 1] : nil
      let isAlone = next.map { !$0.hasPrefix("--") && PlaybackSpeed($0) == nil } ?? false
      return argument == "--play" && index < options && isAlone ? "--play=\(normal)" : argument
    }
  }
}
