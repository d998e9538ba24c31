/// The line above a pane: its number and name, notes, and the position in its content.
struct PaneTitle {
  var pane: Pane
  /// The name of what is shown instead of the pane; nil if it is the pane itself.
  var name: StaticString?
  var isFocused: Bool
  /// After the name, dim. If not all fit, the first are left out first, and the last is cut.
  var notes: [DisplayText] = []
  /// Shown instead of all notes if not even the last fits.
  var shortNote: DisplayText?
  /// At the right: `1-13/287`.
  var position: DisplayText

  func draw(row: Int, column: Int, width: Int, glyphs: Glyphs, into frame: inout Frame) {
    guard let rule = glyphs.horizontal.glyphs.first else { return }
    frame.fill(row: row, column: column, width: width, style: Style(.border), with: rule)
    let name: DisplayText = " \(pane.number) \(DisplayText(own: self.name ?? pane.title)) "
    let style = Style(isFocused ? .focusedTitle : .title)
    var place = column + 1
    place = frame.put(name, row: row, column: place, style: style, width: width - 1)
    var rest = column + width - place
    let position: DisplayText = position.isEmpty ? "" : " \(self.position) "
    let needed = shortNote.map { $0.width + 3 } ?? 0
    if rest >= position.width + 2 + needed, !position.isEmpty {
      frame.put(position, row: row, column: column + width - 1 - position.width, style: Style(.dim))
      rest -= position.width + 1
    }
    if let note = note(in: rest - 3, ellipsis: glyphs.ellipsis) {
      frame.put(" \(note) ", row: row, column: place, style: Style(.dim))
    }
  }

  /// As many of the last notes as fit into `width` columns.
  private func note(in width: Int, ellipsis: DisplayText) -> DisplayText? {
    if let shortNote, width < (notes.last?.width ?? 0) { return shortNote.width <= width ? shortNote : nil }
    guard var text = notes.last, width >= min(text.width, Self.leastNote) else { return nil }
    text = text.fitted(to: width, mark: ellipsis)
    for note in notes.dropLast().reversed() {
      let longer = note + ", " + text
      guard longer.width <= width else { break }
      text = longer
    }
    return text
  }

  /// The minimum width of a cut note.
  private static let leastNote = 8

  /// The range of rows in view, and the number of all rows.
  static func position(top: Int, rows: Int, count: Int) -> DisplayText {
    guard count > 0 else { return "0" }
    let last = min(top + max(rows, 1), count)
    return "\(number: top + 1, grouped: true)-\(number: last, grouped: true)/\(number: count, grouped: true)"
  }
}
