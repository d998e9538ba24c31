import Glibc
import ProcessTree
import TUI

/// Standard output and standard error. Only bytes that are safe to show, or JSON, get here.
enum Output {
  /// Writes all of it, waiting where the reader is slow. Returns false when there is no reader any more.
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
    throw Failure("cannot write to standard output: \(DisplayText(typed: String(cString: strerror(error))))")
  }

  /// One line on standard error, with the program's name.
  static func complain(_ message: DisplayText) {
    write(Array("execsnoop-top: ".utf8) + message.utf8 + [UInt8(ascii: "\n")], to: STDERR_FILENO)
  }

  /// That what `--filter` shows is not all that matches.
  static func complain(_ trouble: FilterTrouble) {
    complain("--filter, \(DisplayText(typed: trouble.description))")
  }
}
