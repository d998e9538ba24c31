extension Frame {
  /// The text of one row, or of some of its columns, spaces at its end included. - Precondition: the row is within the
  /// frame.
  package func text(row: Int, columns: Range<Int>? = nil) -> String {
    let columns = columns ?? 0..<size.columns
    var scalars = String.UnicodeScalarView()
    for cell in self.row(row).dropFirst(columns.lowerBound).prefix(columns.count) {
      guard let glyph = cell.glyph else { continue }
      scalars.append(glyph.base)
      scalars.append(contentsOf: glyph.marks)
    }
    return String(scalars)
  }
}
