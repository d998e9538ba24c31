internal import Tree

/// The note of a folded row about the processes that it hides: their number, and as many of their sums as fit.
struct FoldNote {
  /// The minimum width that stays for the command.
  static let commandColumns = 8

  private var parts: [DisplayText]
  private let separator: DisplayText

  init(of row: OutlineRow, _ node: ProcessNode, isFiltered: Bool, glyphs: Glyphs) {
    separator = " \(glyphs.separator) "
    parts = ["+\(number: row.hiddenBelow, grouped: true)"]
    // Under a filter the number counts only matching processes, and the sums include all.
    if isFiltered { return }
    let below = node.below
    if below.running > 0 { parts.append("\(.count(below.running)) run") }
    if below.failedExecs > 0 {
      parts.append("\(.count(below.failedExecs)) failed \(below.failedExecs == 1 ? "exec" : "execs")")
    }
    if below.cpuTime > 0 { parts.append("cpu \(.duration(below.cpuTime, glyphs))") }
    if let longest = node.longestRunBelow { parts.append("max \(.duration(longest, glyphs))") }
  }

  /// The note with a space before it; nil if not even the number fits.
  ///
  /// - Parameters:
  ///   - width: the width of the column that it shares with the command.
  ///   - command: the columns of the command, with its guides. The note may use the rest.
  ///   - guides: the columns of the guides. The note may always use half of the rest.
  func text(in width: Int, beside command: Int, guides: Int = 0) -> DisplayText? {
    guard width > 1 + parts[0].width + Self.commandColumns else { return nil }
    let room = max(width - command, (width - guides) / 2)
    var text: DisplayText = " \(parts[0])"
    for part in parts.dropFirst() {
      let longer = text + separator + part
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
    guard longest > 0 else { return nil }
    if let end, longest <= runTime(now: end.time) { return nil }
    return longest
  }
}
