import ArgumentParser
import Files
import Filtering
import Glibc
import Synchronization
import TUI
import Terminal

/// Standard output and standard error. Only bytes that are safe to show, or JSON, get here.
enum Output {
  /// Whether a line on standard error could not be written, as on a full disk.
  private static let complaintIsLost = Atomic<Bool>(false)

  /// Writes all bytes, and waits for a slow reader.
  /// - Returns: whether all of it was written; `errno` says why not: EPIPE where there is no reader any more, ECANCELED
  ///   where the program was asked to end and the reader takes nothing.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      if descriptor == STDOUT_FILENO, Ending.isOver {
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

  /// Writes to standard output. Returns false if the reader is gone, or if the program must end and the reader does
  /// not read.
  /// - Throws: `Failure` where it cannot be written, on a full disk for example: lines are not to be lost in silence.
  static func print(_ bytes: [UInt8]) throws -> Bool {
    if bytes.isEmpty || write(bytes, to: STDOUT_FILENO) { return true }
    let error = errno
    if error == EPIPE { return false }
    if error == EIO, isTerminalGone { throw ExitCode(128 + SIGHUP) }
    if error == ECANCELED {
      if Ending.isToBeTold { complain("output is incomplete: its reader stopped reading") }
      return false
    }
    throw Failure(cannotWrite(error))
  }

  /// Checks early that standard output is open: the first write may come late, or never.
  /// - Throws: `Failure` where it was closed from the start.
  static func check() throws {
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    if poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLNVAL) != 0 { throw Failure(cannotWrite(EBADF)) }
  }

  /// Ends by SIGPIPE, as a write would, if the reader of standard output is gone while there was nothing to write.
  /// Returns where that is ignored.
  /// - Throws: `ExitCode`, as after SIGHUP, where standard output was a terminal.
  static func endWithoutReader() throws {
    if isTerminalGone { throw ExitCode(128 + SIGHUP) }
    raise(SIGPIPE)
  }

  private static func cannotWrite(_ error: Int32) -> DisplayText {
    "cannot write to standard output: \(DisplayText(errno: error))"
  }

  /// Whether standard output is a terminal that has been hung up.
  private static var isTerminalGone: Bool {
    var facts = stat()
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return fstat(STDOUT_FILENO, &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR && poll(&entry, 1, 0) == 1
      && entry.revents & Int16(POLLHUP) != 0
  }

  /// One line on standard error, with the program's name.
  static func complain(_ message: DisplayText) {
    let line = Array("execsnoop-top: ".utf8) + message.utf8 + [UInt8(ascii: "\n")]
    // The line is dropped if the descriptor is closed or its reader is gone.
    if !write(line, to: STDERR_FILENO), ![EBADF, EPIPE, EIO].contains(errno) {
      complaintIsLost.store(true, ordering: .relaxed)
    }
  }

  /// Reports that `--filter` does not show all matches.
  static func complain(_ trouble: FilterTrouble) {
    complain("--filter, \(DisplayText(typed: trouble.description))")
  }

  /// Closes the output: some file systems report a full disk only when a file is closed.
  /// - Parameter status: the exit status so far.
  /// - Returns: the exit status: not 0 where something was not written.
  static func finish(_ status: Int32) -> Int32 {
    var status = status
    if close(STDOUT_FILENO) != 0, errno != EBADF, errno != EINTR {
      complain(cannotWrite(errno))
      if status == 0 { status = Failure.cannotTrace }
    }
    if status == 0, complaintIsLost.load(ordering: .relaxed) { status = Failure.cannotTrace }
    return status
  }
}
