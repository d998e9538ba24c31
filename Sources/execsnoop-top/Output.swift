import ArgumentParser
import Files
import Filtering
import Glibc
import Synchronization
import TUI
import Terminal

/// The output: standard output, or the file of `-o`; and standard error. Only bytes that are safe to show, or JSON, get
/// here.
enum Output {
  /// The file that gets the output instead of standard output.
  private struct Target {
    var descriptor: Int32
    var name: String
  }

  private static let target = Mutex<Target?>(nil)

  /// From now on the output goes to a file.
  /// - Parameter name: as the user named it.
  static func redirect(to descriptor: Int32, named name: String) {
    target.withLock { $0 = Target(descriptor: descriptor, name: name) }
  }

  /// The descriptor of the output.
  static var descriptor: Int32 { target.withLock { $0?.descriptor ?? STDOUT_FILENO } }

  /// Whether a line on standard error could not be written, as on a full disk.
  private static let hasLostLine = Atomic<Bool>(false)

  /// Writes all bytes, and waits for a slow reader.
  /// - Returns: whether all bytes were written. If not, `errno` is set: EPIPE if there is no reader any more, ECANCELED
  ///   if the program was asked to end and the reader reads nothing.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      if descriptor != STDERR_FILENO, descriptor == Self.descriptor, Ending.isTimeUp {
        errno = ECANCELED
        return false
      }
      do {
        if try FileDescriptor(descriptor).write(someOf: &rest) { continue }
      } catch {
        errno = error.number
        return false
      }
      if !Ending.waitForReader(of: descriptor) {
        errno = ECANCELED
        return false
      }
    }
    return true
  }

  /// Writes to the output. Returns false if the reader is gone, or if the program must end and the reader does
  /// not read.
  /// - Throws: `Failure` if a write fails, for example on a full disk: no line may be lost silently.
  static func print(_ bytes: [UInt8]) throws -> Bool {
    if bytes.isEmpty || write(bytes, to: descriptor) { return true }
    let error = errno
    if error == EPIPE { return false }
    if error == EIO, isTerminalGone { throw ExitCode(128 + SIGHUP) }
    if error == ECANCELED {
      if Ending.isFirstReport { printError("output is incomplete: its reader stopped reading") }
      return false
    }
    throw Failure(cannotWrite(error))
  }

  /// Checks early that standard output is open: the first write may come late, or never.
  /// - Throws: `Failure` if it was closed when the program started.
  static func check() throws {
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    if poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLNVAL) != 0 { throw Failure(cannotWrite(EBADF)) }
  }

  /// Ends the program by SIGPIPE, as a write would: for the case that the reader of standard output is gone while there
  /// is nothing to write. Returns if SIGPIPE is ignored.
  /// - Throws: `ExitCode`, as after SIGHUP, if standard output was a terminal.
  static func endWithoutReader() throws {
    if isTerminalGone { throw ExitCode(128 + SIGHUP) }
    raise(SIGPIPE)
  }

  private static func cannotWrite(_ error: Int32) -> DisplayText {
    let name = target.withLock { $0.map { DisplayText(typed: $0.name) } } ?? "standard output"
    return "cannot write to \(name): \(DisplayText(errno: error))"
  }

  /// Whether standard output is a terminal that has been hung up.
  private static var isTerminalGone: Bool {
    var facts = stat()
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return fstat(STDOUT_FILENO, &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR && poll(&entry, 1, 0) == 1
      && entry.revents & Int16(POLLHUP) != 0
  }

  /// Prints one line on standard error, with the program's name: an error, a warning or a notice.
  static func printError(_ message: DisplayText) {
    let line = Array("execsnoop-top: ".utf8) + message.utf8 + [UInt8(ascii: "\n")]
    // The line is dropped if the descriptor is closed or its reader is gone.
    if !write(line, to: STDERR_FILENO), ![EBADF, EPIPE, EIO].contains(errno) {
      hasLostLine.store(true, ordering: .relaxed)
    }
  }

  /// Whether notes are left out.
  private static let isQuiet = Atomic<Bool>(false)

  /// Leaves out all notes from now on.
  static func omitNotes() { isQuiet.store(true, ordering: .relaxed) }

  /// Prints a note, as `printError` does: how something is traced, or what was written. No error, and no loss.
  static func printNote(_ message: DisplayText) {
    if !isQuiet.load(ordering: .relaxed) { printError(message) }
  }

  /// Prints a line on standard error that `--filter` may not show all matches.
  static func printError(of trouble: FilterTrouble) { printError(text(of: trouble)) }

  /// Says that `--filter` may not show all matches.
  static func text(of trouble: FilterTrouble) -> DisplayText { "--filter, \(DisplayText(typed: trouble.description))" }

  /// Closes the output: some file systems report a full disk only when a file is closed.
  /// - Parameter status: the exit status so far.
  /// - Returns: the exit status; not 0 if any output was not written.
  static func finish(_ status: Int32) -> Int32 {
    var status = status
    let file = descriptor
    if close(file) != 0, errno != EBADF, errno != EINTR {
      printError(cannotWrite(errno))
      if status == 0 { status = Failure.cannotTrace }
    }
    if file != STDOUT_FILENO { close(STDOUT_FILENO) }
    if status == 0, hasLostLine.load(ordering: .relaxed) { status = Failure.cannotTrace }
    return status
  }
}

/// Starts the output on a new line, even if a command left an incomplete line on standard output.
///
/// In a file the last byte can be read, and on a terminal it does not matter. In a pipe it cannot be read: there the
/// output starts with a newline, which leaves an empty line if the last line was complete.
enum FreshLine {
  /// The bytes to write first.
  /// - Parameter mayBeBlank: whether to risk an empty line, rather than to continue an incomplete one, if it is unknown
  ///   whether the last line is complete.
  static func bytes(mayBeBlank: Bool) -> [UInt8] {
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

  /// Resets the command's colours, and moves the cursor to the first column of an empty line, wherever it is: as many
  /// blanks as there are columns just fill an empty line, and from the middle of a line they reach the next one. Nil if
  /// the terminal has no width, or no control sequences.
  private static var startOnTerminal: [UInt8]? {
    var window = winsize()
    let type = getenv("TERM").map { String(cString: $0) } ?? ""
    guard !["", "dumb"].contains(type), ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return nil
    }
    return Array("\u{1b}[0m".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: Int(window.ws_col))
      + Array("\r\u{1b}[K".utf8)
  }

  /// Whether the last byte before the write position is no newline; nil if the file cannot be read.
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
