internal import CNcurses
import CTerminal
import Glibc
package import TUI

/// The terminal as this program's screen, from `init` to `close()`.
///
/// It takes the terminal's full screen, shows frames and reads input; it gives the terminal back as it was when it is
/// closed or released, when `exit` is called, and when a fault or a signal that nobody handles ends the process. After
/// `kill -9` a watcher gives it back, a process that waits for nothing else.
///
/// Signals are left to the main loop. It should watch (with `signalfd`, say) those in `signalsToWatch`, with them
/// blocked in every thread, and:
/// - on SIGWINCH call `nextInput()`, which reports the new size;
/// - on SIGTSTP call `suspend()`, on SIGCONT call `resume()`, then `nextInput()` and present a frame;
/// - on SIGINT, SIGTERM and SIGHUP come to an end through `close()`.
///
/// Control keys arrive as keys, Ctrl-C and Ctrl-Z among them; Ctrl-S and Ctrl-Q stay the terminal's.
///
/// ncurses keeps one screen in globals: there is one session at a time, used from one thread. Drop privileges before
/// opening one, since this reads terminfo files that the environment names.
package final class TerminalSession {
  package static let signalsToWatch: [CInt] = [SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP]

  /// The descriptor that keys come from: poll it for reading, then call `nextInput()`.
  package let inputDescriptor: CInt
  /// The descriptor that frames go to.
  package let outputDescriptor: CInt
  /// Whether the locale's encoding is UTF-8. If not, glyphs beyond ASCII are shown as question marks: use the ASCII
  /// signs.
  package let isUTF8: Bool
  /// Whether colours are not wanted: NO_COLOR.
  let refusesColor: Bool
  /// The terminal's present size, as last reported by `nextInput()`.
  package internal(set) var size: Size

  let screen: Screen
  var palette: Palette
  var decoder = KeyDecoder()
  /// What the terminal shows, as far as known.
  var shown: Frame?
  /// Its rows as they were drawn (`joiningBlanks`); empty where that was not kept.
  var joined: [ArraySlice<Cell>] = []
  /// The terminal's modes when the session began, or when it last resumed.
  var outerModes: termios
  /// The bytes that leave our screen, for the guard.
  let leaveSequence: [UInt8]
  private(set) var state = State.away
  /// Whether the terminal is to report the mouse.
  private(set) var usesMouse: Bool

  /// Which program has the terminal.
  enum State {
    /// This program.
    case ours
    /// The previous program, for now.
    case away
    /// The session is over.
    case closed
  }

  /// Takes over the terminal.
  ///
  /// - Parameters:
  ///   - theme: how roles look.
  ///   - colorWanted: false leaves out all colour; nil lets NO_COLOR decide (no colour when it is set and not empty).
  ///   - usesMouse: whether the terminal is to report the mouse; see `setMouse`.
  /// - Throws: before anything has been drawn.
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

  /// Makes the terminal report the mouse from now on, or no longer: then it selects text with the mouse, as without
  /// this program.
  package func setMouse(_ on: Bool) {
    guard on != usesMouse else { return }
    usesMouse = on
    if state == .ours { screen.output.send(on ? Modes.mouse.on : Modes.mouse.off) }
  }

  /// Gives the terminal back as it was. Closing twice is closing once.
  ///
  /// Does not wait for a terminal that takes no output: one that is gone or stopped gets its modes back, and what
  /// was still to be written is dropped.
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
    if tcgetattr(inputDescriptor, &modes) == 0 { terminal_guard_note(&modes) }
    if usesMouse { screen.output.send(Modes.mouse.on) }
    shown = nil
    state = .ours
  }

  /// Undoes `enter()`. A terminal that another group of processes has meanwhile (ours was stopped and the shell took
  /// over) is left as it is: it is that group's, and touching it would stop this process.
  func leave() {
    state = .away
    if isInBackground {
      terminal_guard_disarm()
      return
    }
    if canTakeOutput(within: Self.patience), screen.end(within: Int(Self.patience)) {
      tcsetattr(inputDescriptor, TCSANOW, &outerModes)
    } else {
      screen.output.drop()
      terminal_guard_restore()
    }
    terminal_guard_disarm()
  }

  /// How long closing waits for a terminal that takes no output, in milliseconds: with what the guard waits it is less than
  /// a second in all.
  private static var patience: CInt { 200 }

  /// Whether the terminal is another process group's.
  var isInBackground: Bool {
    let foreground = tcgetpgrp(inputDescriptor)
    return foreground != -1 && foreground != getpgrp()
  }

  /// Whether the terminal takes output now, or within so many milliseconds. A terminal that is stopped (Ctrl-S), slow
  /// or gone does not.
  func canTakeOutput(within milliseconds: CInt = 0) -> Bool {
    var entry = pollfd(fd: outputDescriptor, events: Int16(POLLOUT), revents: 0)
    let count = poll(&entry, 1, milliseconds)
    return count == 1 && entry.revents & Int16(POLLOUT) != 0 && entry.revents & Int16(POLLHUP | POLLERR) == 0
  }

  /// Whether the terminal has been hung up: nothing will ever come from it again, and its descriptor polls as ready
  /// for ever.
  package var isGone: Bool {
    var entries = [inputDescriptor, outputDescriptor].map { pollfd(fd: $0, events: 0, revents: 0) }
    poll(&entries, nfds_t(entries.count), 0)
    return entries.contains { $0.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 }
  }
}
