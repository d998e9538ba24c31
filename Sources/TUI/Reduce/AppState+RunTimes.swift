internal import ProcessTree

extension AppState {
  /// The time axis of the run times; nil while they are not shown.
  var ganttScale: GanttScale? {
    guard let runTimes else { return nil }
    let end = runTimes.top.flatMap { shown.tree[$0] }?.end
    if let end { return GanttScale(start: runTimes.start, end: end.time) }
    return GanttScale(start: runTimes.start, now: shownTime)
  }

  /// The columns of the tree pane, beside which the run times stand.
  func treeColumns(in box: Layout.Box) -> TreeColumns {
    let width = runTimes == nil ? box.columns : box.columns - GanttColumn.columns(inPane: box.columns)
    return TreeColumns(width: width, pidDigits: shown.pidDigits, choice: settings.columns)
  }

  /// Shows the run times below the selected process, or hides those that are shown.
  mutating func toggleRunTimes() {
    guard runTimes == nil else {
      runTimes = nil
      return
    }
    let wanted = runTimesOfSelection
    guard let box = layout[.tree], GanttColumn.columns(inPane: box.columns) > 0 else {
      return complain("the tree is too narrow for run times, \(keyName(.zoom)) gives it the whole screen")
    }
    runTimes = wanted
    guard let top = wanted.top, let comm = shown.tree[top]?.facts.comm else { return }
    say("run times since the start of \(top.pid) \(DisplayText(comm))")
  }

  /// A leaf has nothing below it that could be compared: its parent stands for it, and it beside its siblings.
  private var runTimesOfSelection: RunTimes {
    let logStart = shown.tree.log[shown.tree.log.firstSequence]?.time ?? now
    guard let node = selectedNode else { return RunTimes(top: nil, start: logStart) }
    let parent = node.childCount == 0 ? node.parent.flatMap { shown.tree[$0] } : nil
    let top = parent ?? node
    // What ran before is mostly far older than all that is to be compared.
    let isOld = top.marks.contains(.fromProc) || top.isPlaceholder
    return RunTimes(top: top.id, start: isOld ? max(logStart, top.startTime) : top.startTime)
  }

  /// When the axis changes by time alone.
  func runTimesChange(after now: UInt64) -> UInt64? {
    guard let runTimes, layout[.tree] != nil else { return nil }
    if runTimes.top.flatMap({ shown.tree[$0] })?.end != nil { return nil }
    return GanttScale(start: runTimes.start, now: now).nextChange
  }
}
