internal import Tree

/// The run times at the right edge of the tree pane: a bar for each row, on one time axis.
struct GanttColumn {
  let state: AppState
  let scale: GanttScale
  private let place: GanttPlace

  /// Nil if no run times are shown.
  init?(state: AppState) {
    guard let scale = state.ganttScale, let place = state.geometry.runTimes else { return nil }
    self.state = state
    self.scale = scale
    self.place = place
  }

  func drawHeader(row: Int, box: Layout.Box, into frame: inout Frame) {
    let style = Style(.label)
    let end = DisplayText.duration(scale.span, state.glyphs)
    frame.put("0", row: row, column: box.column + place.column, style: style)
    frame.putRight(end, row: row, column: box.column + place.column + 1, style: style, width: place.width - 1)
  }

  func draw(_ node: ProcessNode, isContext: Bool, row: Int, box: Layout.Box, into frame: inout Frame) {
    guard !node.isPlaceholder,
      let bar = GanttBar(from: node.startTime, to: node.end?.time, on: scale, width: place.width)
    else { return }
    let status = node.end.map { StatusText(ended: $0.status, glyphs: state.glyphs) }
    let hasFailed = status?.role == .failed
    let isDim = isContext || bar.isThroughout
    let role: Role = isDim ? .dim : hasFailed ? .failed : node.isRunning ? .running : .text
    frame.put(
      bar.text(sign: hasFailed ? state.glyphs.failed : nil, state.glyphs.span), row: row,
      column: box.column + place.column, style: Style(role), width: place.width)
  }
}

/// Where the run times stand in the tree pane.
struct GanttPlace: Hashable, Sendable {
  /// The columns that they take of the pane, with the gap before them.
  let columns: Int
  /// Where the axis begins, from the pane's left edge, and how wide it is.
  let column: Int
  let width: Int

  /// The minimum width of a pane with run times.
  static let leastPane = 44

  /// Nil where the pane is too narrow.
  init?(paneWidth: Int) {
    guard paneWidth >= Self.leastPane else { return nil }
    columns = min(max(paneWidth * 3 / 10, 14), 60)
    width = columns - 1
    column = paneWidth - width
  }
}
