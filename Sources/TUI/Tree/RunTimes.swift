internal import Events
internal import Tree

/// The time axis of the run times in the tree.
struct RunTimeAxis: Hashable, Sendable {
  /// The process whose start and exit define the axis; nil for the whole log.
  var top: ProcessID?
  /// The start of the axis, nanoseconds since boot: the start of the process, or of the log if the process is older.
  var start: UInt64
}

extension AppState {
  /// The time axis of the run times; nil while they are not shown.
  var ganttScale: GanttScale? {
    guard let runTimes = tree.runTimes else { return nil }
    let end = runTimes.top.flatMap { shown.tree[$0] }?.end
    if let end { return GanttScale(start: runTimes.start, end: end.time) }
    return GanttScale(start: runTimes.start, now: shownTime)
  }

  /// Shows the run times below the selected process, or hides those that are shown.
  mutating func toggleRunTimes() {
    guard tree.runTimes == nil else {
      tree.runTimes = nil
      return
    }
    let wanted = runTimesOfSelection
    guard let box = layout[.tree], GanttPlace(paneWidth: box.columns) != nil else {
      return showError("the tree is too narrow for run times (\(keyName(.zoom)) zooms it)")
    }
    tree.runTimes = wanted
    guard let top = wanted.top, let comm = shown.tree[top]?.facts.comm else { return }
    show("bars since \(DisplayText(comm)) (\(top.pid)) started")
  }

  /// A leaf has no descendants to compare: its parent is used instead, so that the leaf is compared with its
  /// siblings.
  private var runTimesOfSelection: RunTimeAxis {
    let logStart = shown.tree.log[shown.tree.log.firstSequence]?.time ?? now
    guard let node = selectedNode else { return RunTimeAxis(top: nil, start: logStart) }
    let parent = node.childCount == 0 ? node.parent.flatMap { shown.tree[$0] } : nil
    let top = parent ?? node
    // A process that ran before the tracing is usually far older than the processes to compare.
    let isOld = top.marks.contains(.fromProc) || top.isPlaceholder
    return RunTimeAxis(top: top.id, start: isOld ? max(logStart, top.startTime) : top.startTime)
  }

  /// When the axis changes only because time passes.
  func runTimesChange(after now: UInt64) -> UInt64? {
    guard let runTimes = tree.runTimes, layout[.tree] != nil else { return nil }
    if runTimes.top.flatMap({ shown.tree[$0] })?.end != nil { return nil }
    return GanttScale(start: runTimes.start, now: now).nextChange
  }
}

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

/// The place of the run times in the tree pane.
struct GanttPlace: Hashable, Sendable {
  /// The columns that they take of the pane, with the gap before them.
  let columns: Int
  /// The start of the axis, in columns from the pane's left edge, and its width.
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
