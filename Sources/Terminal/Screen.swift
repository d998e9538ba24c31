internal import CNcurses
import CTerminal
import Glibc
internal import TUI

/// The ncurses screen and its modes. Opening it changes nothing else in the process.
struct Screen {
  /// The window to read keys from. It is a pad, because a read from another window would refresh that.
  let keys: UnsafeMutablePointer<WINDOW>
  /// The bytes that switch back to the normal screen: capabilities of terminfo, and all private modes off.
  let leaveSequence: [UInt8]

  /// Whether the terminal knows private modes (`CSI ? n h`): then it ignores those that it lacks.
  ///
  /// This follows from its type: a terminal whose own strings set such modes, as `civis` of nearly all does, parses the
  /// syntax and has to ignore unknown numbers.
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
    // The size comes from the terminal, not from LINES and COLUMNS, which do not follow a resize.
    use_env(false)
    use_tioctl(true)
    let handlers = SignalActions(of: [SIGINT, SIGTERM, SIGTSTP, SIGWINCH])
    guard let handle = newterm(type, files.output, files.input) else {
      fclose(files.output)
      fclose(files.input)
      throw .incapableType(DisplayText(untrusted: Self.bytes(type)))
    }
    // ncurses has installed handlers that may draw or exit at any moment. The main loop handles these signals itself.
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

  /// TERM, if terminfo knows it and it can place the cursor. `initscr` would exit instead of returning an error.
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

  /// The variant of a type with direct colours, such as `xterm-direct` for `xterm-256color`, if COLORTERM promises them
  /// and terminfo knows the variant; else the type itself.
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

  /// A stream on a copy of the caller's descriptor.
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
    // How long to wait after ESC for the rest of a key's sequence, in milliseconds: long enough for any connection that
    // does not split a write, and too short to notice.
    set_escdelay(25)
    // This module decodes mouse reports: ncurses would expect them in a format that depends on TERM.
    define_key(nil, KEY_MOUSE)
    define_key("\u{1b}[200~", KeyDecoder.pasteStarts)
    define_key("\u{1b}[201~", KeyDecoder.pasteEnds)
    // A frame is drawn completely even if keys are waiting: they may not cause another frame.
    typeahead(-1)
    leaveok(cn_stdscr(), false)
    scrollok(cn_stdscr(), false)
    // The terminal itself moves rows: a log that scrolls costs one row, not all.
    idlok(cn_stdscr(), true)
  }

  /// Switches to our screen, also again after `end()`.
  /// - Throws: `TerminalError` if the modes of the terminal cannot be set.
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

  /// Switches back to the normal screen; the caller restores the modes. Returns false if the terminal does not accept
  /// the waiting output within this many milliseconds: then our screen stays.
  func end(within milliseconds: Int) -> Bool {
    output.send(Modes.allOff)
    guard output.flush(within: milliseconds) else { return false }
    endwin()
    return true
  }

  /// Frees the screen.
  func release() {
    frameOutput.release()
    delwin(keys)
    delscreen(handle)
    fclose(files.output)
    fclose(files.input)
  }

  /// The number of columns of a scalar in the present locale, for the C library and ncurses (`wcwidth`); -1 for one
  /// that cannot be printed.
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

  /// Removes the delays for old hardware, which terminfo writes as `$<5>`: a signal handler cannot call `tputs`.
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

/// Private modes of the terminal (DECSET, `CSI ? n h`) that have no name in terminfo.
struct Modes {
  /// Pastes have marks before and after them (bracketed paste).
  static let paste = Modes([2004])
  /// The terminal reports presses, releases and the wheel (1000), in decimal (1006); and movements while a button is
  /// held, if it supports 1002, which replaces 1000.
  static let mouse = Modes([1000, 1002, 1006])
  /// Changes become visible when the mode is switched off (synchronized update).
  static let frame = Modes([2026])

  /// Switches all of them off, whether they were on or not. The synchronized update is first, because nothing is
  /// visible until it ends.
  static let allOff = frame.off + mouse.off + paste.off

  /// The bytes that switch the modes on.
  let on: [UInt8]
  /// The bytes that switch the modes off.
  let off: [UInt8]

  private init(_ numbers: [Int]) {
    on = numbers.flatMap { Array("\u{1b}[?\($0)h".utf8) }
    off = numbers.reversed().flatMap { Array("\u{1b}[?\($0)l".utf8) }
  }
}
