/// The command that a view traces, whose output it shows.
package struct CommandInView: Hashable, Sendable {
  package var pid: Int32
  package var name: DisplayText
  /// When it was started, nanoseconds since boot.
  package var start: UInt64
  /// How it ended; nil while it runs.
  package var end: CommandEnd?

  package init(pid: Int32, name: DisplayText, start: UInt64) {
    self.pid = pid
    self.name = name
    self.start = start
  }
}

/// How a command ended.
package enum CommandEnd: Hashable, Sendable {
  case exited(Int32)
  /// By a signal.
  case killed(Int32)

  /// Whether it exited with status 0.
  var isSuccess: Bool { self == .exited(0) }
}

extension CommandInView {
  /// The longest name in the top line, in columns.
  private static let longestName = 24

  /// `make exited 2`, `make was killed by SIGKILL`; nil while it runs.
  func endText(_ glyphs: Glyphs) -> DisplayText? {
    let name = name.fitted(to: Self.longestName, mark: glyphs.ellipsis)
    switch end {
    case nil: return nil
    case .exited(let status): return "\(name) exited \(status)"
    case .killed(let signal): return "\(name) was killed by \(DisplayText(signalName: signal))"
    }
  }

  /// The same in a few words: `exited 2`, `SIGKILL`.
  var shortEndText: DisplayText? {
    switch end {
    case nil: nil
    case .exited(let status): "exited \(status)"
    case .killed(let signal): DisplayText(signalName: signal)
    }
  }
}
