package import Tree

/// How many processes ran at a time, as lines with aligned columns: the number, how long, its share and a bar.
package struct ConcurrencyListing {
  private let concurrency: Concurrency
  private let glyphs: Glyphs

  package init(of concurrency: Concurrency, glyphs: Glyphs) {
    self.concurrency = concurrency
    self.glyphs = glyphs
  }

  /// The columns of the bar of the whole time.
  private static let barWidth = 50

  /// The header, a line for each number that occurred, and the mean. - Complexity: O(changes).
  package var lines: [StyledText] {
    let whole = concurrency.end &- concurrency.start
    let shares = concurrency.shares
    let rows: [[DisplayText]] = shares.map { count, time in
      [.count(count), .duration(time, glyphs), .percent(permille: Self.permille(time, of: whole))]
    }
    let titles: [DisplayText] = ["RUNNING", "TIME", "SHARE"]
    let widths = titles.indices.map { column in
      rows.reduce(titles[column].width) { max($0, $1[column].width) }
    }
    func line(_ cells: [DisplayText], _ style: Style) -> StyledText {
      var line = StyledText()
      for (index, (cell, width)) in zip(cells, widths).enumerated() {
        line.append((index > 0 ? "  " : "") + cell.paddedLeft(to: width), style)
      }
      return line
    }
    var lines = [line(titles, Style(.label))]
    for (cells, share) in zip(rows, shares) {
      var line = line(cells, .text)
      line.append("  ")
      line.append(bar(Self.permille(share.time, of: whole)), Style(.sparkline))
      lines.append(line)
    }
    return lines + [StyledText(conclusion)]
  }

  /// The mean and the highest number.
  private var conclusion: DisplayText {
    let whole = DisplayText.duration(concurrency.end &- concurrency.start, glyphs)
    return "\(whole) in all: on average \(.tenths(mean)) at a time, at most \(.count(concurrency.most))"
  }

  private var mean: Int { concurrency.tenths(from: concurrency.start, until: concurrency.end) }

  static func permille(_ time: UInt64, of whole: UInt64) -> Int {
    guard whole > 0 else { return 0 }
    let product = min(time, whole).multipliedFullWidth(by: 1000)
    return Int(whole.dividingFullWidth(product).quotient)
  }

  private func bar(_ permille: Int) -> DisplayText {
    // A number that occurred has a bar.
    let eighths = max(permille * Self.barWidth * 8 / 1000, 1)
    let blocks = glyphs.span.left
    let full = (blocks.last ?? "").repeated(eighths / 8)
    return eighths % 8 == 0 ? full : full + blocks[eighths % 8 - 1]
  }
}
