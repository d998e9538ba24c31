package import Comparison
internal import Events

/// The differences of two recordings as lines: a tree of what differs, with its ancestors.
package struct DifferenceListing {
  private let comparison: RunComparison
  private let glyphs: Glyphs
  /// Whether the ancestors at each depth have a sibling after them.
  private var guides: [Bool] = []

  package init(_ comparison: RunComparison, glyphs: Glyphs) {
    self.comparison = comparison
    self.glyphs = glyphs
  }

  /// The columns before the command.
  private static let indent = 23

  /// Calls `body` with each line until it returns false: a header, the rows, and what differs of each. None where
  /// nothing differs. - Complexity: O(bytes shown).
  package mutating func forEachLine(_ body: (StyledText) throws -> Bool) rethrows {
    guard !comparison.isEmpty else { return }
    guard try body(StyledText("          A         B  COMMAND", Style(.label))) else { return }
    let rows = comparison.rows
    for (index, row) in rows.enumerated() {
      guides.removeLast(max(guides.count - row.depth, 0))
      while guides.count < row.depth { guides.append(false) }
      guard try body(line(row)) else { return }
      guides.append(!row.isLast)
      let hasBelow = index + 1 < rows.count && rows[index + 1].depth > row.depth
      for detail in details(of: row) {
        var line = StyledText(.spaces(Self.indent), Style(.dim))
        line.append(guideText(below: row.depth, hasBelow: hasBelow), Style(.treeGuide))
        line.append(detail)
        guard try body(line) else { return }
      }
    }
    _ = try body(StyledText(summary, Style(.label)))
  }

  // MARK: - Rows

  private func line(_ row: RunComparison.Row) -> StyledText {
    let (sign, role): (DisplayText, Role) =
      row.isContext ? (" ", .dim) : row.b == nil ? ("-", .failed) : row.a == nil ? ("+", .running) : ("~", .warning)
    var line = StyledText("\(sign) ", Style(role))
    let times = Style(row.changes.contains(.dur) ? .warning : .dim)
    line.append(
      "\(time(row.a, comparison.a).paddedLeft(to: 9)) \(time(row.b, comparison.b).paddedLeft(to: 9))  ", times)
    if row.depth > 0 {
      line.append(guideText(below: row.depth - 1, hasBelow: false), Style(.treeGuide))
      line.append("\(row.isLast ? glyphs.guideLast : glyphs.guideBranch) ", Style(.treeGuide))
    }
    let command = command(row)
    line.append(
      row.isContext
        ? command.restyled { _ in Style(.dim) } : role == .warning ? command : command.restyled { _ in Style(role) })
    return line
  }

  private func time(_ index: Int?, _ run: ComparedRun) -> DisplayText {
    guard let index else { return "" }
    return run.entries[index].runTime.map { .duration($0, glyphs) } ?? glyphs.unknown
  }

  /// The command of the second recording, where there is one.
  private func command(_ row: RunComparison.Row) -> StyledText {
    let entry = row.b.map { comparison.b.entries[$0] } ?? row.a.map { comparison.a.entries[$0] }
    guard let entry else { return StyledText() }
    var line = StyledText()
    if entry.isForked { line.append("(forked) ", Style(.dim)) }
    if entry.id.isHost {
      line.append(DisplayText(entry.image?.title ?? ""), Style(.commandName))
    } else if let image = entry.image {
      line.append(CommandText.line(of: image, limit: .max))
    } else {
      line.append(DisplayText.argument(entry.comm.bytes), Style(.commandName))
    }
    return line
  }

  /// The most levels that are indented; rows below look like those of that level.
  private static let deepest = 64

  /// The lines of the ancestors down to a depth, three columns each.
  private func guideText(below depth: Int, hasBelow: Bool) -> DisplayText {
    var text = DisplayText()
    for level in 0..<min(depth, Self.deepest) { text += guides[level + 1] ? "\(glyphs.guideLine) " : "   " }
    return hasBelow ? text + "\(glyphs.guideLine) " : text
  }

  // MARK: - What differs

  private func details(of row: RunComparison.Row) -> [StyledText] {
    guard let i = row.a, let j = row.b else { return [] }
    let (a, b) = (comparison.a.entries[i], comparison.b.entries[j])
    var lines: [StyledText] = []
    for change in row.changes {
      switch change {
      case .args: lines += arguments(of: row)
      case .exe:
        lines.append(pair("program", DisplayText(a.image?.exe ?? ""), DisplayText(b.image?.exe ?? "")))
      case .cwd:
        lines.append(pair("directory", DisplayText(a.image?.cwd ?? ""), DisplayText(b.image?.cwd ?? "")))
      case .status: lines.append(pair("status", status(a), status(b)))
      case .fail:
        lines.append(pair("failed execs", .count(a.failedExecs), .count(b.failedExecs)))
      case .env: lines += variables(row.variables)
      case .dur: lines.append(duration(row, a, b))
      }
    }
    return lines
  }

  private func pair(_ label: DisplayText, _ one: DisplayText, _ other: DisplayText) -> StyledText {
    var line = StyledText("\(label): ", Style(.label))
    line.append(one, Style(.failed))
    line.append(" -> ", Style(.dim))
    line.append(other, Style(.running))
    return line
  }

  private func status(_ entry: ComparedRun.Entry) -> DisplayText {
    entry.isRunning ? "running" : StatusText(ended: entry.status, glyphs: glyphs).word
  }

  private func duration(
    _ row: RunComparison.Row, _ a: ComparedRun.Entry, _ b: ComparedRun.Entry
  ) -> StyledText {
    let (before, after) = (a.runTime ?? 0, b.runTime ?? 0)
    let isSlower = after > before
    let difference = isSlower ? after - before : before - after
    var text: DisplayText = "\(.duration(difference, glyphs)) \(isSlower ? "slower" : "faster")"
    if let share = comparison.share(of: row) {
      let percent = Int(exactly: (abs(share) * 100).rounded()) ?? 0
      text += ", \(percent == 0 ? "less than 1" : "\(percent)") % of the whole run time"
    }
    return StyledText(text, Style(.warning))
  }

  private func arguments(of row: RunComparison.Row) -> [StyledText] {
    guard let changes = comparison.arguments(of: row) else { return [] }
    return [pair("arguments", words(changes.removed), words(changes.added))]
  }

  /// The most words of a line; the rest is counted.
  private static let mostWords = 16

  private func words(_ words: [[UInt8]]) -> DisplayText {
    if words.isEmpty { return "(none)" }
    let shown = words.prefix(Self.mostWords).map { DisplayText.argument($0) }.joined(separator: " ")
    return words.count <= Self.mostWords
      ? shown : "\(shown) (and \(.count(words.count - Self.mostWords)) more)"
  }

  private func variables(_ changes: VariableChanges) -> [StyledText] {
    let removed = changes.removed + changes.changed.map(\.before)
    let added = changes.added + changes.changed.map(\.after)
    return [pair("environment", words(removed), words(added))]
  }

  /// What was found, in one line.
  private var summary: DisplayText {
    let rows = comparison.rows
    let onlyA = rows.count { $0.b == nil }, onlyB = rows.count { $0.a == nil }
    let changed = rows.count { !$0.changes.isEmpty }
    var text: DisplayText = "\(.count(onlyA)) only in A, \(.count(onlyB)) only in B, \(.count(changed)) changed"
    text += "; \(.count(comparison.pairs)) \(comparison.pairs == 1 ? "process is" : "processes are") in both"
    return text
  }
}
