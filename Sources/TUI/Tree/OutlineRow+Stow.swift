internal import Tree

extension OutlineRow {
  /// The text of a collapsed row of exited children: `… 1,284 exited, ✗ 3 nonzero`, after its guides.
  ///
  /// - Parameter indentation: how far the guides grow.
  func collapsedText(_ glyphs: Glyphs, _ indentation: Indentation) -> StyledText {
    var text = StyledText()
    if depth > 0 { text.append(indentation.text(self, glyphs) + " ", Style(.treeGuide)) }
    text.append("\(glyphs.ellipsis) \(number: collapsedCount, grouped: true) exited", Style(.exited))
    if collapsedFailedCount > 0 {
      text.append(", \(glyphs.failed) \(number: collapsedFailedCount, grouped: true) nonzero", Style(.failed))
    }
    return text
  }
}
