import TUI

/// Why the program ends: one line for the user, and the exit status.
struct Failure: Error {
  static let cannotTrace: Int32 = 1
  static let usage: Int32 = 2

  let message: DisplayText
  let status: Int32

  init(_ message: DisplayText, status: Int32 = cannotTrace) {
    self.message = message
    self.status = status
  }
}

extension String {
  /// The text for a message, in quotes if it is empty or blank.
  var orQuotes: String { allSatisfy(\.isWhitespace) ? "'\(self)'" : self }
}
