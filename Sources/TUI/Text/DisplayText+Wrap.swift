extension DisplayText {
  /// The text in lines of at most `width` columns. A line breaks after a space where there is one in its second half,
  /// else wherever it is full; no glyph is left out, so the lines together are the text.
  ///
  /// - Complexity: O(n), however many lines.
  func wrapped(to width: Int) -> [DisplayText] {
    let width = max(width, 2)
    if self.width <= width { return [self] }
    var lines: [DisplayText] = []
    var start = 0
    var startColumn = 0
    var afterSpace: (byte: Int, column: Int)?

    func line(to byte: Int, column: Int) -> DisplayText {
      DisplayText(printable: Array(utf8[start..<byte]), width: column - startColumn)
    }

    forEachGlyph { glyph, column, bytes in
      // The byte range of a glyph is where it starts; a break before it leaves it to the next line.
      while column + glyph.width - startColumn > width {
        let end: (byte: Int, column: Int)
        if let space = afterSpace, space.column - startColumn > width / 2 {
          end = space
        } else {
          end = (bytes.lowerBound, column)
        }
        lines.append(line(to: end.byte, column: end.column))
        (start, startColumn) = end
        afterSpace = nil
      }
      if glyph == .space { afterSpace = (bytes.upperBound, column + 1) }
      return true
    }
    lines.append(line(to: utf8.count, column: self.width))
    return lines
  }
}
