import Glibc
import TUI
import Testing

@testable import Terminal

/// Typed input reaches the program, through the terminal and ncurses.
@Suite struct InputTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal() }

  @Test func `Keys arrive`() async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      let keys = [
        "a", "\u{1b}OA", "\u{1b}OB", "\u{1b}OC", "\u{1b}OD", "\u{1b}OP", "\u{1b}[21~", "\u{1b}OH", "\u{1b}OF",
        "\u{1b}[5~",
        "\u{1b}[6~", "\u{1b}[3~", "\u{1b}[2~", "\u{7f}", "\t", "\u{1b}[Z", "\r", "\u{3}", "\u{1a}", "\u{c}", "\u{1c}",
        "é", "日",
      ]
      terminal.send(keys.joined().utf8)
      #expect(terminal.wait { $0.contains("more") })
      terminal.send([0x1b])
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("ready", in: session)
      let expected: [Key] = [
        .character("a"), .up, .down, .right, .left, .f(1), .f(10), .home, .end, .pageUp, .pageDown, .delete, .insert,
        .backspace, .tab, .backTab, .enter, .ctrl("c"), .ctrl("z"), .ctrl("l"), .ctrl("\\"), .character("é"),
        .character("日"),
      ]
      #expect(collect(expected.count, from: session) == expected.map(Input.key))
      show("more", in: session)
      #expect(collect(1, from: session) == [.key(.escape)])
      session.close()
    }
    person.join()
  }

  @Test func `A paste arrives complete`() async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      terminal.send("\u{1b}[200~two\rlines \u{1b}]0;x\u{7}\u{1b}[201~q".utf8)
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("ready", in: session)
      #expect(collect(2, from: session) == [.paste(Array("two\rlines \u{1b}]0;x\u{7}".utf8)), .key(.character("q"))])
      session.close()
    }
    person.join()
  }

  @Test func `A pasted megabyte arrives`() async {
    let person = Person { [terminal] in
      #expect(terminal.wait { $0.contains("ready") })
      terminal.send("\u{1b}[200~".utf8)
      terminal.send([UInt8](repeating: 0x61, count: 1 << 20))
      terminal.send("\u{1b}[201~".utf8)
    }
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      show("ready", in: session)
      var bytes = 0
      while bytes < 1 << 20 {
        let inputs = collect(1, from: session)
        if inputs.isEmpty { break }
        for case .paste(let piece) in inputs { bytes += piece.count }
      }
      #expect(bytes == 1 << 20)
      session.close()
    }
    person.join()
  }

  @Test func `A storm of resizes ends at the last size`() async {
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var random = SmallGenerator(seed: 5)
        for round in 0..<300 {
          let columns = round == 0 ? 500 : Int.random(in: 1...500, using: &random)
          let rows = round == 0 ? 200 : Int.random(in: 1...200, using: &random)
          var window = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
          _ = ioctl(session.outputDescriptor, UInt(TIOCSWINSZ), &window)
          // Now and then a frame of the size before is still shown at the new one.
          if round % 3 != 0 {
            _ = session.nextInput()
            #expect(session.size == Size(columns: columns, rows: rows))
          }
          var frame = Frame(size: session.size)
          for row in 0..<session.size.rows { frame.put("日本語 resized ", row: row, column: row - 3) }
          frame.cursor = Point(row: rows - 1, column: columns - 1)
          session.present(frame)
        }
        session.close()
      }
    }
  }
}
