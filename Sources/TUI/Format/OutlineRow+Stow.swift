internal import ProcessTree

extension OutlineRow {
  /// What stands in the row of many that are over: `… 1,284 exited, ✗ 3 nonzero`, with the guides that lead to it.
  ///
  /// - Parameter indentation: how far the guides grow.
  func stowText(_ glyphs: Glyphs, _ indentation: Indentation) -> StyledText {
    var text = StyledText()
    if depth > 0 { text.append(indentation.text(self, glyphs) + " ", Style(.treeGuide)) }
    text.append("\(glyphs.ellipsis) \(number: stowed, grouped: true) exited", Style(.exited))
    if stowedFailed > 0 {
      text.append(", \(glyphs.failed) \(number: stowedFailed, grouped: true) nonzero", Style(.failed))
    }
    return text
  }
}
