import TestSupport
import Testing

@testable import TUI

@Suite struct FrameTests {
  private func frame(_ columns: Int, _ rows: Int = 1) -> Frame { Frame(size: Size(columns: columns, rows: rows)) }
  private let wide = DisplayText(untrusted: "日本".utf8)

  @Test func `Cells are plain memory`() {
    #expect(MemoryLayout<Cell>.stride == 16)
    #expect(_isPOD(Cell.self))
  }

  @Test func `Put returns where the next text goes`() {
    var screen = frame(10)
    #expect(screen.put("abc", row: 0, column: 2) == 5)
    #expect(screen.put("defgh", row: 0, column: 5, width: 2) == 7)
    #expect(screen.text(row: 0) == "  abcde   ")
    #expect(screen.put("xyz", row: 5, column: 0) == 3, "a row outside the frame still advances")
  }

  @Test(arguments: [
    (0, "abcde"), (3, "   ab"), (4, "    a"), (5, "     "), (-2, "cdef "), (-6, "     "), (-100, "     "),
    (Int.max - 10, "     "),
  ])
  func `Text is clipped at every edge`(column: Int, expected: String) {
    var screen = frame(5)
    screen.put("abcdef", row: 0, column: column)
    #expect(screen.text(row: 0) == expected)
  }

  @Test func `Rows outside are ignored`() {
    var screen = frame(3, 2)
    for row in [-1, 2, Int.max, Int.min] {
      screen.put("abc", row: row, column: 0)
      screen.fill(row: row, column: 0, width: 3, with: Glyph(base: "x"))
      screen.restyle(row: row, column: 0, width: 3) { $0.adding(.bold) }
    }
    #expect(screen == frame(3, 2))
  }

  @Test(arguments: [(0, 0), (0, 5), (5, 0), (1, 1)])
  func `Tiny frames take any write`(columns: Int, rows: Int) {
    var screen = frame(columns, rows)
    for column in -3...3 {
      screen.put(wide, row: 0, column: column)
      screen.put("abc", row: 0, column: column, width: 1, skipping: 1)
      screen.fill(row: 0, column: column, width: 3)
    }
    #expect(screen.size == Size(columns: columns, rows: rows))
  }

  @Test(
    arguments: [
      (0, nil, 0, "日本  "), (3, nil, 0, "   日 "), (4, nil, 0, "    日"), (5, nil, 0, "      "), (-1, nil, 0, " 本   "),
      (0, 3, 0, "日    "),
      (0, 3, 1, " 本   "), (0, 1, 2, "      "), (2, nil, 1, "   本 "),
    ] as [(Int, Int?, Int, String)])
  func `Half a wide glyph is a space`(column: Int, width: Int?, skipping: Int, expected: String) {
    var screen = frame(6)
    screen.put(wide, row: 0, column: column, width: width, skipping: skipping)
    #expect(screen.text(row: 0) == expected)
    checkWideGlyphs(screen)
  }

  @Test func `Overwriting half a wide glyph blanks the other`() {
    for column in 0..<6 {
      for width in 1...3 {
        var screen = frame(6)
        screen.put("日本語", row: 0, column: 0)
        screen.put(DisplayText(own: "xyz").columns(count: width), row: 0, column: column)
        checkWideGlyphs(screen)
        var filled = frame(6)
        filled.put("日本語", row: 0, column: 0)
        filled.fill(row: 0, column: column, width: width)
        checkWideGlyphs(filled)
      }
    }
    var screen = frame(6)
    screen.put("日本語", row: 0, column: 0)
    screen.put("x", row: 0, column: 3)
    #expect(screen.text(row: 0) == "日 x語")
  }

  @Test func `Random writes keep every wide glyph whole`() {
    var random = SeededGenerator(seed: 3)
    var screen = frame(17, 4)
    for _ in 0..<20_000 {
      let row = Int.random(in: -1...4, using: &random)
      let column = Int.random(in: -9...20, using: &random)
      let text = DisplayText(untrusted: HostileText.fuzz(using: &random), upTo: 20)
      let width = Bool.random(using: &random) ? Int.random(in: 0...9, using: &random) : nil
      switch Int.random(in: 0..<4, using: &random) {
      case 0: screen.fill(row: row, column: column, width: width ?? 3)
      case 1: screen.putRight(text, row: row, column: column, width: width ?? 5)
      default:
        let skipping = Int.random(in: 0...4, using: &random)
        let end = screen.put(text, row: row, column: column, width: width, skipping: skipping)
        #expect(end == column + min(max(text.width - skipping, 0), width ?? .max))
      }
      checkWideGlyphs(screen)
    }
  }

  /// A wide glyph is followed by its continuation, and a continuation preceded by its wide glyph.
  private func checkWideGlyphs(_ screen: Frame) {
    for row in 0..<screen.size.rows {
      var owed = 0
      for cell in screen.row(row) {
        if cell.isContinuation != (owed > 0) { Issue.record("half a glyph in row \(row): \(screen.text(row: row))") }
        owed = cell.glyph.map { $0.width - 1 } ?? 0
      }
      #expect(owed == 0)
    }
  }

  @Test func `Numbers align right`() {
    var screen = frame(8)
    screen.putRight("42", row: 0, column: 1, width: 5)
    #expect(screen.text(row: 0) == "    42  ")
    screen.putRight("1234567", row: 0, column: 1, width: 5)
    #expect(screen.text(row: 0) == " 12345  ")
  }

  @Test func `Styled text scrolls across its runs`() {
    var line = StyledText("/usr/bin/", Style(.commandDirectory))
    line.append("git", Style(.commandName))
    line.append(" status", Style(.commandArguments))
    #expect(line.width == 19)
    var screen = frame(10)
    #expect(screen.put(line, row: 0, column: 1, width: 6, skipping: 7) == 7)
    #expect(screen.text(row: 0) == " n/git    ")
    #expect(screen[0, 2].style.role == .commandDirectory)
    #expect(screen[0, 3].style.role == .commandName)
    #expect(screen[0, 6].style.role == .commandArguments)
    #expect(screen[0, 7].style == .text)
  }

  @Test func `Restyling keeps the text`() {
    var screen = frame(4)
    screen.put("日x", row: 0, column: 0, style: Style(.failed))
    screen.restyle(row: 0, column: -5, width: 7) { $0.adding(.reverse) }
    #expect(screen.text(row: 0) == "日x ")
    #expect(screen[0, 0].style == Style(.failed, .reverse))
    #expect(screen[0, 1].style == Style(.failed, .reverse))
    #expect(screen[0, 2].style == Style(.failed))
  }

  @Test func `The dump shows text attributes and cursor`() {
    var screen = frame(6, 2)
    screen.put("日e\u{301}", row: 0, column: 0, style: Style(.commandName))
    screen.put("x", row: 1, column: 5, style: Style(.error, [.bold, .reverse]))
    screen.cursor = Point(row: 1, column: 2)
    #expect(
      screen.dump == """
        6x2 cursor 1,2
        |日e\u{301}   |
        |     x|

        |FFF...|
        |.....0|

        0 error bold reverse
        F commandName

        """)
  }
}
