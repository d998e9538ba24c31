import ArgumentParser
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
