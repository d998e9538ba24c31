/// A line that is being typed, behind what is asked for: where its parts stand, and its cursor.
struct EditorLine {
  let row: Int
  /// Where the text begins.
  let start: Int

  /// Draws what is asked for, where a narrow screen leaves room for it.
  init(_ label: DisplayText, row: Int, into frame: inout Frame) {
    self.row = row
    start = frame.size.columns > label.width + 8 ? label.width : 0
    if start > 0 { frame.put(label, row: row, column: 0, style: Style(.label, .bold)) }
  }

  /// Draws the text of an editor, in whatever looks, in `width` columns. The cursor stays in view, with room for itself.
  func draw(_ text: StyledText, of editor: LineEditor, width: Int, into frame: inout Frame) {
    let cursor = DisplayText(typed: String(editor.characters[..<editor.cursor])).width
    let skipping = max(cursor - width + 1, 0)
    frame.put(text, row: row, column: start, width: width, skipping: skipping)
    frame.cursor = Point(row: row, column: min(start + cursor - skipping, frame.size.columns - 1))
  }
}
