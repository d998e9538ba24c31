import Glibc
import TUI
import Testing

@testable import Terminal

/// The mouse, from the terminal's reports to the program.
@Suite struct MouseTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal() }

  @Test(arguments: ["xterm-256color", "tmux-256color", "xterm", "linux"])
  func `Reports become events`(type: String) async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      let reports = [
        // A press with its release, the same with Shift and Control, other buttons, drags of this and of another one, a
        // movement without a button, a release that keeps the bit of motion, the wheel.
        "\u{1b}[<0;1;1M", "\u{1b}[<0;1;1m", "\u{1b}[<20;80;24M", "\u{1b}[<20;80;24m", "\u{1b}[<1;5;5M",
        "\u{1b}[<2;5;5M",
        "\u{1b}[<32;5;6M", "\u{1b}[<33;5;5M", "\u{1b}[<35;5;5M", "\u{1b}[<32;5;7m", "\u{1b}[<64;9;9m",
        "\u{1b}[<64;223;400M", "\u{1b}[<65;7;9M", "\u{1b}[<66;7;9M", "\u{1b}[<0;1M",
        "\u{1b}[<0;1;1;1M",
        "\u{1b}[<0;99999999999999999999;1M", "\u{1b}[<;;M", "q",
      ]
      terminal.send(reports.joined().utf8)
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String, type = type as String] in
      let session = try openSession(on: path, type: type)
      show("ready", in: session)
      let expected: [Input] = [
        .mouse(MouseEvent(.press, at: Point(row: 0, column: 0))),
        .mouse(MouseEvent(.release, at: Point(row: 0, column: 0))),
        .mouse(MouseEvent(.press, at: Point(row: 23, column: 79))),
        .mouse(MouseEvent(.release, at: Point(row: 23, column: 79))),
        .mouse(MouseEvent(.drag, at: Point(row: 5, column: 4))),
        .mouse(MouseEvent(.release, at: Point(row: 6, column: 4))),
        .mouse(MouseEvent(.wheelUp, at: Point(row: 399, column: 222))),
        .mouse(MouseEvent(.wheelDown, at: Point(row: 8, column: 6))),
        .key(.character("q")),
      ]
      #expect(collect(expected.count, from: session) == expected)
      session.close()
    }
    person.join()
  }

  @Test func `A report may arrive in pieces`() {
    let report = Array("\u{1b}[<0;12;3M".utf8).map(Int32.init)
    let event = Input.mouse(MouseEvent(.press, at: Point(row: 2, column: 11)))
    for cut in 3..<report.count {
      var decoder = KeyDecoder()
      #expect(decoder.decode(Array(report[..<cut])).isEmpty)
      #expect(decoder.decode(Array(report[cut...]) + [0x71]) == [event, .key(.character("q"))])
    }
    // An incomplete report does not swallow keys forever.
    var decoder = KeyDecoder()
    let endless = "\u{1b}[<" + String(repeating: "1", count: 40)
    #expect(!decoder.decode(endless.utf8.map(Int32.init)).isEmpty)
  }

  @Test(arguments: [true, false])
  func `Mouse reports are switched on and off`(usesMouse: Bool) async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String, usesMouse = usesMouse as Bool] in
      let session = try openSession(on: path, usesMouse: usesMouse)
      show("first", in: session)
      session.setMouse(usesMouse)
      session.setMouse(!usesMouse)
      show("second", in: session)
      session.close()
    }
    let text = terminal.text
    let on = text.split(separator: "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h", omittingEmptySubsequences: false)
    #expect(on.count == 2)
    #expect(on[0].contains("first") != usesMouse)
    #expect(text.hasPrefix("\u{1b}[?2004h") || text.contains("\u{1b}[?2004h"))
    let off = text.lastOffset(of: "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l") ?? -1
    #expect(off > text.lastOffset(of: "\u{1b}[?1000h") ?? 0)
  }
}
