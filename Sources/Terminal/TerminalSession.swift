internal import CNcurses
import CTerminal
internal import Events
import Glibc
package import TUI

/// The terminal as this program's screen, from `init` to `close()`.
///
/// The session takes the terminal's full screen, shows frames and reads input. It restores the terminal when it is
/// closed or released, when `exit` is called, and when a fault or an unhandled signal ends the process. After `kill -9`
/// a separate process, the watcher, restores it.
///
/// The main loop handles the signals. It should block those in `signalsToWatch` in every thread, watch them (for
/// example with `signalfd`), and:
/// - on SIGWINCH call `nextInput()`, which reports the new size;
/// - on SIGTSTP call `suspend()`, on SIGCONT call `resume()`, then `nextInput()` and present a frame;
/// - on SIGINT, SIGTERM and SIGHUP end, and call `close()`.
///
/// Control keys arrive as keys, also Ctrl-C and Ctrl-Z; the terminal itself handles Ctrl-S and Ctrl-Q.
///
/// ncurses keeps one screen in globals: there is one session at a time, used from one thread. Drop privileges before
/// opening one, since this reads terminfo files that the environment names.
package final class TerminalSession {
  /// The signals that the main loop has to handle for a session.
  package static let signalsToWatch: [CInt] = [SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP]

  /// The descriptor to read keys from: poll it for reading, then call `nextInput()`.
  package let inputDescriptor: CInt
  /// The descriptor to write frames to.
  package let outputDescriptor: CInt
  /// Whether the encoding of the locale is UTF-8. If not, glyphs beyond ASCII are shown as question marks: use the
  /// ASCII glyphs.
  package let isUTF8: Bool
  /// Whether colours are refused, by NO_COLOR or by the caller.
  let refusesColor: Bool
  /// The terminal's present size, as last reported by `nextInput()`.
  package internal(set) var size: Size

  let screen: Screen
  var palette: Palette
  var decoder = KeyDecoder()
  /// The frame on the terminal; nil if unknown.
  var shown: Frame?
  /// The rows of `shown` as they were drawn (`joiningBlanks`); empty for rows that were not kept.
  var joined: [ArraySlice<Cell>] = []
  /// The terminal's modes when the session began, or when it last resumed.
  var outerModes: termios
  /// The background, as the terminal reported it; see `askBackground`.
  var background: TerminalTraits.Background?
  /// The codes of keys that were typed while the terminal was asked.
  var typedAhead: [Int32] = []
  /// Whether `nextInput()` has keys though the descriptor is not readable.
  package var hasTypedAhead: Bool { !typedAhead.isEmpty }
  /// The bytes that switch back to the normal screen, for the guard.
  let leaveSequence: [UInt8]
  private(set) var state = State.away
  /// Whether the terminal reports the mouse.
  private(set) var usesMouse: Bool

  /// The program that has the terminal.
  enum State {
    /// This program.
    case ours
    /// The previous program, for now.
    case away
    /// The session was closed.
    case closed
  }

  /// Takes over the terminal.
  ///
  /// - Parameters:
  ///   - theme: the look of each role.
  ///   - colorWanted: false leaves out all colour; nil lets NO_COLOR decide (no colour when it is set and not empty).
  ///   - usesMouse: whether the terminal shall report the mouse; see `setMouse`.
  ///   - input: the descriptor to read keys from.
  ///   - output: the descriptor to write frames to.
  /// - Throws: `TerminalError`, before anything has been drawn.
  package init(
    theme: Theme = .default, colorWanted: Bool? = nil, usesMouse: Bool = true, input: CInt = STDIN_FILENO,
    output: CInt = STDOUT_FILENO
  ) throws(TerminalError) {
    guard isatty(input) == 1, isatty(output) == 1 else { throw .notATerminal }
    self.usesMouse = usesMouse
    isUTF8 = OutputSettings.adoptLocale()
    inputDescriptor = input
    outputDescriptor = output
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { throw .call("tcgetattr", errno: errno) }
    outerModes = modes
    screen = try Screen(input: input, output: output)
    leaveSequence = screen.leaveSequence
    size = Size(columns: 80, rows: 24)
    refusesColor = !(colorWanted ?? !OutputSettings.colorIsRefused)
    palette = Palette(theme: theme, colorWanted: !refusesColor)
    do {
      try enter()
    } catch {
      _ = screen.end(within: Int(Self.patience))
      tcsetattr(input, TCSANOW, &outerModes)
      screen.release()
      state = .closed
      throw error
    }
    _ = updateSize()
  }

  deinit { close() }

  /// Switches mouse reports on or off. While they are off, the terminal itself selects text with the mouse.
  package func setMouse(_ on: Bool) {
    guard on != usesMouse else { return }
    usesMouse = on
    if state == .ours { screen.output.send(on ? Modes.mouse.on : Modes.mouse.off) }
  }

  /// Restores the terminal. A second call does nothing.
  ///
  /// Does not wait long for a terminal that accepts no output: if it is gone or stopped, its modes are restored, and
  /// the output that still waits is dropped.
  package func close() {
    guard state != .closed else { return }
    if state == .ours { leave() }
    terminal_guard_end()
    screen.release()
    state = .closed
  }
}

