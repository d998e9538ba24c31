import Glibc
import TUI

@testable import Terminal

/// Sets up the process of an exit test like one that was started in the terminal of this name.
func openSession(
  on path: String, type: String? = "xterm-256color", locale: String = "C.UTF-8", noColor: String? = nil,
  colorTerm: String? = nil, usesMouse: Bool = true
) throws -> TerminalSession {
  set("TERM", type)
  set("LC_ALL", locale)
  set("NO_COLOR", noColor)
  set("COLORTERM", colorTerm)
  let descriptor = open(path, O_RDWR | O_NOCTTY)
  return try TerminalSession(usesMouse: usesMouse, input: descriptor, output: descriptor)
}

private func set(_ name: String, _ value: String?) {
  if let value { setenv(name, value, 1) } else { unsetenv(name) }
}

/// Calls `nextInput` until it has returned this many inputs, or none for ten seconds.
func collect(_ count: Int, from session: TerminalSession) -> [Input] {
  var inputs: [Input] = []
  while inputs.count < count {
    var entry = pollfd(fd: session.inputDescriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 10_000) == 1 else { break }
    inputs += session.nextInput()
  }
  return inputs
}

/// Shows one line of text in the frame's first row: a message to the test that watches the terminal.
func show(_ text: DisplayText, in session: TerminalSession) {
  var frame = Frame(size: session.size)
  frame.put(text, row: 0, column: 0)
  session.present(frame)
}

/// The width that the C library gives a scalar in the present locale, -1 for none. The corresponding C function is
/// `wcwidth`.
func columns(of scalar: UInt32) -> Int32 { Screen.width(scalar) }
