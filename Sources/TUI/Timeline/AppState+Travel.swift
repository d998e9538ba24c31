internal import Tree

// Steps back and forward in time, event by event as the filtered log lists them: a frozen view shows the tree right
// after the current event.

extension AppState {
  mutating func travel(_ command: CommandID) {
    pausePlaying()
    freezing { $0.step(command) }
  }

  /// Freezes to go to another moment; if there is none, a live view stays live.
  ///
  /// - Parameter go: goes to the moment and returns true, or shows why it cannot and returns false.
  mutating func freezing(_ go: (inout AppState) -> Bool) {
    let wasLive = frozen == nil
    if wasLive { freeze() }
    guard !go(&self), wasLive else { return }
    frozen = nil
    live.pin(at: nil)
  }

  private mutating func step(_ command: CommandID) -> Bool {
    let isBack = command == .earlier || command == .muchEarlier
    let isLong = command == .muchEarlier || command == .muchLater
    // Events that arrived meanwhile can be visited.
    if !isBack { addNewEntries() }
    let count = shown.logCount
    guard count > 0 else { return refuse(noEventToStepTo) }
    let current = frozen?.event.map { shown.logRow(of: $0) } ?? count - 1
    let step = isLong ? max(rows(of: .log) - 1, 10) : 1
    let target = Self.sum(current, isBack ? -step : step, below: count)
    guard target != current, let entry = shown.logEntry(atRow: target) else {
      return refuse(isBack ? noEarlierEvent : noLaterEvent)
    }
    return show(entry)
  }

  /// Why there is no earlier event: this is the start of the log, or the filter hides all earlier events.
  var noEarlierEvent: DisplayText {
    filterHidesFirstEvent ? "no earlier event matches the filter" : "start of the log"
  }

  /// Whether the filter hides the first event of the log.
  var filterHidesFirstEvent: Bool { shown.logEntry(atRow: 0)?.sequence != shown.tree.log.firstSequence }

  var noEventToStepTo: DisplayText {
    shown.filter == nil ? "no events yet" : "no event matches the filter"
  }

  var noLaterEvent: DisplayText {
    if mode == .replay, !isReading {
      return shown.filter == nil ? "end of recording" : "no later event matches the filter"
    }
    return shown.filter == nil ? "at the newest event" : "no later event matches the filter yet"
  }

  mutating func show(_ entry: LogEntry) -> Bool { show(moment: entry.time, entry: entry.sequence) }

  /// Shows a moment, and selects the process of the last listed event before it.
  mutating func show(moment: UInt64, entry: UInt64?) -> Bool {
    guard turn(to: moment, entry: entry) else { return refuse("earlier events are forgotten") }
    restartPlaying()
    tree.isFollowing = false
    guard let entry else { return true }
    if let id = shown.tree.log[entry]?.id, shown.tree[id] != nil { select(id) }
    putLogCursor(on: entry)
    return true
  }

  /// Changes the frozen snapshot to a moment.
  /// - Parameter entry: the last listed event at that moment or before it.
  /// - Returns: false where that moment is forgotten.
  mutating func turn(to moment: UInt64, entry: UInt64?) -> Bool {
    guard var frozen, moment >= live.tree.earliestMoment ?? .max else { return false }
    self.frozen = nil
    frozen.snapshot.turn(
      from: frozen.time, to: moment, in: live.tree, stale: frozen.stale, selection: &tree.selection)
    frozen.time = moment
    frozen.event = entry
    frozen.stale = []
    if moment > live.tree.pinnedMoment ?? 0 { live.pin(at: moment) }
    // The pane shows the output up to the moment.
    output.isFollowing = true
    self.frozen = frozen
    return true
  }

  /// Shows why a step is impossible. - Returns: false.
  mutating func refuse(_ text: DisplayText) -> Bool {
    showError(text)
    return false
  }

  /// Puts the log's cursor on an entry, in view: most lines above it show earlier events, a few below it later ones.
  mutating func putLogCursor(on sequence: UInt64) {
    let line = shown.logRow(of: sequence) - logTop
    log.anchor = nil
    log.cursor = sequence
    log.isFollowing = false
    log.line = lineOfMoment(at: line)
  }

  /// The line for the moment: its present line, if that is well in view.
  func lineOfMoment(at line: Int) -> Int {
    let rows = rows(of: .log)
    return line > 0 && line < rows - 1 ? line : max(rows * 2 / 3, min(rows - 2, 1), 0)
  }

  /// The frozen log grows by the events that arrived since.
  mutating func addNewEntries() {
    guard var frozen, frozen.snapshot.tree.log.nextSequence != live.tree.log.nextSequence else { return }
    self.frozen = nil
    frozen.snapshot.turn(
      from: frozen.time, to: frozen.time, in: live.tree, stale: frozen.stale, selection: &tree.selection)
    frozen.stale = []
    frozen.horizon = now
    let filter = frozen.output.filter
    frozen.output = output.live
    if frozen.output.filter != filter { frozen.output.setFilter(filter) }
    frozen.snapshot.copyActivity(of: live)
    if frozen.event == nil {
      // Events of the moment itself came after it was shown.
      frozen.event = frozen.snapshot.lastEntry(upTo: frozen.time)
    }
    self.frozen = frozen
  }

  /// A change that an event reports for the shown moment becomes visible with the next step.
  mutating func markStale(_ change: TreeChange, at time: UInt64) {
    guard let moment = frozen?.time else { return }
    change.forEachStep { step in
      if time <= moment || frozen!.snapshot.tree.contains(step.id) { frozen!.stale.insert(step.id) }
    }
  }
}

extension ViewData {
  /// The last listed entry at or before a moment. - Complexity: O(entries after it).
  func lastEntry(upTo time: UInt64) -> UInt64? {
    var row = logCount - 1
    while let entry = logEntry(atRow: row) {
      if entry.time <= time { return entry.sequence }
      row -= 1
    }
    return nil
  }
}
