import Glibc
import TUI
import Terminal
import Trace

/// Writes text of the view to a new file.
enum NewFile {
  /// Writes a file that did not exist, for this user alone (`O_EXCL`, mode 0600), as the user that privileges were
  /// dropped to. What cannot be written whole is removed again.
  ///
  /// - Parameters:
  ///   - path: as it was typed; `~/` is the user's home.
  ///   - key: the key of the write command, as it is shown.
  /// - Returns: the message for the user.
  static func write(_ text: CopiedText, to path: String, key: DisplayText) -> Action {
    let name = DisplayText(typed: path)
    let place = path.hasPrefix("~/") ? ((try? InvokingUser())?.home ?? "~") + path.dropFirst() : path
    let file = open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      if errno == EEXIST { return .message("not written: \(name) exists (\(key) asks again)", isError: true) }
      return .message("not written: \(name): \(DisplayText(errno: errno))", isError: true)
    }
    let isWritten = Output.write(text.bytes, to: file)
    let error = errno
    // Some file systems report a full disk only here.
    let isClosed = close(file) == 0
    guard isWritten, isClosed else {
      let reason = DisplayText(errno: isWritten ? errno : error)
      unlink(place)
      return .message("not written: \(name): \(reason)", isError: true)
    }
    return .message("written to \(name): \(text.summary)", isError: false)
  }
}
