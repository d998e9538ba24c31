/// The line above a pane: its number and name, what it is about, and where in its content it stands.
struct PaneTitle {
  var pane: Pane
  /// What stands in the pane's place; nil where it is the pane itself.
  var name: StaticString?
  var isFocused: Bool
  /// After the name, dim.
  var note: DisplayText = ""
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
    if rest >= position.width + 2, !position.isEmpty {
      frame.put(position, row: row, column: column + width - 1 - position.width, style: Style(.dim))
      rest -= position.width + 1
    }
    if !note.isEmpty, rest >= note.width + 3 {
      frame.put(" \(note) ", row: row, column: place, style: Style(.dim))
    }
  }

  /// Which rows of how many are in view.
  static func position(top: Int, rows: Int, count: Int) -> DisplayText {
    guard count > 0 else { return "0" }
    let last = min(top + max(rows, 1), count)
    return "\(number: top + 1, grouped: true)-\(number: last, grouped: true)/\(number: count, grouped: true)"
  }
}
