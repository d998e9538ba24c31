import TUI
import Testing

@testable import Terminal

/// The background of a terminal.
@Suite struct BackgroundTests {
  private static let answers: [(String, TerminalTraits.Background?, Bool, String)] = [
    ("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}[?62;22c", .light, true, ""),
    ("\u{1b}]11;rgb:0000/0000/0000\u{7}\u{1b}[?1;2c", .dark, true, ""),
    ("\u{1b}]11;rgb:1e/1e/2e\u{7}\u{1b}[?6c", .dark, true, ""),
    ("\u{1b}]11;rgba:fdf6/e3e3/aaaa/ffff\u{1b}\\", .light, false, ""),
    // Keys that were typed meanwhile.
    ("ab\u{1b}[A\u{1b}]11;rgb:f/f/f\u{7}c\u{1b}[?6cd", .light, true, "ab\u{1b}[Acd"),
    // No answer to the first question.
    ("\u{1b}[?62;1;4c", nil, true, ""),
    ("", nil, false, ""),
    // Hostile or broken.
    ("\u{1b}]11;rgb:zz/00/00\u{7}\u{1b}[?6c", nil, true, ""),
    ("\u{1b}]11;rgb:00000/0/0\u{7}", nil, false, ""),
    ("\u{1b}]11;rgb:0/0\u{7}", nil, false, ""),
    ("\u{1b}]11;rgb:ffff/ffff/ff", nil, false, "\u{1b}]11;rgb:ffff/ffff/ff"),
    ("\u{1b}]11;\u{1b}[2J", nil, false, "\u{1b}]11;\u{1b}[2J"),
    ("\u{1b}]12;rgb:0/0/0\u{7}", nil, false, "\u{1b}]12;rgb:0/0/0\u{7}"),
    ("\u{1b}[?\u{1b}[?c", nil, true, "\u{1b}[?"),
  ]

  @Test(arguments: answers)
  func `Answers are told from keys`(
    bytes: String, background: TerminalTraits.Background?, isComplete: Bool, others: String
  ) {
    let answer = BackgroundAnswer(Array(bytes.utf8))
    #expect(answer.background == background && answer.isComplete == isComplete)
    #expect(String(decoding: answer.others, as: UTF8.self) == others)
  }

  @Test func `An endless answer ends`() {
    let answer = BackgroundAnswer(Array(("\u{1b}]11;" + String(repeating: "f", count: 100_000)).utf8))
    #expect(answer.background == nil && answer.others.count == 100_005)
  }

  @Test(
    arguments: [
      ("15;0", .dark), ("0;15", .light), ("0;default;15", .light), ("7;8", .dark), ("", nil), ("0;x", nil),
      ("0;99", nil),
    ] as [(String, TerminalTraits.Background?)])
  func `The hint of the environment is read`(hint: String, background: TerminalTraits.Background?) {
    #expect(TerminalSession.background(ofHint: hint) == background)
  }
}
