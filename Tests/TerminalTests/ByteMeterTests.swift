import Glibc
import TUI
import Testing

@testable import Terminal

/// How many bytes the view sends for what happens most, at 120×40 in the layout it starts with.
@Suite struct ByteMeterTests {
  /// The bytes that the terminal received between each of these marks and the one before it.
  private func bytes(_ marks: Int, _ terminal: PseudoTerminal) throws -> [Int] {
    let pieces = terminal.text.components(separatedBy: "\u{1b}]777;mark\u{1b}\\")
    try #require(pieces.count == marks + 2)
    return pieces[1...marks].map(\.utf8.count)
  }

  private func terminal() throws -> PseudoTerminal { try PseudoTerminal(columns: 120, rows: 40) }

  @Test(arguments: ["xterm-256color", "tmux-256color"])
  func `A line of the log`(type: String) async throws {
    let terminal = try terminal()
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String, type = type as String] in
        let session = try openSession(on: path, type: type)
        // The new process's row is out of view: only the log and the figures show it.
        var meter = ByteMeter(in: session, processes: 200)
        meter.press(.end)
        meter.present()
        mark(session)
        for round in 0..<30 {
          meter.happen(round % 3)
          meter.present()
          mark(session)
        }
        session.close()
      }
    }
    let counts = try bytes(30, terminal)
    #expect(counts.allSatisfy { $0 > 0 && $0 <= 400 }, "\(counts)")
  }

  @Test func `A line of the log with its row in view`() async throws {
    let terminal = try terminal()
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var meter = ByteMeter(in: session, processes: 0, runs: 4)
        meter.present()
        mark(session)
        for round in 0..<30 {
          meter.happen(round % 3)
          meter.present()
          mark(session)
        }
        session.close()
      }
    }
    let counts = try bytes(30, terminal)
    #expect(counts.allSatisfy { $0 > 0 && $0 <= 400 }, "\(counts)")
  }

  @Test func `A move of the cursor`() async throws {
    let terminal = try terminal()
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var meter = ByteMeter(in: session, processes: 200)
        meter.present()
        mark(session)
        for _ in 0..<10 {
          meter.press(.down)
          meter.present()
          mark(session)
        }
        session.close()
      }
    }
    let counts = try bytes(10, terminal)
    // The detail is another process's each time; the first move leads to one of another kind.
    #expect(counts.allSatisfy { $0 > 0 && $0 <= 1200 }, "\(counts)")
    #expect(counts.dropFirst(2).allSatisfy { $0 <= 400 }, "\(counts)")
  }

  @Test func `An idle second sends nothing`() async throws {
    let terminal = try terminal()
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var meter = ByteMeter(in: session, processes: 200)
        // Until the rate of the last minute has come to rest.
        for _ in 0..<100 { meter.pass(seconds: 1) }
        meter.present()
        mark(session)
        for _ in 0..<9 {
          meter.pass(seconds: 1)
          meter.present()
          mark(session)
        }
        // Nor a frame that looks like the one before.
        session.present(meter.state.render())
        mark(session)
        session.close()
      }
    }
    #expect(try bytes(10, terminal) == Array(repeating: 0, count: 10))
  }
}

/// Sends what no frame holds, to tell one frame's bytes from the next one's.
private func mark(_ session: TerminalSession) {
  let bytes = Array("\u{1b}]777;mark\u{1b}\\".utf8)
  _ = write(session.outputDescriptor, bytes, bytes.count)
}

extension String {
  /// The parts between the occurrences of a separator.
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
