package import TUI

/// Why there is no terminal session. Nothing has been drawn when it is thrown.
package enum TerminalError: Error, Hashable {
  /// Standard input or output is not a terminal.
  case notATerminal
  /// TERM is unset or empty.
  case noType
  /// terminfo does not know this value of TERM.
  case unknownType(DisplayText)
  /// The terminal of this name cannot place its cursor, so no screen can be drawn on it.
  case incapableType(DisplayText)
  /// A call failed.
  case call(StaticName, errno: Int32)

  /// The name of a C function, in an error.
  package struct StaticName: Hashable, Sendable, ExpressibleByStringLiteral {
    package let text: DisplayText
    package init(stringLiteral text: StaticString) { self.text = DisplayText(own: text) }
  }
}

extension TerminalError: CustomStringConvertible {
  /// One line for the user: what is wrong, and what to do.
  package var message: DisplayText {
    switch self {
    case .notATerminal: "not a terminal: the view needs a terminal for both input and output"
    case .noType: "TERM is not set: set it to the terminal's type, such as TERM=xterm-256color"
    case .unknownType(let name):
      "unknown terminal type TERM='\(name)': set TERM to a type that terminfo knows, such as xterm-256color"
    case .incapableType(let name):
      "terminal type TERM='\(name)' cannot move the cursor: set TERM to the actual type of the terminal"
    case .call(let name, let errno):
      "cannot set up the terminal: \(name.text): \(DisplayText(errno: errno))"
    }
  }

  package var description: String { message.string }
}
