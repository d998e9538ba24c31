/// A screenful of styled cells: what the renderer makes and the terminal shows.
///
/// Every write is clipped to the frame and, where given, to a width; nothing wraps. A write over one half of a wide
/// glyph blanks its other half, so a frame never holds half a glyph.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// The place of the terminal's cursor; nil hides it.
  package var cursor: Point?
  private(set) var cells: [Cell]

  /// A blank frame.
  package init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.rows * size.columns)
  }

  /// - Precondition: the place is within the frame.
  package subscript(row: Int, column: Int) -> Cell { cells[index(row, column)] }

  /// The cells of one row from left to right. - Precondition: the row is within the frame.
  package func row(_ row: Int) -> ArraySlice<Cell> { cells[index(row, 0)..<index(row, 0) + size.columns] }

  /// Whether a row is the same in another frame of this size. - Precondition: the row is within both.
  ///
  /// Most rows are equal, which comparing eight bytes at a time shows: a cell has sixteen. Only if bytes differ,
  /// cells are compared as values.
  package func hasRow(_ row: Int, as other: Frame) -> Bool {
    let stride = MemoryLayout<Cell>.stride
    let (start, end) = (index(row, 0) * stride, (index(row, 0) + size.columns) * stride)
    let hasSameBytes = cells.withUnsafeBytes { mine in
      other.cells.withUnsafeBytes { theirs in
        var place = start
        while place + 8 <= end {
          let word = mine.loadUnaligned(fromByteOffset: place, as: UInt64.self)
          guard word == theirs.loadUnaligned(fromByteOffset: place, as: UInt64.self) else { return false }
          place += 8
        }
        return place == end
      }
    }
    return hasSameBytes || self.row(row) == other.row(row)
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(row >= 0 && row < size.rows && column >= 0 && (column < size.columns || column == 0))
    return row * size.columns + column
  }

  /// The part of `column ..< column + width` that is within the frame; empty when the row is not.
  private func clipped(row: Int, column: Int, width: Int) -> Range<Int> {
    guard row >= 0, row < size.rows, width > 0, column < size.columns else { return 0..<0 }
    let end = width < size.columns - column ? column + width : size.columns
    let start = max(column, 0)
    return start < end ? start..<end : 0..<0
  }
}

extension Frame {
  /// Writes text from `column` rightwards, clipped to `width` columns (nil: to the frame's edge).
  ///
  /// - Parameter skipping: how many of the text's columns to leave out on the left: the sideways scroll.
  /// - Returns: the column after the last one that the text takes, even where clipping hid it up to `width`; where
  ///   the next text goes.
  /// - Complexity: O(skipping + columns written).
  @discardableResult
  package mutating func put(
    _ text: DisplayText, row: Int, column: Int, style: Style = .text, width: Int? = nil, skipping: Int = 0
  ) -> Int {
    let skipping = max(skipping, 0)
    let taken = min(max(text.width - skipping, 0), max(width ?? .max, 0))
    let visible = clipped(row: row, column: column, width: taken)
    guard !visible.isEmpty else { return column + taken }

    let line = index(row, 0)
    breakWideGlyphs(at: visible, line: line)
    let shift = column - skipping
    text.forEachGlyph { glyph, at, _ in
      let place = at + shift
      if place >= visible.upperBound { return false }
      if place + glyph.width <= visible.lowerBound { return true }
      if place < visible.lowerBound || place + glyph.width > visible.upperBound {
        // Half a wide glyph is in view: a space replaces it.
        cells[line + max(place, visible.lowerBound)] = Cell(.space, style: style)
      } else {
        cells[line + place] = Cell(glyph, style: style)
        if glyph.width == 2 { cells[line + place + 1] = .continuation(style: style) }
      }
      return true
    }
    return column + taken
  }

  /// Writes text so that it ends before `column + width`: a column of numbers. Text that is too wide loses its end.
  package mutating func putRight(_ text: DisplayText, row: Int, column: Int, style: Style = .text, width: Int) {
    put(text, row: row, column: column + max(width - text.width, 0), style: style, width: min(width, text.width))
  }

  /// Blanks `width` columns, or fills them with a one-column glyph, in one style.
  package mutating func fill(
    row: Int, column: Int, width: Int, style: Style = .text, with glyph: Glyph = .space
  ) {
    let visible = clipped(row: row, column: column, width: width)
    guard !visible.isEmpty else { return }
    let line = index(row, 0)
    breakWideGlyphs(at: visible, line: line)
    let filler = glyph.width == 1 ? glyph : .space
    for place in visible { cells[line + place] = Cell(filler, style: style) }
  }

  /// Changes the style of cells whose text stays: a selection, a match, a dimmed row.
  package mutating func restyle(row: Int, column: Int, width: Int, _ change: (Style) -> Style) {
    let line = row >= 0 && row < size.rows ? index(row, 0) : 0
    for place in clipped(row: row, column: column, width: width) {
      cells[line + place].style = change(cells[line + place].style)
    }
  }

  /// Blanks the other halves of the wide glyphs that the ends of `range` cut through.
  private mutating func breakWideGlyphs(at range: Range<Int>, line: Int) {
    let first = line + range.lowerBound
    if cells[first].isContinuation { cells[first - 1] = Cell(.space, style: cells[first - 1].style) }
    if range.upperBound < size.columns, cells[line + range.upperBound].isContinuation {
      cells[line + range.upperBound] = Cell(.space, style: cells[line + range.upperBound].style)
    }
  }
}

/// One cell of a frame: 16 bytes without references, so that a frame is copied and compared as plain memory.
package struct Cell: Hashable, Sendable {
  package let content: Content
  package var style: Style

  package enum Content: Hashable, Sendable {
    case glyph(Glyph)
    /// The right half of the wide glyph in the cell before.
    case continuation
  }

  package init(_ glyph: Glyph, style: Style = .text) {
    content = .glyph(glyph)
    self.style = style
  }

  private init(continuationIn style: Style) {
    content = .continuation
    self.style = style
  }

  static func continuation(style: Style) -> Cell { Cell(continuationIn: style) }

  package static let blank = Cell(.space)

  package var isContinuation: Bool { content == .continuation }

  /// The glyph; nil in the right half of a wide one.
  package var glyph: Glyph? {
    if case .glyph(let glyph) = content { glyph } else { nil }
  }
}

/// The size of a terminal or a pane, in character cells. Never negative.
package struct Size: Hashable, Sendable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
  }
}

/// The place of one cell: row and column count from 0, at the top left.
package struct Point: Hashable, Sendable {
  package var row: Int
  package var column: Int

  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}
