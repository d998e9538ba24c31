internal import CNcurses
internal import TUI

extension TerminalSession {
  /// The most blanks in a row that take over a look. Beyond that moving the cursor is shorter than writing them, and a
  /// row's blank end can be cleared only in the plain look.
  private static var longestGap: Int { 4 }

  /// Cells in which the blanks between words look like the word before them, wherever that cannot be seen.
  ///
  /// A row of dim words with plain blanks between them would switch the look twice for each: 14 bytes for a blank, half
  /// of what a new line of the log takes.
  func joiningBlanks(_ cells: ArraySlice<Cell>) -> ArraySlice<Cell> {
    var cells = cells
    var word: Style?
    var gap = cells.startIndex
    // Neighbours mostly have one style: what it shows is looked up once.
    var (style, isSeen) = (Style.text, palette.shows(.text))
    for index in cells.indices {
      let cell = cells[index]
      if cell.style != style { (style, isSeen) = (cell.style, palette.shows(cell.style)) }
      if !isSeen, cell.glyph == .space { continue }
      if let word, index > gap, index - gap <= Self.longestGap {
        for blank in gap..<index { cells[blank].style = word }
      }
      word = isSeen ? nil : style
      gap = index + 1
    }
    return cells
  }
}

extension Palette {
  /// Whether a style can be seen on a blank: it colours the ground or draws a line.
  func shows(_ style: Style) -> Bool { self[style].bits & (cn_a_underline | cn_a_reverse) != 0 }
}
