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
    // A critical path and the bars are of the same process.
    let wanted = tree.path?.axis ?? runTimesOfSelection
    guard hasRoomForRunTimes else {
      return showError("the tree is too narrow for run times (\(keyName(.zoom)) zooms it)")
    }
    tree.runTimes = wanted
    guard let top = wanted.top, let node = shown.tree[top] else { return show("bars since the first event") }
    let name: DisplayText = "\(DisplayText(node.facts.comm)) (\(top.pid))"
    show(wanted.start > top.startTime ? "bars since the first event: \(name) is older" : "bars since \(name) started")
  }

  var hasRoomForRunTimes: Bool { layout[.tree].flatMap { GanttPlace(paneWidth: $0.columns) } != nil }

  /// A leaf has no descendants to compare: its parent is used instead, so that the leaf is compared with its
  /// siblings.
  var runTimesOfSelection: RunTimeAxis {
    let logStart = shown.tree.log[shown.tree.log.firstSequence]?.time ?? now
    guard let node = selectedNode else { return RunTimeAxis(top: nil, start: logStart) }
    let parent = node.childCount == 0 ? node.parent.flatMap { shown.tree[$0] } : nil
    let top = parent ?? node
    // A process that ran before the tracing is usually far older than the processes to compare. A traced command is
    // not: it waited only until the tracing began.
    let isOld = top.marks.contains(.fromProc) || top.isPlaceholder
    let before = logStart > top.startTime ? logStart - top.startTime : 0
    let after = shownTime > logStart ? shownTime - logStart : 0
    let isFarOlder = isOld && before > max(after / 4, Self.longestStart)
    return RunTimeAxis(top: top.id, start: isFarOlder ? logStart : top.startTime)
  }

  /// The time that a traced command may have to wait for the tracing, in nanoseconds.
  private static let longestStart: UInt64 = 2_000_000_000

  /// When the axis changes only because time passes.
  func runTimesChange(after now: UInt64) -> UInt64? {
    guard let runTimes = tree.runTimes, layout[.tree] != nil else { return nil }
    if runTimes.top.flatMap({ shown.tree[$0] })?.end != nil { return nil }
    return GanttScale(start: runTimes.start, now: now).nextChange
  }
}

/// The run times at the right edge of the tree pane: a bar for each row, on one time axis, and how many processes ran at
/// a time above them.
struct GanttColumn {
  let state: AppState
  let scale: GanttScale
  private let place: GanttPlace
  private var path: CriticalPath? { state.timing?.path }

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

  /// Draws how many processes ran at a time, on the axis of the bars, and says it in words on the left.
  func drawConcurrency(row: Int, box: Layout.Box, into frame: inout Frame) {
    guard let concurrency = state.timing?.concurrency, concurrency.most > 0 else { return }
    let values = (0..<place.width).map { cell in
      concurrency.tenths(
        from: scale.time(ofCell: cell, width: place.width), until: scale.time(ofCell: cell + 1, width: place.width))
    }
    let highest = max(concurrency.most * 10, 1)
    let line = values.map { state.glyphs.bar($0, highest: highest) }.joined()
    frame.put(line, row: row, column: box.column + place.column, style: Style(.sparkline), width: place.width)
    let mean = concurrency.tenths(from: concurrency.start, until: concurrency.end)
    let most = DisplayText.count(concurrency.most)
    let texts: [DisplayText] = [
      "running at a time: \(.tenths(mean)) on average, \(most) at most", "at a time: \(.tenths(mean)), at most \(most)",
    ]
    let room = place.column - 2
    guard let text = texts.first(where: { $0.width <= room }) else { return }
    frame.putRight(text, row: row, column: box.column + 1, style: Style(.dim), width: room)
  }

  /// - Parameter isSelected: whether the rest of the row has the look of a selection, which hides what a bar shows.
  func draw(
    _ node: ProcessNode, isContext: Bool, isSelected: Bool, row: Int, box: Layout.Box, into frame: inout Frame
  ) {
    let column = box.column + place.column
    if isSelected { frame.fill(row: row, column: column, width: place.width) }
    let end = node.end
    guard !node.isPlaceholder,
      let bar = GanttBar(
        from: node.startTime, to: end?.time, cpu: end?.usage?.cpuTime, on: scale, width: place.width)
    else { return }
    let status = end.map { StatusText(ended: $0.status, glyphs: state.glyphs) }
    let hasFailed = status?.role == .failed
    let isDim = isContext || bar.isThroughout || path != nil
    let role: Role = hasFailed ? .failed : isDim ? .dim : node.isRunning ? .running : .text
    frame.put(
      bar.text(sign: hasFailed ? state.glyphs.failed : nil, state.glyphs.span), row: row, column: column,
      style: Style(isContext || bar.isThroughout ? .dim : role), width: place.width)
    guard let path, let step = path.step(of: node.id) else { return }
    for stretch in path.stretches(of: step) {
      let cells = GanttBar.cells(from: stretch.from, until: stretch.until, on: scale, width: place.width)
      guard let cells else { continue }
      frame.restyle(row: row, column: column + cells.lowerBound, width: cells.count) { _ in Style(.critical) }
    }
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
  /// From this width on the bars get more of it.
  private static let widePane = 64

  /// Nil where the pane is too narrow.
  init?(paneWidth: Int) {
    guard paneWidth >= Self.leastPane else { return nil }
    // A narrow pane needs most of its columns for the commands.
    columns = paneWidth < Self.widePane ? max(paneWidth * 3 / 10, 14) : min(paneWidth * 2 / 5, 100)
    width = columns - 1
    column = paneWidth - width
  }
}
