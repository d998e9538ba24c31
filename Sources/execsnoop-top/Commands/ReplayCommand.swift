import ArgumentParser
import Recording
import TUI
import Terminal
import Trace

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "The interactive view on a recording, without root.",
    discussion: "The recording is what `log --json` prints.")

  @Option(name: .long, help: ArgumentHelp("Show only what matches.", valueName: "expr"))
  var filter: String = ""

  @OptionGroup var kept: KeepOptions
  @OptionGroup var view: ViewOptions

  @Argument(help: "The recording.")
  var file: String

  func run() throws {
    do {
      // Whoever reads a stranger's recording needs no privilege for it.
      try Privileges.drop(to: InvokingUser())
      var recording: [RecordedEvent] = []
      var source = try EventFile(path: file)
      while let events = try source.read() { recording.append(contentsOf: events) }
      let notice = source.notice.map { DisplayText(typed: $0) }
      try ReplayView(recording, notice: notice, filter: filter, limits: kept.limits(), options: view).run()
    } catch let error as RecordingError {
      throw Failure(DisplayText(typed: error.description))
    } catch let error as TerminalError {
      throw Failure(error.message)
    } catch let error as TraceError {
      throw Failure(DisplayText(typed: error.description))
    }
  }
}
