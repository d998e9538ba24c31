internal import Events
internal import Tree

extension AppState {
  /// The time axis of the run times; nil while they are not shown.
  var ganttScale: GanttScale? {
    guard let runTimes else { return nil }
    let end = runTimes.top.flatMap { shown.tree[$0] }?.end
    if let end { return GanttScale(start: runTimes.start, end: end.time) }
    return GanttScale(start: runTimes.start, now: shownTime)
  }

  /// Shows the run times below the selected process, or hides those that are shown.
  mutating func toggleRunTimes() {
    guard runTimes == nil else {
      runTimes = nil
      return
    }
    let wanted = runTimesOfSelection
    guard let box = layout[.tree], GanttPlace(paneWidth: box.columns) != nil else {
      return complain("the tree is too narrow for run times (\(keyName(.zoom)) zooms it)")
    }
    runTimes = wanted
    guard let top = wanted.top, let comm = shown.tree[top]?.facts.comm else { return }
    say("bars since \(DisplayText(comm)) (\(top.pid)) started")
  }

  /// A leaf has no descendants to compare: its parent is used instead, so that the leaf is compared with its
  /// siblings.
  private var runTimesOfSelection: RunTimes {
    let logStart = shown.tree.log[shown.tree.log.firstSequence]?.time ?? now
    guard let node = selectedNode else { return RunTimes(top: nil, start: logStart) }
    let parent = node.childCount == 0 ? node.parent.flatMap { shown.tree[$0] } : nil
    let top = parent ?? node
    // A process that ran before the tracing is usually far older than the processes to compare.
    let isOld = top.marks.contains(.fromProc) || top.isPlaceholder
    return RunTimes(top: top.id, start: isOld ? max(logStart, top.startTime) : top.startTime)
  }

  /// When the axis changes only because time passes.
  func runTimesChange(after now: UInt64) -> UInt64? {
    guard let runTimes, layout[.tree] != nil else { return nil }
    if runTimes.top.flatMap({ shown.tree[$0] })?.end != nil { return nil }
    return GanttScale(start: runTimes.start, now: now).nextChange
  }
}
