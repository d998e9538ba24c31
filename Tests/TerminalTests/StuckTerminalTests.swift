import Glibc
import TUI
import Testing

@testable import Terminal

/// A terminal that accepts no more output, because its buffer is full and the other side does not read.
@Suite struct StuckTerminalTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal(columns: 250, rows: 60) }

  /// Has the terminal take all that it takes.
  private static func fill(_ session: TerminalSession) {
    while session.screen.output.isSent {
      session.screen.output.send([UInt8](repeating: UInt8(ascii: "."), count: 4096))
    }
  }

  @Test func `Output that is not accepted waits, and is sent in order later`() async throws {
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

  @Test func `Output to a terminal that is gone is dropped`() {
    let output = TerminalOutput(to: terminal.slave)
    terminal.hangUp()
    output.send(Array("late".utf8))
    #expect(output.isSent)
  }

  @Test func `In the middle of a frame keys are read, and the session can be closed`() async {
    terminal.send("q".utf8)
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      Self.fill(session)
      #expect(session.present(Frame(size: session.size)) == .blocked)
      #expect(collect(1, from: session) == [.key(.character("q"))])
      session.close()
    }
  }

  @Test func `The modes are restored, and output that was not accepted is dropped`() async {
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

  @Test func `A frame after an interrupted one is complete`() async {
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
