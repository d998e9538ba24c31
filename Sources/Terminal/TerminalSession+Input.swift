internal import CNcurses
import Glibc
package import TUI

extension TerminalSession {
  /// What came since the last call: a new size first, then keys and pastes in order. Never waits for a key; a lone
  /// ESC takes up to 25 ms, in which the rest of a function key's sequence could come.
  ///
  /// Call it when `inputDescriptor` is readable, and after SIGWINCH. When the terminal has been hung up nothing ever
  /// comes: see `isGone`.
  package func nextInput() -> [Input] {
    guard state == .ours else { return [] }
    var result: [Input] = []
    if updateSize() { result.append(.resize(size)) }
    return result + decoder.decode(readCodes())
  }

  /// The most codes read in one go, so that endless input leaves time for the rest of the program.
  private static var batch: Int { 1 << 20 }

  private func readCodes() -> [Int32] {
    var codes: [Int32] = []
    while codes.count < Self.batch {
      let code = wgetch(screen.keys)
      if code == ERR { break }
      // Left in the queue by resizeterm(), which we called ourselves.
      if code != KEY_RESIZE { codes.append(code) }
    }
    return codes
  }

  /// Asks the terminal for its size and follows it. Returns whether it changed.
  func updateSize() -> Bool {
    var window = winsize()
    var rows = cn_lines()
    var columns = cn_columns()
    // A terminal that does not know its size, such as a serial line, says 0×0: terminfo's size stands then.
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
