import ArgumentParser
import Glibc
import Recording
import TUI
import Terminal
import Tree

/// The interactive view on a recording, which is shown while the recording is still read.
struct ReplayView {
  private let feed: ReplayFeed
  private let readsStandardInput: Bool
  private let filter: String
  private let limits: Limits
  private let options: ViewOptions

  init(_ file: consuming EventFile, filter: String, limits: Limits, options: ViewOptions) {
    readsStandardInput = file.descriptor == STDIN_FILENO
    feed = ReplayFeed(file)
    self.filter = filter
    self.limits = limits
    self.options = options
  }

  /// Opens the terminal and runs until the user quits.
  /// - Throws: `Failure` where the terminal will not do, and at the end where the recording has a fault; `ExitCode`
  ///   after a signal; `RecordingError` where there is nothing to show.
  func run() throws {
    if readsStandardInput, isatty(STDIN_FILENO) == 1 {
      throw Failure("standard input is a terminal: pipe a recording into it", status: Failure.usage)
    }
    let events = try feed.readAhead()
    let signals = try SignalWait.signals(TerminalSession.signalsToWatch)
    let signal = try ViewSession.run(
      mode: .replay, input: try keys(), signals: signals, filter: filter, limits: limits, options: options, feed: feed,
      prepare: { state in
        _ = state.reduce(.events(events, now: feed.now))
        for action in feed.news(for: state) { _ = state.reduce(action) }
      })
    if let signal { throw ExitCode(128 + signal) }
    if let failure = feed.failure { throw failure }
  }

  /// Where keys come from: the terminal itself where the recording comes by standard input.
  private func keys() throws -> Int32 {
    guard readsStandardInput else { return STDIN_FILENO }
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { throw Failure("no terminal to read keys from: \(DisplayText(errno: errno))") }
    return terminal
  }
}
