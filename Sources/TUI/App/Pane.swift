/// The three panes, in the order of Tab and of their number keys.
package enum Pane: Int, Hashable, Sendable, CaseIterable {
  case tree, detail, log

  var next: Pane { Pane(rawValue: (rawValue + 1) % 3)! }
  var previous: Pane { Pane(rawValue: (rawValue + 2) % 3)! }

  var title: StaticString {
    switch self {
    case .tree: "Tree"
    case .detail: "Detail"
    case .log: "Log"
    }
  }

  /// The key that leads to it.
  var number: Int { rawValue + 1 }
}

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
