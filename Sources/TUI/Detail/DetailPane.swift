internal import Events
internal import Tree

/// The detail: all data of the selected process, in lines that were made when it was selected.
struct DetailPane {
  let state: AppState
  let box: Layout.Box

  func draw(into frame: inout Frame) {
    let lines = state.detailLines
    let top = state.detail.top
    if let row = box.title {
      let ofProcess = state.detailIsOfGroup ? nil : state.selectedNode
      PaneTitle(
        pane: .detail, isFocused: state.focus == .detail,
        notes: ofProcess.map { [$0.id.isHost ? "host" : "pid \($0.id.pid)"] } ?? [],
        shortNote: ofProcess.map { $0.id.isHost ? "host" : "\($0.id.pid)" },
        position: PaneTitle.position(top: top, rows: box.rows, count: lines.count)
      ).draw(row: row, column: box.column, width: box.columns, glyphs: state.glyphs, into: &frame)
    }
    for (line, text) in lines.dropFirst(top).prefix(max(box.rows, 0)).enumerated() {
      frame.put(text, row: box.top + line, column: box.column + 1, width: max(box.columns - 1, 0))
    }
    state.detail.search?.mark(
      top: top, rows: box.rows, at: Point(row: box.top, column: box.column + 1), width: box.columns - 2, into: &frame)
    if state.focus == .detail, let link = state.chosenLink, (top..<top + max(box.rows, 0)).contains(link.line) {
      PaneRow(row: box.top + link.line - top, column: box.column, width: box.columns, glyphs: state.glyphs)
        .select(isFocused: true, into: &frame)
    }
    if lines.isEmpty, box.rows > 0 {
      frame.put(emptiness, row: box.top, column: box.column + 1, style: Style(.dim), width: max(box.columns - 1, 0))
    }
  }

  /// Draws one row of those in view, in place of all of them.
  func draw(only line: Int, into frame: inout Frame) {
    guard let text = state.detailLines.dropFirst(state.detail.top + line).first else { return }
    frame.put(text, row: box.top, column: box.column + 1, width: max(box.columns - 1, 0))
  }

  /// Why the detail is empty.
  private var emptiness: DisplayText {
    if state.detailIsOfGroup { return "no group is selected" }
    return state.shown.filter == nil ? "no process is selected" : TreePane.noMatch
  }
}
