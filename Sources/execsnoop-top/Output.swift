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
  /// - Returns: whether all of it was written; `errno` says why not, EPIPE where there is no reader any more.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0 && errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      } else if count == 0 || errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Writes to standard output. Returns false when nobody reads any more.
  /// - Throws: `Failure` where it cannot be written, on a full disk for example: lines are not to be lost in silence.
  static func print(_ bytes: [UInt8]) throws -> Bool {
    if bytes.isEmpty || write(bytes, to: STDOUT_FILENO) { return true }
    let error = errno
    if error == EPIPE { return false }
    throw Failure(cannotWrite(error))
  }

  private static func cannotWrite(_ error: Int32) -> DisplayText {
    "cannot write to standard output: \(DisplayText(errno: error))"
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
