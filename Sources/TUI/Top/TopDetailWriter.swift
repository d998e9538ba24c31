internal import Tree

/// Writes the lines of the detail for one group of the top table: every column, and the distribution of run times.
struct TopDetailWriter {
  private let row: TopRow
  private let grouping: TopGrouping
  private let width: Int
  private let glyphs: Glyphs
  private(set) var lines: [StyledText] = []

  init(_ row: TopRow, by grouping: TopGrouping, width: Int, glyphs: Glyphs) {
    self.row = row
    self.grouping = grouping
    self.width = max(width, 4)
    self.glyphs = glyphs
  }

  mutating func write() {
    for text in TopListing.name(of: row).wrapped(to: width) { lines.append(StyledText(text, Style(.commandName))) }
    if let filter = row.filterText {
      for text in DisplayText(typed: filter).wrapped(to: width) { lines.append(StyledText(text, Style(.dim))) }
    }
    lines.append(StyledText())
    for column in TopColumns.order where column != .name && (column != .period || !row.recurrences.isEmpty) {
      var line = StyledText(TopListing.title(of: column, by: grouping).padded(to: Self.labelWidth), Style(.label))
      line.append(
        TopListing.cell(column, of: row, glyphs: glyphs).paddedLeft(to: Self.valueWidth),
        TopListing.style(column, of: row))
      lines.append(line)
    }
    writeRecurrences()
    writeRunTimes()
  }

  private mutating func writeRecurrences() {
    guard !row.recurrences.isEmpty else { return }
    lines.append(StyledText())
    lines.append(StyledText("Recurs", Style(.title)))
    for recurrence in row.recurrences {
      for text in TopListing.sentence(recurrence, glyphs).wrapped(to: width) { lines.append(StyledText(text)) }
    }
  }

  private static let labelWidth = 10
  private static let valueWidth = 9

  /// A bar for each step, scaled so that the longest fills the width. A count above zero has at least one sign.
  private mutating func writeRunTimes() {
    guard row.runTimes.highest > 0, let sign = glyphs.bars.last else { return }
    lines.append(StyledText())
    lines.append(StyledText("Run time distribution", Style(.title)))
    for step in 0..<RunTimeSpread.stepCount {
      let count = row.runTimes[step]
      let limit = RunTimeSpread.limit(of: step)
      let edge = DisplayText.wholeDuration(limit ?? RunTimeSpread.limit(of: step - 1) ?? 0, glyphs)
      let label: DisplayText = limit == nil ? "longer" : "to \(edge)"
      var line = StyledText(label.padded(to: Self.labelWidth), Style(.label))
      line.append(DisplayText.count(count).paddedLeft(to: Self.valueWidth), Style(count == 0 ? .dim : .text))
      let room = max(width - line.width - 1, 0)
      // The product fits in an integer even for four thousand million processes and thousands of columns.
      let length = count == 0 ? 0 : max(count * room / row.runTimes.highest, 1)
      line.append(" " + sign.repeated(min(length, room)), Style(.sparkline))
      lines.append(line)
    }
  }
}

extension DisplayText {
  /// A power of ten of a time: `100µs`, `1ms`, `10s`.
  fileprivate static func wholeDuration(_ nanoseconds: UInt64, _ glyphs: Glyphs) -> DisplayText {
    switch nanoseconds {
    case ..<1_000_000: "\(nanoseconds / 1000)\(glyphs.micro)s"
    case ..<1_000_000_000: "\(nanoseconds / 1_000_000)ms"
    default: "\(nanoseconds / 1_000_000_000)s"
    }
  }
}
