internal import Events

extension TerminalSession {
  /// The most bytes that `copy` sends: 100,000 with the encoding. Terminals that have a limit have it there or above.
  package static let clipboardLimit = 74_994

  /// The result of sending text to the clipboard.
  package enum CopyOutcome: Hashable, Sendable {
    /// It was sent. Whether the terminal accepted it is unknown: there is no answer.
    case sent
    /// More than `clipboardLimit`; nothing was sent.
    case tooLong
    /// The terminal does not accept output.
    case blocked
  }

  /// Asks the terminal to put bytes on its clipboard (OSC 52). Many do, some after asking, some never.
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
