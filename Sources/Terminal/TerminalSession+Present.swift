internal import CNcurses
package import TUI

extension TerminalSession {
  /// Shows a frame, by sending only what differs from what is shown.
  ///
  /// Returns false, and shows nothing, when the terminal takes no output now (it is stopped by Ctrl-S, slow, or gone):
  /// present the newest frame again when `outputDescriptor` polls as writable. A frame of another size than the
  /// terminal's is cut, or stands at the top left.
  ///
  /// - Complexity: O(cells) to compare, O(changed cells) to draw.
  @discardableResult
  package func present(_ frame: Frame) -> Bool {
    guard isOpen, canTakeOutput() else { return false }
    draw(frame)
    placeCursor(frame.cursor)
    wnoutrefresh(cn_stdscr())
    doupdate()
    shown = frame
    return true
  }

  /// Has the next `present` send the whole frame: the screen was disturbed by others.
  package func redraw() {
    shown = nil
    clearok(cn_curscr(), true)
  }

  private func draw(_ frame: Frame) {
    let before = shown.flatMap { $0.size == frame.size ? $0 : nil }
    if before == nil { werase(cn_stdscr()) }
    let rows = min(frame.size.rows, Int(cn_lines()))
    let columns = min(frame.size.columns, Int(cn_columns()))
    guard columns > 0 else { return }
    for row in 0..<max(rows, 0) {
      let new = frame.row(row).prefix(columns)
      if let old = before?.row(row).prefix(columns) {
        if let changed = Self.difference(old, new) {
          draw(
            new[(new.startIndex + changed.lowerBound)..<(new.startIndex + changed.upperBound)], row, changed.lowerBound)
        }
      } else {
        draw(new, row, 0)
      }
    }
  }

  /// The columns from the first to the last difference, with no wide glyph of either row cut in two.
  private static func difference(_ old: ArraySlice<Cell>, _ new: ArraySlice<Cell>) -> Range<Int>? {
    let count = new.count
    func same(_ column: Int) -> Bool { old[old.startIndex + column] == new[new.startIndex + column] }
    func isSplit(_ column: Int) -> Bool {
      old[old.startIndex + column].isContinuation || new[new.startIndex + column].isContinuation
    }
    guard var first = (0..<count).first(where: { !same($0) }) else { return nil }
    var end = count
    while same(end - 1) { end -= 1 }
    while first > 0, isSplit(first) { first -= 1 }
    while end < count, isSplit(end) { end += 1 }
    return first..<end
  }

  /// Draws cells from `column` on, one call for each run in the same style.
  private func draw(_ cells: ArraySlice<Cell>, _ row: Int, _ column: Int) {
    let window = cn_stdscr()
    wmove(window, CInt(row), CInt(column))
    var characters: [wchar_t] = []
    var style = Style.text
    func flush() {
      guard !characters.isEmpty else { return }
      let attributes = palette[style]
      wattr_set(window, attributes.bits, attributes.pair, nil)
      // ERR comes after the last column of the last row, where the cursor cannot go on; the cell is drawn all the same.
      waddnwstr(window, &characters, CInt(characters.count))
      characters.removeAll(keepingCapacity: true)
    }
    for cell in cells {
      guard let glyph = cell.glyph else { continue }
      if cell.style != style {
        flush()
        style = cell.style
      }
      append(glyph, fits: column + cells.count, to: &characters)
    }
    flush()
  }

  /// A glyph as this C library's locale can write it. One that it gives another width would shift the rest of the
  /// row, so question marks stand in its columns.
  private func append(_ glyph: Glyph, fits: Int, to characters: inout [wchar_t]) {
    let base = wchar_t(bitPattern: glyph.base.value)
    if glyph.base.isASCII && !glyph.hasMarks {
      characters.append(base)
    } else if isUTF8, cn_wcwidth(base) == CInt(glyph.width),
      glyph.marks.allSatisfy({ cn_wcwidth(wchar_t(bitPattern: $0.value)) == 0 })
    {
      characters.append(base)
      for mark in glyph.marks { characters.append(wchar_t(bitPattern: mark.value)) }
    } else {
      for _ in 0..<glyph.width { characters.append(wchar_t(UInt8(ascii: "?"))) }
    }
  }

  private func placeCursor(_ cursor: Point?) {
    guard let cursor, (0..<Int(cn_lines())).contains(cursor.row), (0..<Int(cn_columns())).contains(cursor.column) else {
      curs_set(0)
      return
    }
    curs_set(1)
    wmove(cn_stdscr(), CInt(cursor.row), CInt(cursor.column))
  }
}
