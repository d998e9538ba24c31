import CLinux
import Glibc
import TUI
import Terminal

/// Copies text: through tmux if the view runs in tmux, else through the terminal.
enum Clipboard {
  /// Copies, as the user that privileges were dropped to.
  /// - Parameter key: the key of the copy command, as it is shown.
  /// - Returns: what to tell the person.
  static func copy(_ text: CopiedText, on terminal: TerminalSession, key: DisplayText) -> Action {
    let toFile: DisplayText = "\(key) \(DisplayText(typed: String(CopyForm.fileKey))) writes a file"
    let isInTmux = getenv("TMUX").map { $0.pointee != 0 } ?? false
    if isInTmux, feedTmux(text.bytes) { return .message("sent to tmux: \(text.summary)", isError: false) }
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

  /// Gives bytes to tmux, for its newest buffer and the clipboards of its terminals: `load-buffer -w`, of tmux 3.2.
  /// - Returns: whether tmux took them.
  private static func feedTmux(_ bytes: [UInt8]) -> Bool {
    // Not by PATH: what is run is not to depend on a folder that somebody else could write to.
    let places: [String] = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"]
    guard let program = places.first(where: { access($0, X_OK) == 0 }) else { return false }
    let words: [String] = [program, "load-buffer", "-w", "-"]
    let copies = words.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let argv = copies.map { UnsafePointer($0) } + [nil]
    return SignalWait.endable { bytes.withUnsafeBytes { lnx_feed(argv, $0.baseAddress, $0.count, patience) } } == 0
  }
}
