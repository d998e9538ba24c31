import ArgumentParser
import CLinux
import Glibc
import ProcessTree
import Synchronization
import TUI
import Terminal

/// Standard output and standard error. Only bytes that are safe to show, or JSON, get here.
enum Output {
  /// Whether a line on standard error could not be written, as on a full disk.
  private static let complaintIsLost = Atomic<Bool>(false)

  /// Writes all of it, waiting where the reader is slow.
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
      let count = rest.withUnsafeBytes { lnx_write_some(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count != -Int(EAGAIN) {
        errno = count == 0 ? EIO : Int32(clamping: -count)
        return false
      } else if !Ending.waitForReader(of: descriptor) {
        errno = ECANCELED
        return false
      }
    }
    return true
  }

  /// Writes to standard output. Returns false when nobody reads any more, or when the program is to end and nobody reads
  /// now.
  /// - Throws: `Failure` where it cannot be written, on a full disk for example: lines are not to be lost in silence.
  static func print(_ bytes: [UInt8]) throws -> Bool {
    if bytes.isEmpty || write(bytes, to: STDOUT_FILENO) { return true }
    let error = errno
    if error == EPIPE { return false }
    if error == EIO, isTerminalGone { throw ExitCode(128 + SIGHUP) }
    if error == ECANCELED {
      if Ending.isToBeTold { complain("not all of the output is written: its reader does not read") }
      return false
    }
    throw Failure(cannotWrite(error))
  }

  /// Looks whether standard output is open: what is written to it may come late, or never.
  /// - Throws: `Failure` where it was closed from the start.
  static func check() throws {
    var entry = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    if poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLNVAL) != 0 { throw Failure(cannotWrite(EBADF)) }
  }

  /// Ends as a write would, where the reader of standard output has gone while there was nothing to write: by SIGPIPE.
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
    // Nobody wants the line where the descriptor is closed or its reader is gone.
    if !write(line, to: STDERR_FILENO), ![EBADF, EPIPE, EIO].contains(errno) {
      complaintIsLost.store(true, ordering: .relaxed)
    }
  }

  /// That what `--filter` shows is not all that matches.
  static func complain(_ trouble: FilterTrouble) {
    complain("--filter, \(DisplayText(typed: trouble.description))")
  }

  /// The end of all output: some file systems say only when a file is closed that there was no room.
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
