internal import ProcessTree

extension OutlineRow {
  /// The lines that lead to the row from those above it, two columns for each level.
  ///
  /// - Parameters:
  ///   - level: the depth of the row that is shown as the topmost.
  ///   - limit: a chain 5,000 deep has guides far beyond any screen: so many levels are made at most.
  func guideText(_ glyphs: Glyphs, below level: Int = 0, limit: Int = .max) -> DisplayText {
    var text = DisplayText()
    for goesOn in guides.dropFirst(level).prefix(limit) { text += goesOn ? glyphs.guideLine : "  " }
    text += isLast ? glyphs.guideLast : glyphs.guideBranch
    return text
  }
}
