internal import CNcurses
import CTerminal
import Glibc
internal import TUI

/// The ncurses screen: opening it without touching anything else of the process, and its modes.
struct Screen {
  /// Where keys are read from. A pad, since reading from a window would also refresh it.
  let keys: UnsafeMutablePointer<WINDOW>
  /// The bytes that leave our screen: capabilities of terminfo, and all private modes off.
  let leaveSequence: [UInt8]

  /// Whether the terminal knows private modes: then it ignores those that it lacks.
  ///
  /// Its type tells: a terminal whose own strings set such modes (`CSI ? n h`, as `civis` of nearly all) reads their
  /// syntax, and has to pass over numbers that are not its own.
  let takesPrivateModes: Bool

  /// Collects a frame from ncurses.
  let frameOutput: FrameOutput
  /// Sends the frame, and all other output that bypasses ncurses.
  let output: TerminalOutput
  private let handle: OpaquePointer
  private let files: (output: UnsafeMutablePointer<FILE>, input: UnsafeMutablePointer<FILE>)
  private let inputDescriptor: CInt

  init(input: CInt, output: CInt) throws(TerminalError) {
    let type = Self.withDirectColors(try Self.checkedType(output: output), output: output)
    files = (try Self.open(output, "w"), try Self.open(input, "r"))
    frameOutput = FrameOutput(of: fileno(files.output), terminal: output)
    self.output = TerminalOutput(to: output)
    inputDescriptor = input
    // The size comes from the terminal, not from LINES and COLUMNS, which know nothing of a resize.
    use_env(false)
    use_tioctl(true)
    let handlers = SignalActions(of: [SIGINT, SIGTERM, SIGTSTP, SIGWINCH])
    guard let handle = newterm(type, files.output, files.input) else {
      fclose(files.output)
      fclose(files.input)
      throw .incapableType(DisplayText(untrusted: Self.bytes(type)))
    }
    // ncurses has put in handlers that draw and exit in the middle of anything; these signals are the main loop's.
    handlers.restore()
    self.handle = handle
    guard let keys = newpad(1, 1) else {
      endwin()
      delscreen(handle)
      throw .call("newpad", errno: ENOMEM)
    }
    self.keys = keys
    leaveSequence = Self.makeLeaveSequence()
    let names: [String] = ["civis", "smcup", "rmcup"]
    takesPrivateModes = names.contains { name in
      cn_capability(name).map { Self.bytes($0).starts(with: "\u{1b}[?".utf8) } ?? false
    }
    configure()
  }

  /// TERM, if terminfo knows it and it can place the cursor. `initscr` would end the process instead of telling.
  private static func checkedType(output: CInt) throws(TerminalError) -> String {
    guard let value = getenv("TERM"), value.pointee != 0 else { throw .noType }
    let name = DisplayText(untrusted: bytes(value))
    var status: CInt = 0
    guard setupterm(value, output, &status) == OK else {
      // 1 is a type so generic, such as `unknown`, that nothing is known about it, or a printing terminal.
      throw status == 1 ? .incapableType(name) : .unknownType(name)
    }
    defer { cn_forget_terminal() }
    guard cn_capability("cup") != nil else { throw .incapableType(name) }
    return String(cString: value)
  }

  /// The variant of a type that has any red, green and blue, where COLORTERM promises that the terminal has them and
  /// terminfo knows the variant: `xterm-direct` for `xterm-256color`. Else the type itself.
  private static func withDirectColors(_ type: String, output: CInt) -> String {
    guard OutputSettings.directColorsArePromised, !type.hasSuffix("-direct") else { return type }
    let suffix = "-256color"
    let variant = (type.hasSuffix(suffix) ? String(type.dropLast(suffix.count)) : type) + "-direct"
    var status: CInt = 0
    guard setupterm(variant, output, &status) == OK else { return type }
    defer { cn_forget_terminal() }
    return cn_has_direct_colors() && cn_capability("cup") != nil ? variant : type
  }

  private static func bytes(_ string: UnsafePointer<CChar>) -> [UInt8] {
    UnsafeBufferPointer(start: string, count: strlen(string)).map { UInt8(bitPattern: $0) }
  }

  /// A stream of our own for a descriptor that stays the caller's.
  private static func open(_ descriptor: CInt, _ mode: String) throws(TerminalError) -> UnsafeMutablePointer<FILE> {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy != -1, let file = fdopen(copy, mode) else { throw .call("fdopen", errno: errno) }
    return file
  }

  private func configure() {
    cbreak()
    noecho()
    nonl()
    keypad(keys, true)
    nodelay(keys, true)
    meta(keys, true)
    // How long after ESC the rest of a key's sequence may come, in milliseconds: long enough for any line that does
    // not cut a write in two, too short to notice.
    set_escdelay(25)
    // The mouse is read here: ncurses would go on to read reports in a form that depends on TERM.
    define_key(nil, KEY_MOUSE)
    define_key("\u{1b}[200~", KeyDecoder.pasteBegins)
    define_key("\u{1b}[201~", KeyDecoder.pasteEnds)
    // A frame is drawn to its end even when keys are waiting: they may not lead to another frame.
    typeahead(-1)
    leaveok(cn_stdscr(), false)
    scrollok(cn_stdscr(), false)
    // Rows that moved are moved by the terminal: a log that scrolls costs one row, not all.
    idlok(cn_stdscr(), true)
  }

  /// Starts our screen, or starts it again after `end()`.
  func begin() throws(TerminalError) {
    reset_prog_mode()
    var modes = termios()
    guard tcgetattr(inputDescriptor, &modes) == 0 else { throw .call("tcgetattr", errno: errno) }
    // Ctrl-C, Ctrl-Z, Ctrl-\, Ctrl-V and Ctrl-O arrive as keys. IXON stays: Ctrl-S stops the screen, never the tracing.
    modes.c_lflag &= ~tcflag_t(ISIG | IEXTEN)
    guard tcsetattr(inputDescriptor, TCSANOW, &modes) == 0 else { throw .call("tcsetattr", errno: errno) }
    def_prog_mode()
    output.send(Modes.paste.on)
    clearok(cn_curscr(), true)
  }

  /// Leaves our screen; the modes of the terminal are the caller's to set. Returns false where the terminal does not take
  /// what waits within so many milliseconds: then nothing has been left.
  func end(within milliseconds: Int) -> Bool {
    output.send(Modes.allOff)
    guard output.flush(within: milliseconds) else { return false }
    endwin()
    return true
  }

  func release() {
    frameOutput.release()
    delwin(keys)
    delscreen(handle)
    fclose(files.output)
    fclose(files.input)
  }

  /// The columns that the C library, and with it ncurses, gives a scalar in the present locale; -1 for one that it
  /// does not print. The corresponding C function is `wcwidth`.
  static func width(_ scalar: UInt32) -> CInt { cn_wcwidth(wchar_t(bitPattern: scalar)) }

  private static func makeLeaveSequence() -> [UInt8] {
    var result = Modes.allOff
    for name in ["sgr0", "op", "rmkx", "cnorm", "rmcup"] {
      guard let value = cn_capability(name) else { continue }
      result += withoutPadding(bytes(value))
    }
    result += Array("\r".utf8)
    return result.count <= Int(TERMINAL_GUARD_CAPACITY) ? result : Modes.allOff
  }

  /// terminfo writes delays that old hardware needs as `$<5>`; `tputs` takes them out, which a signal handler cannot.
  private static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "$"), rest.first == UInt8(ascii: "<"), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
