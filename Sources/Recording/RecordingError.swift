import Glibc

/// Why a recording or a stream of events cannot be read.
public enum RecordingError: Error, Hashable, Sendable {
  /// A system call failed.
  case system(operation: String, path: String, errno: Int32)
  /// A line of the file is not an event.
  case line(path: String, JSONLineError)
  /// The file is not a recording.
  case foreign(path: String, ForeignFormat)
}

extension RecordingError: CustomStringConvertible {
  /// One line: what is wrong, and what to do. It contains the path as the user typed it; escape it before display.
  public var description: String {
    switch self {
    case .system(_, let path, EISDIR):
      "\(Self.name(of: path)) is a directory: name the file in it that `execsnoop-top log --json` wrote"
    case .system(let operation, let path, let errno):
      "cannot \(operation) \(Self.name(of: path)): \(String(cString: strerror(errno)))"
    case .line(let path, let error): "\(Self.name(of: path)), \(error)"
    case .foreign(let path, let format): "\(Self.name(of: path)) \(format.what): \(format.advice)"
    }
  }

  /// The path, in quotes where it is empty or blank.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : path.allSatisfy(\.isWhitespace) ? "'\(path)'" : path
  }
}
