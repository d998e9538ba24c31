/// The common parts of the rows of the tree and the log: the pointer, the marks of cut text, the selection.
struct PaneRow {
  var row: Int
  var column: Int
  var width: Int
  var glyphs: Glyphs
  var isMarked = false

  /// The sign of a marked row, at its start, where it does not scroll away.
  func mark(into frame: inout Frame) {
    if isMarked { frame.put(glyphs.mark, row: row, column: column, style: Style(.marked)) }
  }

  /// The selected row's sign.
  var pointer: DisplayText { isMarked ? glyphs.markedPointer : glyphs.pointer }

  /// Writes text that scrolls sideways into its columns. A sign marks an edge beyond which it continues.
  func put(_ text: StyledText, at offset: Int, width: Int, sideways: Int, into frame: inout Frame) {
    let start = column + offset
    frame.put(text, row: row, column: start, width: width, skipping: sideways)
    guard width > 0 else { return }
    if sideways > 0, text.width > 0 {
      frame.put(glyphs.ellipsis, row: row, column: start, style: Style(.dim), width: 1)
    }
    if text.width - sideways > width {
      frame.put(glyphs.ellipsis, row: row, column: start + width - 1, style: Style(.dim), width: 1)
    }
  }

  /// Shows that the row is selected: in the focused pane with the selection style over the whole row, else with the
  /// pointer and an underline, keeping its colours.
  func select(isFocused: Bool, into frame: inout Frame) {
    frame.put(pointer, row: row, column: column, style: Style(isFocused ? .text : .otherSelection))
    frame.restyle(row: row, column: column, width: width) { style in
      isFocused ? Style(.selection, style.emphasis.subtracting(.dim)) : style.adding(.underline)
    }
  }
}
