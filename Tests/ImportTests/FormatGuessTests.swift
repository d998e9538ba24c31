import TestSupport
import Testing

@testable import Recording

/// Formats are told apart by the first lines.
@Suite
struct FormatGuessTests {
  private func guess(_ text: String, isWhole: Bool = false) -> FormatGuess? {
    FormatGuess(Array(text.utf8), isWhole: isWhole)
  }

  @Test func `Own lines are told by their first bytes, without a line end`() {
    for text in [#"{"ev":"fork","#, "\u{feff}{\"ev\":\"lost\"", "\n \u{1e}{\"ev\":"] { #expect(guess(text) == .own) }
  }

  @Test func `Text of no format waits for more, up to a bound`() {
    let line = "make: nothing to be done\n"
    #expect(guess(line) == nil)
    #expect(guess(line, isWhole: true) == .own)
    #expect(guess(String(repeating: line, count: FormatGuess.headLength / line.utf8.count + 1)) == .own)
    #expect(guess("", isWhole: true) == .own)
    #expect(guess("x\0") == .own)
  }

  @Test func `A header decides at once, with lines of other programs before it, a byte order mark and CRLF`() {
    let header = "TIME(ms)   PID   ARGS"
    #expect(guess(header) == nil)
    for text in [header + "\n", "Attaching 3 probes...\n\(header)\nx", "\u{feff}\(header)\r\n", "hello\n\(header)\n"] {
      #expect(guess(text) == .trace(.bpftrace))
    }
  }
}
