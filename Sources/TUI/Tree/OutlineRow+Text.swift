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

/// The note of a folded row about the processes that it hides: their number, and as many of their sums as fit.
struct FoldNote {
  /// The minimum width that stays for the command.
  static let commandColumns = 8

  private var parts: [StyledText]
  private let separator: DisplayText

  init(of row: OutlineRow, _ node: ProcessNode, isFiltered: Bool, glyphs: Glyphs) {
    separator = " \(glyphs.separator) "
    parts = [StyledText("+\(number: row.hiddenBelow, grouped: true)", Style(.dim))]
    // Under a filter the number counts only matching processes, and the sums include all.
    if isFiltered { return }
    let below = node.below
    func add(_ text: DisplayText, _ role: Role = .dim) { parts.append(StyledText(text, Style(role))) }
    if below.running > 0 { add("\(.count(below.running)) run") }
    if below.nonzero > 0 { add("\(.count(below.nonzero)) nonzero", .failed) }
    if below.failedExecs > 0 {
      add("\(.count(below.failedExecs)) failed \(below.failedExecs == 1 ? "exec" : "execs")", .failed)
    }
    if below.cpuTime > 0 { add("cpu \(.duration(below.cpuTime, glyphs))") }
    if let longest = node.longestRunBelow { add("max \(.duration(longest, glyphs))") }
  }

  /// The note with a space before it; nil if not even the number fits.
  ///
  /// - Parameters:
  ///   - width: the width of the column that it shares with the command.
  ///   - command: the columns of the command, with its guides. The note may use the rest.
  ///   - guides: the columns of the guides. The note may always use half of the rest.
  func text(in width: Int, beside command: Int, guides: Int = 0) -> StyledText? {
    guard width > 1 + parts[0].width + Self.commandColumns else { return nil }
    let room = max(width - command, (width - guides) / 2)
    var text = StyledText(" ", Style(.dim))
    text.append(parts[0])
    for part in parts.dropFirst() {
      var longer = text
      longer.append(separator, Style(.dim))
      longer.append(part)
      if longer.width > room { break }
      text = longer
    }
    return text
  }
}

extension ProcessNode {
  /// The longest run time of the exited descendants; nil if the process itself ran longest, or if no descendant
  /// exited.
  var longestRunBelow: UInt64? {
    let longest = below.longestRun
    guard longest > 0, isTimed else { return nil }
    if let end, longest <= runTime(now: end.time) { return nil }
    return longest
  }
}
