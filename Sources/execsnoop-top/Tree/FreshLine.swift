import Files
import Glibc

/// Starts the output on a new line, even if a command left an incomplete line on standard output.
///
/// A file shows its last byte, and a terminal needs no knowledge of it. Nobody can look at what went through a pipe: there
/// the output begins with a newline, which leaves an empty line where the last line was complete.
enum FreshLine {
  /// The bytes to write first.
  /// - Parameter mayBeBlank: whether an empty line is better than to go on within a line, where it is not known whether the
  ///   last one has its end.
  static func start(mayBeBlank: Bool) -> [UInt8] {
    let newline = [UInt8(ascii: "\n")]
    if isatty(STDOUT_FILENO) == 1 { return startOnTerminal ?? newline }
    var facts = stat()
    guard fstat(STDOUT_FILENO, &facts) == 0 else { return [] }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return endsWithinLine(facts) ?? mayBeBlank ? newline : []
    case S_IFIFO, S_IFSOCK: return mayBeBlank ? newline : []
    default: return []
    }
  }

  /// Ends the command's colours, and gets the cursor into the first column without knowing where it stands: as many
  /// blanks as there are columns fill a line that was empty, and run over the end of one that was not. Nil where the
  /// terminal has no width, or no sequences.
  private static var startOnTerminal: [UInt8]? {
    var window = winsize()
    let type = getenv("TERM").map { String(cString: $0) } ?? ""
    guard !["", "dumb"].contains(type), ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return nil
    }
    return Array("\u{1b}[0m".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: Int(window.ws_col))
      + Array("\r\u{1b}[K".utf8)
  }

  /// Whether the byte before the place where writing goes on is no newline; nil where the file cannot be read.
  private static func endsWithinLine(_ facts: stat) -> Bool? {
    let flags = fcntl(STDOUT_FILENO, F_GETFL)
    let end = flags & O_APPEND != 0 ? facts.st_size : lseek(STDOUT_FILENO, 0, SEEK_CUR)
    guard end > 0 else { return end == 0 ? false : nil }
    // The descriptor is open only for writing.
    guard let file = try? FileDescriptor.open("/proc/self/fd/\(STDOUT_FILENO)", O_RDONLY | O_NONBLOCK) else {
      return nil
    }
    defer { try? file.close() }
    return (try? file.bytes(at: UInt64(end - 1), count: 1))?.first.map { $0 != UInt8(ascii: "\n") }
  }
}
