internal import ProcessTree

/// How far the indentation of a tree grows. Who stands deeper has the nearest guides, and before these a number in a
/// place of fixed width, which says how many levels are left out: `… 79,968 │ └─`. So a chain of 100,000 can be printed,
/// and what stands at its end is in view.
struct Indentation {
  /// The levels of the deepest row whose guides are all there.
  let levels: Int

  /// For lines that are not cut to a screen.
  static let listing = Indentation(levels: OutlineRow.guideLimit)
  /// Levels whose place the number takes: two columns each.
  private static let numberLevels = 5

  private init(levels: Int) { self.levels = levels }

  /// - Parameter columns: that guides and command share; the guides have half of them.
  init(columns: Int) {
    levels = min(max(columns / 4, Self.numberLevels + 3), Self.listing.levels)
  }

  /// Columns that the guides of a row take.
  func width(depth: Int) -> Int { 2 * min(depth, levels) }

  /// The lines that lead to the row from those above it, two columns for each level.
  ///
  /// - Parameter level: the depth of the row that is shown as the topmost.
  func text(_ row: OutlineRow, _ glyphs: Glyphs, below level: Int = 0) -> DisplayText {
    let depth = row.depth - level
    guard depth > 0 else { return "" }
    var text = DisplayText()
    var shown = depth - 1
    if depth > levels {
      shown = levels - Self.numberLevels - 1
      let number = DisplayText(number: depth - 1 - shown, grouped: true)
      text += "\(glyphs.ellipsis)\(number.paddedLeft(to: 2 * Self.numberLevels - 2)) "
    }
    for goesOn in row.guides.suffix(shown) { text += goesOn ? glyphs.guideLine : "  " }
    return text + (row.isLast ? glyphs.guideLast : glyphs.guideBranch)
  }
}
