internal import ProcessTree

/// The run times at the right edge of the tree pane: a bar for each row, on one time axis.
struct GanttColumn {
  let state: AppState
  let scale: GanttScale
  /// From the pane's left edge; and how wide the axis is.
  let column: Int
  let width: Int

  /// The narrowest pane that has them.
  static let leastPane = 44

  /// Nil where there are none.
  init?(state: AppState, box: Layout.Box) {
    guard let scale = state.ganttScale, Self.columns(inPane: box.columns) > 0 else { return nil }
    self.state = state
    self.scale = scale
    width = Self.columns(inPane: box.columns) - 1
    column = box.columns - width
  }

  /// The columns that they take of a pane, with the gap before them; 0 where the pane is too narrow.
  static func columns(inPane width: Int) -> Int {
    width < leastPane ? 0 : min(max(width * 3 / 10, 14), 60)
  }

  func drawHeader(row: Int, box: Layout.Box, into frame: inout Frame) {
    let style = Style(.label)
    let end = DisplayText.duration(scale.span, state.glyphs)
    frame.put("0", row: row, column: box.column + column, style: style)
    frame.putRight(end, row: row, column: box.column + column + 1, style: style, width: width - 1)
  }

  func draw(_ node: ProcessNode, isContext: Bool, row: Int, box: Layout.Box, into frame: inout Frame) {
    guard !node.isPlaceholder,
      let bar = GanttBar(from: node.startTime, to: node.end?.time, on: scale, width: width)
    else { return }
    let status = node.end.map { StatusText(ended: $0.status, glyphs: state.glyphs) }
    let hasFailed = status?.role == .failed
    let isDim = isContext || bar.isThroughout
    let role: Role = isDim ? .dim : hasFailed ? .failed : node.isRunning ? .running : .text
    frame.put(
      bar.text(sign: hasFailed ? state.glyphs.failed : nil, state.glyphs.span), row: row, column: box.column + column,
      style: Style(role), width: width)
  }
}
