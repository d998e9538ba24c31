import Glibc
import TUI
import Testing

@testable import Terminal

/// The memory that a frame is gathered in.
@Suite struct MemoryTests {
  @Test func `A frame without memory counts as not drawn, and the next one is complete`() async throws {
    let terminal = try PseudoTerminal()
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      signal(SIGXFSZ, SIG_IGN)
      let session = try openSession(on: path)
      show("the first", in: session)
      // A file in memory is a file to this limit, and may not grow then.
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var none = limit
      none.rlim_cur = 0
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &none)
      var frame = Frame(size: session.size)
      frame.put("the second", row: 0, column: 0)
      #expect(session.present(frame) == .failed)
      #expect(session.present(frame) == .failed)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(session.present(frame) == .shown)
      session.close()
    }
    let text = terminal.text
    #expect(text.split(separator: "the first", omittingEmptySubsequences: false).count == 2)
    #expect(text.split(separator: "the second", omittingEmptySubsequences: false).count == 2)
  }

  @Test func `A frame longer than all before is sent in one call`() async throws {
    let terminal = try PseudoTerminal(columns: 1000, rows: 300)
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var frame = Frame(size: session.size)
        let text = DisplayText(typed: String(repeating: "0123456789", count: 100))
        for row in 0..<frame.size.rows { frame.put(text, row: row, column: 0) }
        var outcome = session.present(frame)
        while outcome == .blocked { outcome = session.present(frame) }
        #expect(outcome == .shown)
        session.close()
      }
    }
    #expect(terminal.text.split(separator: "012345678901234567890", omittingEmptySubsequences: false).count > 300)
  }
}
