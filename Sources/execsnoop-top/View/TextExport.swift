import CLinux
import Glibc
import TUI
import Terminal
import Trace

/// Writes text of the view to a new file.
enum NewFile {
  /// Writes a new file that only this user can read (`O_EXCL`, mode 0600), as the user that privileges were dropped to.
  /// A file that cannot be written completely is removed again.
  ///
  /// - Parameters:
  ///   - path: the path as typed; `~/` is the user's home.
  ///   - key: the name of the key for the write command.
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
    // Some file systems report a full disk only when the file is closed.
    let isClosed = close(file) == 0
    guard isWritten, isClosed else {
      let reason = DisplayText(errno: isWritten ? errno : error)
      unlink(place)
      return .message("not written: \(name): \(reason)", isError: true)
    }
    return .message("written to \(name): \(text.summary)", isError: false)
  }
}

/// Copies text: through tmux if the view runs in tmux, else through the terminal.
enum Clipboard {
  /// Copies, as the user that privileges were dropped to.
  /// - Parameter key: the name of the key for the copy command.
  /// - Returns: the message for the user.
  static func copy(_ text: CopiedText, on terminal: TerminalSession, key: DisplayText) -> Action {
    let toFile: DisplayText = "\(key) \(DisplayText(typed: String(CopyForm.fileKey))) writes a file"
    let isInTmux = getenv("TMUX").map { $0.pointee != 0 } ?? false
    if isInTmux, sendToTmux(text.bytes) { return .message("sent to tmux: \(text.summary)", isError: false) }
    switch terminal.copy(text.bytes) {
    case .sent:
      // tmux accepts it only with the right setting, and sudo removes TMUX from the environment.
      let type = getenv("TERM").map { String(cString: $0) } ?? ""
      let hint: DisplayText = type.hasPrefix("tmux") || type.hasPrefix("screen") ? " (tmux: set-clipboard on)" : ""
      return .message("sent to the terminal: \(text.summary)\(hint)", isError: false)
    case .tooLong:
      let limit = DisplayText(number: TerminalSession.clipboardLimit, grouped: true)
      return .message("not copied, \(text.summary): terminals accept \(limit) bytes (\(toFile))", isError: true)
    case .blocked:
      return .message("not copied: the terminal does not accept output (\(toFile))", isError: true)
    }
  }

  /// How long tmux may take, in milliseconds.
  private static let patience: Int32 = 2000

  /// Sends bytes to tmux, for its newest buffer and the clipboards of its terminals (`load-buffer -w`, from tmux 3.2
  /// on).
  /// - Returns: whether tmux accepted them.
  private static func sendToTmux(_ bytes: [UInt8]) -> Bool {
    // PATH is not used: another user may be able to write to one of its folders.
    let places: [String] = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"]
    guard let program = places.first(where: { access($0, X_OK) == 0 }) else { return false }
    let words: [String] = [program, "load-buffer", "-w", "-"]
    let copies = words.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let argv = copies.map { UnsafePointer($0) } + [nil]
    return SignalWait.endable { bytes.withUnsafeBytes { lnx_feed(argv, $0.baseAddress, $0.count, patience) } } == 0
  }
}
