internal import CNcurses
package import TUI

extension TerminalSession {
  /// The result of presenting a frame.
  package enum Presented: Hashable, Sendable {
    /// The terminal has received all of it.
    case shown
    /// The terminal does not accept output now: it is stopped by Ctrl-S, slow, or gone. Present the newest frame when
    /// `outputDescriptor` polls as writable.
    case blocked
    /// There was no memory for it, and nothing was sent. The next frame is sent in full: present one later.
    case failed
  }

  /// Whether the terminal has received the whole previous frame, and accepts output now. Sends the rest of that frame.
  package var isReady: Bool { state == .ours && screen.output.flush() && acceptsOutput() }

  /// Shows a frame: sends only the differences to the frame on the screen. Terminals with synchronized updates (private
  /// mode 2026) show them all at once. A frame larger than the terminal is cut; a smaller one is at the top left.
  ///
  /// - Complexity: O(cells) to compare, O(changed cells) to draw.
  @discardableResult
  package func present(_ frame: Frame) -> Presented {
    guard isReady else { return .blocked }
    if frame == shown { return .shown }
    // The first attempt reserves more memory if the frame is longer than all before.
    guard let sent = gather(frame) ?? gather(frame) else { return .failed }
    if !sent.isEmpty {
      screen.output.send(screen.takesPrivateModes ? Modes.frame.on + sent + Modes.frame.off : sent)
    }
    shown = frame
    return screen.output.isSent ? .shown : .blocked
  }

  /// The bytes that change the shown frame into this one; nil if there is no memory for them.
  private func gather(_ frame: Frame) -> [UInt8]? {
    draw(frame)
    let bytes = screen.frameOutput.gather {
      placeCursor(frame.cursor)
      wnoutrefresh(cn_stdscr())
      doupdate()
    }
    if bytes == nil { redraw() }
    return bytes
  }

  /// Makes the next `present` send the whole frame: other programs may have written to the screen.
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
    if before == nil || joined.count != rows { joined = Array(repeating: [], count: max(rows, 0)) }
    for row in joined.indices {
      if let before, frame.hasRow(row, as: before) { continue }
      let new = joiningBlanks(frame.row(row).prefix(columns))
      if let before {
        let old = joined[row].count == columns ? joined[row] : joiningBlanks(before.row(row).prefix(columns))
        if let changed = Self.difference(old, new) {
          draw(
            new[(new.startIndex + changed.lowerBound)..<(new.startIndex + changed.upperBound)], row, changed.lowerBound)
        }
      } else {
        draw(new, row, 0)
      }
      joined[row] = new
    }
  }

  /// The columns from the first to the last difference, extended so that no wide glyph of either row is split.
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

  /// Draws cells from `column` on. `wadd_wchnstr` copies them into the window as they are. The printing calls would
  /// move the cursor, which has no place after the last column of the last row.
  private func draw(_ cells: ArraySlice<Cell>, _ row: Int, _ column: Int) {
    let window = cn_stdscr()
    var characters: [cchar_t] = []
    characters.reserveCapacity(cells.count)
    var style = Style.text
    var attributes = palette[style]
    for cell in cells {
      guard let glyph = cell.glyph else { continue }
      if cell.style != style {
        style = cell.style
        attributes = palette[style]
      }
      append(glyph, attributes, to: &characters)
    }
    wmove(window, CInt(row), CInt(column))
    wadd_wchnstr(window, &characters, CInt(characters.count))
  }

  /// Appends a glyph if the C library's locale can write it with the same width. Otherwise it would shift the rest of
  /// the row, so question marks take its columns.
  private func append(_ glyph: Glyph, _ attributes: Palette.Attributes, to characters: inout [cchar_t]) {
    let base = glyph.base
    if base.isASCII && !glyph.hasMarks {
      characters.append(Self.character(base, [], attributes))
      return
    }
    let marks = glyph.marks
    if isUTF8, Screen.width(base.value) == CInt(glyph.width), marks.allSatisfy({ Screen.width($0.value) == 0 }) {
      characters.append(Self.character(base, marks, attributes))
    } else {
      let substitute = Self.character(base.isASCII ? base : "?", [], attributes)
      characters.append(contentsOf: repeatElement(substitute, count: glyph.width))
    }
  }

  private static func character(
    _ base: Unicode.Scalar, _ marks: [Unicode.Scalar], _ attributes: Palette.Attributes
  ) -> cchar_t {
    var character = cchar_t()
    // Room for the base, the most marks of a glyph, and the NUL.
    withUnsafeTemporaryAllocation(of: wchar_t.self, capacity: Glyph.maximumMarks + 2) { text in
      text.initialize(repeating: 0)
      text[0] = wchar_t(bitPattern: base.value)
      for (index, mark) in marks.enumerated() { text[index + 1] = wchar_t(bitPattern: mark.value) }
      setcchar(&character, text.baseAddress, attributes.bits, attributes.pair, nil)
    }
    return character
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

extension TerminalSession {
  /// The most consecutive blanks that get the look of a word. For more it is shorter to move the cursor, and the blank
  /// end of a row can be cleared only in the plain look.
  private static var longestGap: Int { 4 }

  /// Cells in which the blanks between words have the look of the word before them, if that makes no visible
  /// difference.
  ///
  /// A row of dim words with plain blanks between them would switch the look twice for each blank. That takes 14 bytes,
  /// and makes up half of a new line of the log.
  func joiningBlanks(_ cells: ArraySlice<Cell>) -> ArraySlice<Cell> {
    var cells = cells
    var word: Style?
    var gap = cells.startIndex
    // Neighbours mostly have the same style, so it is looked up once for them.
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
  /// Whether a style is visible on a blank: it colours the background or draws a line.
  func shows(_ style: Style) -> Bool {
    self[style].bits & (cn_a_underline | cn_a_reverse) != 0 || style.ink?.background != nil
  }
}
