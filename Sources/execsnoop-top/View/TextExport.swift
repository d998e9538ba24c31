import CLinux
import Files
import Glibc
import TUI
import Terminal
import Trace

/// A new file that only this user can read (`O_EXCL`, mode 0600), made as the user that privileges were dropped to.
struct NewFile {
  /// The name for messages.
  let name: DisplayText
  private let place: String
  private let file: FileDescriptor

  /// Makes the file.
  /// - Parameters:
  ///   - path: the path as typed; `~/` is the user's home.
  ///   - key: the name of the key that asks again.
  /// - Throws: `Failure`, with the message for the user.
  init(path: String, key: DisplayText) throws(Failure) {
    name = DisplayText(typed: path)
    place = Self.place(of: path)
    do throws(Errno) {
      file = try FileDescriptor.open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
    } catch {
      throw error.number == EEXIST ? Self.exists(name, key) : Self.fault(name, error)
    }
  }

  /// The path to open: `~/` is the user's home.
  static func place(of path: String) -> String {
    path.hasPrefix("~/") ? ((try? InvokingUser())?.home ?? "~") + path.dropFirst() : path
  }

  static func exists(_ name: DisplayText, _ key: DisplayText) -> Failure {
    Failure("not written: \(name) exists: give another name")
  }

  private static func fault(_ name: DisplayText, _ error: Errno) -> Failure {
    Failure("not written: \(name): \(DisplayText(errno: error.number))")
  }

  /// Writes bytes. After an error the file has to be discarded.
  func write(_ bytes: [UInt8]) throws(Failure) {
    do throws(Errno) { try file.write(allOf: bytes) } catch { throw Self.fault(name, error) }
  }

  /// Completes the file. Some file systems report a full disk only then.
  func finish() throws(Failure) {
    do throws(Errno) { try file.close() } catch {
      unlink(place)
      throw Self.fault(name, error)
    }
  }

  /// Removes a file that could not be written completely.
  func discard() {
    unlink(place)
    try? file.close()
  }

  /// Writes a text to a new file.
  /// - Returns: the message for the user, and whether the file is complete.
  static func write(_ text: CopiedText, to path: String, key: DisplayText) -> SaveOutcome {
    do throws(Failure) {
      let file = try NewFile(path: path, key: key)
      do throws(Failure) { try file.write(text.bytes) } catch {
        file.discard()
        throw error
      }
      try file.finish()
      return SaveOutcome(text: "written to \(file.name): \(text.summary)", isError: false)
    } catch {
      return SaveOutcome(text: error.message, isError: true)
    }
  }
}

/// What became of a file, for the user.
struct SaveOutcome: Sendable {
  var text: DisplayText
  var isError: Bool
  /// Whether the file has what the view gathered of processes.
  var isOfProcesses = true
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