extension TerminalSession {
  /// Sets the modes of our screen and arms the guard.
  func enter() throws(TerminalError) {
    let armed = leaveSequence.withUnsafeBytes {
      terminal_guard_arm(outputDescriptor, &outerModes, $0.baseAddress, $0.count)
    }
    guard armed == 0 else { throw .call("sigaction", errno: errno) }
    try screen.begin()
    var modes = termios()
    if tcgetattr(inputDescriptor, &modes) == 0 { terminal_guard_set_modes(&modes) }
    if usesMouse { screen.output.send(Modes.mouse.on) }
    shown = nil
    state = .ours
  }

  /// Undoes `enter()`. If another process group has the terminal now (this one was stopped, and the shell took over),
  /// the terminal stays as it is: a write to it would stop this process.
  func leave() {
    state = .away
    if isInBackground {
      terminal_guard_disarm()
      return
    }
    if acceptsOutput(within: Self.patience), screen.end(within: Int(Self.patience)) {
      tcsetattr(inputDescriptor, TCSANOW, &outerModes)
    } else {
      screen.output.drop()
      terminal_guard_restore()
    }
    terminal_guard_disarm()
  }

  /// How long closing waits for a terminal that accepts no output, in milliseconds. Together with the guard's waiting
  /// it is less than a second.
  private static var patience: CInt { 200 }

  /// Whether another process group has the terminal.
  var isInBackground: Bool {
    let foreground = tcgetpgrp(inputDescriptor)
    return foreground != -1 && foreground != getpgrp()
  }

  /// Whether the terminal accepts output now, or within this many milliseconds. A terminal that is stopped (Ctrl-S),
  /// slow or gone does not.
  func acceptsOutput(within milliseconds: CInt = 0) -> Bool {
    var entry = pollfd(fd: outputDescriptor, events: Int16(POLLOUT), revents: 0)
    let count = poll(&entry, 1, milliseconds)
    return count == 1 && entry.revents & Int16(POLLOUT) != 0 && entry.revents & Int16(POLLHUP | POLLERR) == 0
  }

  /// Whether the terminal has been hung up: then it gives no input any more, and its descriptor always polls as ready.
  package var isGone: Bool {
    var entries = [inputDescriptor, outputDescriptor].map { pollfd(fd: $0, events: 0, revents: 0) }
    poll(&entries, nfds_t(entries.count), 0)
    return entries.contains { $0.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 }
  }
}

extension TerminalSession {
  /// The abilities of the terminal: from the locale, terminfo and NO_COLOR.
  package var traits: TerminalTraits {
    TerminalTraits(
      isUTF8: isUTF8, colors: palette.colors, refusesColor: refusesColor, background: background)
  }

  /// Changes the theme from the next `present` on, which sends the whole frame.
  package func use(_ theme: Theme) {
    palette.use(theme)
    redraw()
  }
}

extension TerminalSession {
  /// The most bytes that `copy` sends: 100,000 when encoded. Terminals with a limit have at least this one.
  package static let clipboardLimit = 74_994

  /// The result of sending text to the clipboard.
  package enum CopyOutcome: Hashable, Sendable {
    /// The text was sent. Whether the terminal accepted it is unknown, because it does not answer.
    case sent
    /// The text is longer than `clipboardLimit`; nothing was sent.
    case tooLong
    /// The terminal does not accept output; nothing was sent.
    case blocked
  }

  /// Asks the terminal to put bytes on its clipboard (OSC 52). Many terminals do, some ask the user first, some never
  /// do.
  package func copy(_ bytes: [UInt8]) -> CopyOutcome {
    guard bytes.count <= Self.clipboardLimit else { return .tooLong }
    guard isReady else { return .blocked }
    var sequence = Array("\u{1b}]52;c;".utf8)
    Base64.append(bytes[...], to: &sequence)
    sequence += "\u{1b}\\".utf8
    // Bytes that a slow terminal does not accept at once are sent before the next frame.
    screen.output.send(sequence)
    return .sent
  }
}

extension TerminalSession {
  /// The input since the last call: first a new size, then keys and pastes in order. Does not wait for a key, but after
  /// ESC for up to 25 ms, because the rest of a function key's sequence may follow.
  ///
  /// Call it when `inputDescriptor` is readable, and after SIGWINCH. After a hang-up the result is always empty: see
  /// `isGone`.
  package func nextInput() -> [Input] {
    guard state == .ours else { return [] }
    var result: [Input] = []
    if updateSize() { result.append(.resize(size)) }
    let codes = typedAhead + readCodes()
    typedAhead = []
    return result + decoder.decode(codes)
  }

  /// The most codes to read in one call, so that endless input leaves time for the rest of the program.
  private static var batch: Int { 1 << 20 }

  private func readCodes() -> [Int32] {
    var codes: [Int32] = []
    while codes.count < Self.batch {
      let code = wgetch(screen.keys)
      if code == ERR { break }
      // Our own call of resizeterm() leaves it in the queue.
      if code != KEY_RESIZE { codes.append(code) }
    }
    return codes
  }

  /// Asks the terminal for its size, and adopts it. Returns whether it changed.
  func updateSize() -> Bool {
    var window = winsize()
    var rows = cn_lines()
    var columns = cn_columns()
    // A terminal that does not know its size, such as a serial line, reports 0×0: then the size of terminfo is used.
    if ioctl(outputDescriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 {
      rows = CInt(window.ws_row)
      columns = CInt(window.ws_col)
    }
    let present = Size(columns: Int(columns), rows: Int(rows))
    if present == size && cn_lines() == rows && cn_columns() == columns { return false }
    resizeterm(rows, columns)
    redraw()
    defer { size = present }
    return present != size
  }
}
