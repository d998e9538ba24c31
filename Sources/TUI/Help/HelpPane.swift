/// The help: every command of the table with its keys, the prompt's keys, the mouse, and what the signs mean.
struct HelpPane {
  let state: AppState
  let top: Int

  func draw(into frame: inout Frame) {
    let size = frame.size
    let page = state.geometry.page
    let (row, rows) = (page.first, page.rows)
    let lines = HelpText.lines(glyphs: state.glyphs, width: size.columns, keys: state.settings.keys)
    let top = max(min(self.top, lines.count - rows), 0)
    if let title = page.title, let rule = state.glyphs.horizontal.glyphs.first {
      frame.fill(row: title, column: 0, width: size.columns, style: Style(.border), with: rule)
      frame.put(" Help ", row: title, column: 1, style: Style(.focusedTitle))
      let position: DisplayText = " \(PaneTitle.position(top: top, rows: rows, count: lines.count)) "
      frame.put(position, row: title, column: size.columns - 1 - position.width, style: Style(.dim))
    }
    for (index, line) in lines.dropFirst(top).prefix(rows).enumerated() {
      frame.put(line, row: row + index, column: 1, width: max(size.columns - 1, 0))
    }
    // The keys or the wrapping of the lines may have changed since the search.
    var search = state.helpSearch
    search?.look(in: lines, joints: [:])
    search?.mark(
      top: top, rows: rows, at: Point(row: row, column: 1), width: max(size.columns - 1, 0), into: &frame)
  }
}
