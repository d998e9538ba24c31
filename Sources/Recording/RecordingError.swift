import Glibc
import ProcessTree

/// Why a recording or a stream of events cannot be read.
public enum RecordingError: Error, Hashable, Sendable {
  /// A system call failed.
  case system(operation: String, path: String, errno: Int32)
  /// A line of the file is no event.
  case line(path: String, JSONLineError)
  /// The file is no recording at all.
  case foreign(path: String, ForeignFormat)
}

extension RecordingError: CustomStringConvertible {
  /// One line. The path in it is as the user typed it: to be made safe for display as any foreign text.
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

  /// A path that shows nothing by itself stands in quotes.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : path.allSatisfy(\.isWhitespace) ? "'\(path)'" : path
  }
}
