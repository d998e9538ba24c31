internal import Tree

extension AppState {
  /// Whether a timeline is wanted. `Layout` shows it if the screen has room.
  var hasTimeline: Bool {
    switch settings.timeline {
    case .auto: size.rows >= Layout.rowsForTimeline
    case .on: true
    case .off: false
    }
  }

  /// The moments of the timeline's columns.
  var timelineScale: TimelineScale {
    let latest = shown.activity.lastTime ?? shownTime
    return TimelineScale(
      columns: size.columns, first: shown.activity.firstTime ?? latest, latest: latest, shown: shownTime)
  }

  mutating func toggleTimeline() {
    let before = settings.timeline
    let wanted: TimelineChoice = layout.timeline == nil ? .on : .off
    // A setting that equals the default stays automatic.
    settings.timeline = (wanted == .on) == (size.rows >= Layout.rowsForTimeline) ? .auto : wanted
    guard wanted == .on, layout.timeline == nil else { return }
    let least = Layout.leastForTimeline
    settings.timeline = before
    showError("the timeline needs \(least.columns) columns and \(least.rows) rows")
  }

  /// Freezes, and shows the moment after the last listed event at or before a time.
  ///
  /// - Parameter time: nanoseconds since boot.
  /// - Complexity: O(events after it), as all travelling.
  mutating func travel(to time: UInt64) { freezing { $0.go(to: time) } }

  private mutating func go(to time: UInt64) -> Bool {
    if time > shownTime { addNewEntries() }
    guard let entry = shown.lastEntry(upTo: time).flatMap({ shown.tree.log[$0] }) else {
      if shown.logCount == 0 { return refuse(noEventToStepTo) }
      return refuse(filterHidesFirstEvent ? "no earlier event matches the filter" : "no earlier event in the log")
    }
    return show(entry)
  }

  /// Shows the moment at the end of the bar on a column of the screen. Does nothing beside the bars.
  mutating func jump(toTimelineColumn column: Int) {
    guard layout.timeline != nil, let bar = timelineScale.bar(onColumn: column) else { return }
    travel(to: timelineScale.end(of: bar))
  }

  /// Goes to the end of the nearest bar with listed events, before or after the moment that is shown.
  mutating func travelByBar(_ command: CommandID) { freezing { $0.stepByBar(command) } }

  private mutating func stepByBar(_ command: CommandID) -> Bool {
    if command == .laterBar { addNewEntries() }
    let scale = timelineScale
    let bar = scale.bar(at: shownTime)
    if command == .earlierBar {
      let start = scale.start(of: bar)
      return start == 0 ? refuse(noEarlierEvent) : go(to: start - 1)
    }
    guard let next = shown.firstEntry(from: scale.start(of: bar + 1)) else {
      return refuse(noLaterEvent)
    }
    return go(to: scale.end(of: scale.bar(at: next.time)))
  }
}

extension ViewData {
  /// The first listed event at or after a moment. - Complexity: O(entries after it).
  fileprivate func firstEntry(from time: UInt64) -> LogEntry? {
    guard time > 0, let before = lastEntry(upTo: time - 1) else { return logEntry(atRow: 0) }
    return logEntry(atRow: logRow(of: before) + 1)
  }
}
