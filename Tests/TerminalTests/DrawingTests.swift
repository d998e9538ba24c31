import Glibc
import TUI
import Testing

@testable import Terminal

/// The bytes that reach the terminal.
@Suite struct DrawingTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal(columns: 40, rows: 6) }

  @Test func `Roles have colours`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      var frame = Frame(size: session.size)
      frame.put("wrong", row: 0, column: 0, style: Style(.failed))
      frame.put("plain", row: 1, column: 0)
      session.present(frame)
      session.close()
    }
    #expect(terminal.text.contains("\u{1b}[38;5;196mwrong"))
    #expect(terminal.text.contains("\u{1b}[39m") || terminal.text.contains("\u{1b}[m"))
  }

  @Test(arguments: [("1", false), ("", true), (nil, true)] as [(String?, Bool)])
  func `NO_COLOR is obeyed`(value: String?, colored: Bool) async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String, value = value as String?] in
      let session = try openSession(on: path, noColor: value)
      var frame = Frame(size: session.size)
      frame.put("wrong", row: 0, column: 0, style: Style(.error))
      session.present(frame)
      session.close()
    }
    #expect(terminal.text.contains("38;5;196") == colored)
    #expect(terminal.text.contains("wrong"))
  }

  @Test func `Hostile text arrives escaped`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      let attacks: [[UInt8]] = [
        Array("\u{1b}]0;x\u{7}".utf8), Array("a\rb\nc\u{8}".utf8), Array("\u{202e}gpj".utf8), [0x9b, 0x32, 0x4a],
        Array("\u{9b}2J".utf8),
      ]
      var frame = Frame(size: session.size)
      for (row, bytes) in attacks.enumerated() {
        frame.put(DisplayText(untrusted: bytes), row: row, column: 0)
      }
      session.present(frame)
      session.close()
    }
    let bytes = terminal.drain()
    let text = String(decoding: bytes, as: UTF8.self)
    for shown in ["\\x1b]0;x\\x07", "a\\x0db\\x0ac\\x08", "\\u{202e}gpj", "\\x9b2J", "\\u{9b}2J"] {
      #expect(text.contains(shown))
    }
    #expect(!text.contains("\u{1b}]0;"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{202e}" || $0 == "\u{9b}" || $0 == "\u{7}" })
    #expect(!bytes.contains(0x9b))
  }

  @Test func `Only differences are sent`() async throws {
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var frame = Frame(size: session.size)
        for row in 0..<6 { frame.put("the quick brown fox", row: row, column: 0) }
        frame.put("READY", row: 5, column: 30)
        session.present(frame)
        session.present(frame)
        session.present(frame)
        frame.put("Q", row: 2, column: 4)
        session.present(frame)
        session.close()
      }
    }
    let text = terminal.text
    let ready = try #require(text.lastOffset(of: "READY"))
    let end = try #require(text.lastOffset(of: "\u{1b}[?2026l\u{1b}[?1006l"))
    // One synchronized update of a move of the cursor and one letter, for three frames of which two look alike.
    let sent = String(decoding: Array(text.utf8)[(ready + 5)..<end], as: UTF8.self)
    let updates = sent.split(separator: "\u{1b}[?2026h", omittingEmptySubsequences: false)
    #expect(updates.count == 2)
    #expect(updates.last?.contains("Q") == true && updates.last?.hasSuffix("\u{1b}[?2026l") == true)
    #expect(sent.utf8.count < 44, "\(sent.debugDescription)")
  }

  @Test func `A scroll costs one row`() async throws {
    let terminal = try PseudoTerminal(columns: 100, rows: 30)
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        for first in 0..<2 {
          var frame = Frame(size: session.size)
          for row in 0..<30 {
            let seed = UInt(row + first) &* 0x9e37_79b9_7f4a_7c15
            frame.put(DisplayText(hexadecimal: seed).repeated(6), row: row, column: 0)
          }
          frame.cursor = Point(row: 29, column: 0)
          session.present(frame)
        }
        session.close()
      }
    }
    // Two whole frames would be 5,760 bytes.
    #expect(terminal.drain().count < 3_600)
  }

  @Test func `Frames are complete even when keys wait`() async throws {
    let terminal = try PseudoTerminal(columns: 40, rows: 30)
    terminal.send("jjjj".utf8)
    await terminal.pumping {
      await #expect(processExitsWith: .success) { [path = terminal.path as String] in
        let session = try openSession(on: path)
        var frame = Frame(size: session.size)
        session.present(frame)
        for row in 0..<30 { frame.put("row \(row) to the end", row: row, column: 0) }
        session.present(frame)
        #expect(collect(4, from: session) == Array(repeating: .key(.character("j")), count: 4))
        session.close()
      }
    }
    for row in 0..<30 { #expect(terminal.text.contains("row \(row) to the end")) }
  }

  @Test func `Without UTF-8 glyphs beyond ASCII are question marks`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path, locale: "C")
      #expect(session.isUTF8 == false)
      show("caf\u{e9} 日本 end", in: session)
      session.close()
    }
    #expect(terminal.text.contains("caf? ???? end"))
  }

  @Test func `A missing UTF-8 locale is replaced by C.UTF-8`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path, locale: "xx_XX.UTF-8")
      #expect(session.isUTF8)
      session.close()
      let other = try openSession(on: path, locale: "xx_XX.ISO-8859-1")
      #expect(!other.isUTF8)
      other.close()
    }
  }

  /// ncurses, which measures with the C library, and this program must count the same columns for every scalar.
  @Test func `Widths agree with the C library`() async {
    await #expect(processExitsWith: .success) {
      #expect(setlocale(LC_CTYPE, "C.UTF-8") != nil)
      var shown = 0
      for value in UInt32(0x20)...0x10ffff {
        guard let scalar = Unicode.Scalar(value) else { continue }
        // An `a` before it, for marks to sit on.
        let text = DisplayText(untrusted: Array(("a" + String(Character(scalar))).utf8))
        guard Array(text.utf8) == Array(("a" + String(Character(scalar))).utf8) else { continue }
        shown += 1
        let width = Int(columns(of: value))
        if width != text.width - 1 { Issue.record("U+\(String(value, radix: 16)): \(width), not \(text.width - 1)") }
      }
      #expect(shown > 100_000)
    }
  }
}
