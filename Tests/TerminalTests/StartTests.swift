import Glibc
import TUI
import Testing

@testable import Terminal

/// An unsuitable terminal is refused in one line, and nothing is drawn on it.
@Suite struct StartTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal() }

  private func expectUntouched(_ before: [UInt32], _ location: SourceLocation = #_sourceLocation) {
    #expect(terminal.drain().isEmpty, sourceLocation: location)
    #expect(terminal.modes == before, sourceLocation: location)
  }

  @Test func `Without TERM`() async {
    let before = terminal.modes
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      #expect(throws: TerminalError.noType) { try openSession(on: path, type: nil) }
      #expect(throws: TerminalError.noType) { try openSession(on: path, type: "") }
    }
    expectUntouched(before)
  }

  @Test func `An unknown type of terminal`() async {
    let before = terminal.modes
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      #expect(throws: TerminalError.unknownType("no\\x1bsuch")) { try openSession(on: path, type: "no\u{1b}such") }
    }
    expectUntouched(before)
  }

  @Test func `A terminal that cannot place its cursor`() async {
    let before = terminal.modes
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      #expect(throws: TerminalError.incapableType("dumb")) { try openSession(on: path, type: "dumb") }
      // Known as a type of which nothing is known, or not known at all: that depends on the machine.
      #expect(throws: TerminalError.self) { try openSession(on: path, type: "unknown") }
    }
    expectUntouched(before)
  }

  @Test func `Without a terminal nothing starts`() async {
    await #expect(processExitsWith: .success) {
      #expect(throws: TerminalError.notATerminal) { try openSession(on: "/dev/null") }
      #expect(throws: TerminalError.notATerminal) { try openSession(on: "/no/such/file") }
    }
  }

  @Test func `A session opens after another`() async {
    let before = terminal.modes
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      for round in 0..<3 {
        let session = try openSession(on: path)
        show("round \(round)", in: session)
        session.close()
      }
    }
    #expect(terminal.text.contains("round 2"))
    #expect(terminal.modes == before)
  }

  @Test(arguments: [
    TerminalError.notATerminal, .noType, .unknownType("x"), .incapableType("x"), .call("tcgetattr", errno: EIO),
  ])
  func `Errors are one line`(error: TerminalError) {
    #expect(!error.description.isEmpty)
    #expect(!error.description.contains("\n"))
  }

  @Test func `Errnos have a text`() {
    #expect(TerminalError.call("tcgetattr", errno: EIO).description.hasSuffix("tcgetattr: Input/output error"))
  }
}
