extension LineSearch {
  /// Highlights the matches of a search, the current one most.
  ///
  /// - Parameters:
  ///   - top: the line in the first of `rows` rows.
  ///   - place: where that is on the screen.
  func mark(top: Int, rows: Int, at place: Point, width: Int, into frame: inout Frame) {
    for (index, match) in matches.enumerated() {
      if match.start.line >= top + rows { break }
      guard match.end.line >= top else { continue }
      for line in max(match.start.line, top)...min(match.end.line, top + rows - 1) {
        let first = line == match.start.line ? match.start.column : 0
        let end = min(line == match.end.line ? match.end.column : .max, width)
        frame.restyle(row: place.row + line - top, column: place.column + first, width: end - first) { _ in
          Style(.match, index == current ? .reverse : [])
        }
      }
    }
  }
}
