import Glibc
import TUI
import Testing

@testable import Terminal

/// A terminal that takes no more output, with its buffer full: nobody reads from the other side.
@Suite struct StuckTerminalTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal(columns: 250, rows: 60) }

  /// Has the terminal take all that it takes.
  private static func fill(_ session: TerminalSession) {
    while session.screen.output.isSent {
      session.screen.output.send([UInt8](repeating: UInt8(ascii: "."), count: 4096))
    }
  }

  @Test func `What does not fit is kept, in order, and goes out when there is room`() async throws {
    let output = TerminalOutput(to: terminal.slave)
    // Without the carriage returns that a terminal adds to line ends.
    let bytes = (0..<400_000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    let start = ContinuousClock.now
    output.send(bytes)
    #expect(!output.isSent)
    output.send(Array("end".utf8))
    #expect(!output.flush(within: 1))
    #expect(ContinuousClock.now - start < .seconds(20), "a write waited for the terminal")
    let isSent = eventually {
      terminal.drain()
      return output.flush()
    }
    let hasCome = eventually { terminal.drain().count >= bytes.count + 3 }
    #expect(isSent && hasCome)
    #expect(terminal.drain() == bytes + Array("end".utf8))
  }

  @Test func `Nothing is kept for a terminal that is gone`() {
    let output = TerminalOutput(to: terminal.slave)
    terminal.hangUp()
    output.send(Array("late".utf8))
    #expect(output.isSent)
  }

  @Test func `Keys are read, and the session is closed, in the middle of a frame`() async {
    terminal.send("q".utf8)
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      Self.fill(session)
      #expect(session.present(Frame(size: session.size)) == .blocked)
      #expect(collect(1, from: session) == [.key(.character("q"))])
      session.close()
    }
  }

  @Test func `The modes come back, and what the terminal did not take is dropped`() async {
    let before = terminal.modes
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      Self.fill(session)
      let start = ContinuousClock.now
      session.close()
      #expect(ContinuousClock.now - start < .seconds(20))
    }
    #expect(terminal.modes == before)
    #expect(terminal.text.contains("\u{1b}[?1049l"))
  }

  @Test func `A frame behind one that was cut is whole`() async {
    let person = Person { [terminal] in #expect(terminal.wait { $0.contains("all of it") }) }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      var frame = Frame(size: session.size)
      for round in 0..<40 {
        for row in 0..<frame.size.rows {
          let text = DisplayText(typed: String(repeating: "\(round) \(row) ", count: 30))
          frame.put(text, row: row, column: 0)
        }
        session.present(frame)
      }
      frame.put("all of it", row: 3, column: 0)
      while session.present(frame) != .shown { usleep(1000) }
      session.close()
    }
    person.join()
  }
}
