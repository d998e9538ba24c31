internal import ProcessTree

/// What a folded row says of what it hides: how many, and as much of what they add up to as there is room for.
struct FoldNote {
  /// The least that stays for the command beside it.
  static let commandColumns = 8

  private var parts: [DisplayText]
  private let separator: DisplayText

  init(of row: OutlineRow, _ node: ProcessNode, isFiltered: Bool, glyphs: Glyphs) {
    separator = " \(glyphs.separator) "
    parts = ["+\(number: row.hiddenBelow, grouped: true)"]
    // Under a filter the number is of those that match, and the sums are of all.
    if isFiltered { return }
    let below = node.below
    if below.running > 0 { parts.append("\(.count(below.running)) run") }
    if below.failedExecs > 0 {
      parts.append("\(.count(below.failedExecs)) failed \(below.failedExecs == 1 ? "exec" : "execs")")
    }
    if below.cpuTime > 0 { parts.append("cpu \(.duration(below.cpuTime, glyphs))") }
    if let longest = node.longestRunBelow { parts.append("max \(.duration(longest, glyphs))") }
  }

  /// The note with a space before it; nil where there is not even room for the number.
  ///
  /// - Parameters:
  ///   - width: of the column that it shares with the command.
  ///   - command: columns that the command takes, with its guides. What it leaves the note may take.
  ///   - guides: the columns of these. Of what they leave the note may take half anyway.
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
  /// The longest run of those that ended below it; nil where its own was the longest, or none ended.
  var longestRunBelow: UInt64? {
    let longest = below.longestRun
    guard longest > 0 else { return nil }
    if let end, longest <= runTime(now: end.time) { return nil }
    return longest
  }
}
