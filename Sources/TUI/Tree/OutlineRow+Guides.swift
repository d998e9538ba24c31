internal import Tree

/// How far the indentation of a tree grows. A deeper row shows only the nearest guides, after a number of fixed width
/// that counts the levels left out: `… 79,968 │ └─`. So a chain of 100,000 can be printed with its end in view.
struct Indentation {
  /// The depth of the deepest row that shows all its guides.
  let levels: Int

  /// For lines that are not cut to a screen.
  static let listing = Indentation(levels: OutlineRow.guideLimit)
  /// The number of levels that the number replaces, two columns each.
  private static let numberLevels = 5

  private init(levels: Int) { self.levels = levels }

  /// - Parameter columns: the columns that guides and command share; the guides get half of them.
  init(columns: Int) {
    levels = min(max(columns / 4, Self.numberLevels + 3), Self.listing.levels)
  }

  /// The columns that the guides of a row take.
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
