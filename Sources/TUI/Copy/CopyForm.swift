/// What can be copied of a process: the letters after `y`.
package enum CopyForm: Hashable, Sendable, CaseIterable {
  case command, arguments, inPlace, pid, line

  /// The letter in the menu.
  package var key: Character {
    switch self {
    case .command: "c"
    case .arguments: "a"
    case .inPlace: "e"
    case .pid: "p"
    case .line: "l"
    }
  }

  /// The label after the letter in the menu.
  var label: StaticString {
    switch self {
    case .command: "command"
    case .arguments: "arguments"
    case .inPlace: "with env and cwd"
    case .pid: "pid"
    case .line: "line"
    }
  }

  /// A shorter label for narrow screens.
  var shortLabel: StaticString {
    switch self {
    case .command: "cmd"
    case .arguments: "args"
    case .inPlace: "env"
    case .pid: "pid"
    case .line: "line"
    }
  }

  /// For the help and the manual, without a full stop.
  package var summary: StaticString {
    switch self {
    case .command: "the command as a shell command line: the same file with the same arguments"
    case .arguments: "only the arguments, quoted for a shell"
    case .inPlace: "the command in its directory with exactly its environment (which may hold secrets)"
    case .pid: "the pid"
    case .line: "the row as it is shown"
    }
  }

  /// The letter that switches between copying and writing to a file.
  package static let fileKey: Character = "f"
}
