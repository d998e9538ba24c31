/// A line of display text in several styles.
package struct StyledText: Hashable, Sendable {
  package struct Run: Hashable, Sendable {
    package let text: DisplayText
    package let style: Style
  }

  package private(set) var runs: [Run] = []
  /// The columns of all runs together.
  package private(set) var width = 0

  package init() {}

  package init(_ text: DisplayText, _ style: Style = .text) { append(text, style) }

  /// Appends text in one look.
  package mutating func append(_ text: DisplayText, _ style: Style = .text) {
    guard !text.isEmpty else { return }
    runs.append(Run(text: text, style: style))
    width += text.width
  }

  /// Appends text in the looks that it has.
  package mutating func append(_ other: StyledText) {
    runs += other.runs
    width += other.width
  }
}

extension Frame {
  /// Writes a line in several styles; otherwise as `put(_:row:column:style:width:skipping:)` with plain text.
  @discardableResult
  package mutating func put(
    _ line: StyledText, row: Int, column: Int, width: Int? = nil, skipping: Int = 0
  ) -> Int {
    var place = column
    var room = max(width ?? .max, 0)
    var skipped = max(skipping, 0)
    for run in line.runs {
      if room == 0 { break }
      let end = put(run.text, row: row, column: place, style: run.style, width: room, skipping: skipped)
      skipped = max(skipped - run.text.width, 0)
      room -= end - place
      place = end
    }
    return place
  }
}
