internal import ProcessTree

/// The detail: all that is known of the selected process, in lines that were made when it was selected.
struct DetailPane {
  let state: AppState
  let box: Layout.Box

  func draw(into frame: inout Frame) {
    let lines = state.detailLines
    let top = state.detail.top
    if let row = box.title {
      let note: DisplayText = state.detailIsOfGroup ? "" : state.selectedNode.map { "pid \($0.id.pid)" } ?? ""
      PaneTitle(
        pane: .detail, isFocused: state.focus == .detail, note: note,
        position: PaneTitle.position(top: top, rows: box.rows, count: lines.count)
      ).draw(row: row, column: box.column, width: box.columns, glyphs: state.glyphs, into: &frame)
    }
    for (line, text) in lines.dropFirst(top).prefix(max(box.rows, 0)).enumerated() {
      frame.put(text, row: box.top + line, column: box.column + 1, width: max(box.columns - 1, 0))
    }
    if lines.isEmpty, box.rows > 0 {
      let text: DisplayText = state.detailIsOfGroup ? "no group is selected" : "no process is selected"
      frame.put(text, row: box.top, column: box.column + 1, style: Style(.dim))
    }
  }
}
