import Glibc
import TUI
import Testing

@testable import Terminal

/// Copying by OSC 52.
@Suite struct ClipboardTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal() }

  @Test func `Bytes are sent in one sequence`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      #expect(session.copy(Array("a\u{1b}b\n".utf8) + [0xff]) == .sent)
      #expect(session.copy([]) == .sent)
      session.close()
    }
    #expect(terminal.text.contains("\u{1b}]52;c;YRtiCv8=\u{1b}\\\u{1b}]52;c;\u{1b}\\"))
  }

  @Test func `The limit is exact`() async {
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        let most = TerminalSession.clipboardLimit
        #expect(session.copy([UInt8](repeating: 0x61, count: most + 1)) == .tooLong)
        #expect(session.copy([UInt8](repeating: 0x61, count: most)) == .sent)
        session.close()
      }
    }
    let text = terminal.text
    #expect(text.split(separator: "\u{1b}]52;c;").count == 2)
    #expect(text.contains(String(repeating: "YWFh", count: TerminalSession.clipboardLimit / 3) + "\u{1b}\\"))
  }

  @Test func `Nothing is sent to a stopped terminal`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      tcflow(session.outputDescriptor, TCOOFF)
      #expect(session.copy(Array("x".utf8)) == .blocked)
      session.close()
    }
    #expect(!terminal.text.contains("\u{1b}]52;"))
  }
}
