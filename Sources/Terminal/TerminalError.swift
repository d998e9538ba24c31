internal import CTerminal
import Glibc
package import TUI

/// Why a terminal session cannot be opened or resumed. At the start nothing has been drawn when it is thrown.
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
    /// The name.
    package let text: DisplayText
    /// A name from the source of this program.
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

  /// The message as a string.
  package var description: String { message.string }
}

extension DisplayText {
  /// The text of an errno (`strerror_r`).
  package init(errno number: Int32) {
    var buffer = [CChar](repeating: 0, count: 256)
    // Swift imports the POSIX variant. The GNU variant may return a constant and not write to the buffer.
    guard strerror_r(number, &buffer, buffer.count) == 0 else {
      self = "error \(number)"
      return
    }
    self.init(untrusted: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
  }
}

/// One line for the user if the program crashes.
package enum CrashReport {
  /// From now on a crash (SIGSEGV, SIGILL of a failed check, and others) is reported on standard error, after the
  /// terminal is restored. Call it once, at the start.
  ///
  /// - Parameter program: the name and version of the program.
  package static func prepare(program: String) { terminal_report_crashes(program) }
}
