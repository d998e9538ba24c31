/// A line that is being typed, after its label: the places of its parts, and its cursor.
struct EditorLine {
  let row: Int
  /// The start of the text.
  let start: Int

  /// Draws the label, if a narrow screen has room for it.
  init(_ label: DisplayText, row: Int, into frame: inout Frame) {
    self.row = row
    start = frame.size.columns > label.width + 8 ? label.width : 0
    if start > 0 { frame.put(label, row: row, column: 0, style: Style(.label, .bold)) }
  }

  /// Draws the styled text of an editor in `width` columns. The cursor stays in view.
  func draw(_ text: StyledText, of editor: LineEditor, width: Int, into frame: inout Frame) {
    let cursor = DisplayText(typed: String(editor.characters[..<editor.cursor])).width
    let skipping = max(cursor - width + 1, 0)
    frame.put(text, row: row, column: start, width: width, skipping: skipping)
    frame.cursor = Point(row: row, column: min(start + cursor - skipping, frame.size.columns - 1))
  }
}
