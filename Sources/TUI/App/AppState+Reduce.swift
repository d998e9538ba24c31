internal import Events
internal import Tree

extension AppState {
  /// Computes the next state from an action.
  ///
  /// - Returns: the effects for the shell, in order.
  /// - Complexity: O(depth) an event; O(rows on screen) a key, but for those that go through the whole tree or log:
  ///   setting a filter, searching, folding everything.
  package mutating func reduce(_ action: Action) -> [Effect] {
    var effects: [Effect] = []
    switch action {
    case .input(let input): effects = handle(input)
    case .events(let events, let now): events.isEmpty ? tick(now) : applyLastPart(events[...], now: now)
    case .someEvents(let events, let now):
      applyPart(events, now: now)
      return []
    case .tick(let now): tick(now)
    case .play(let clock): play(clock: clock)
    case .work: work()
    case .clock(let clock):
      self.clock = clock
      detail.content = nil
      generation += 1
    case .reading(let reading):
      self.reading = reading
      generation += 1
    case .message(let text, let isError):
      showLater(text, isError: isError)
      generation += 1
    case .paths(let paths, let text):
      complete(path: text, with: paths)
      generation += 1
    case .notWritten(let text):
      askAgain(text)
      generation += 1
    case .recording(let sign):
      keeping.recording = sign
      generation += 1
    case .kept: keeping.isKept = true
    case .output(let news): apply(news)
    case .commandEnded(let end): apply(end)
    case .messageExpired:
      guard message != nil else { return [] }
      message = nil
      generation += 1
    }
    reconcile()
    return effects
  }

  /// Handles input of the user.
  mutating func handle(_ input: Input) -> [Effect] {
    // Mouse movement has a visible effect only if it moves a border.
    if input.isOfHeldButton, case .mouse(let event) = input { return handle(event) }
    generation += 1
    switch input {
    case .resize(let size):
      self.size = size
      mouse.heldBorder = nil
      return []
    case .paste(let bytes):
      paste(bytes)
      return []
    case .mouse(let event):
      return handle(event)
    case .key(let key):
      dismissMessage()
      if copying.question != nil { return answer(key) }
      if prompt != nil { return type(key) }
      if settingsScreen != nil { return typeInSettings(key) }
      guard let command = settings.keys.command(on: key) else {
        showError("\(key.name(arrows: glyphs.showsArrows)) is not bound\(helpHint)")
        return []
      }
      if help.top != nil, let effects = performInHelp(command.id) { return effects }
      return perform(command, on: key)
    }
  }

  /// Applies events that others will follow: the view does not change until then.
  private mutating func applyPart(_ events: ArraySlice<ProcessEvent>, now: UInt64) {
    if newestBefore == nil { newestBefore = .some(live.newest) }
    apply(events, now: now)
  }

  /// Applies the last events of a batch, and selects the newest process while that is followed.
  private mutating func applyLastPart(_ events: ArraySlice<ProcessEvent>, now: UInt64) {
    applyPart(events, now: now)
    live.update()
    let hasNewest = newestBefore.map { $0 != live.newest } ?? false
    newestBefore = nil
    if frozen == nil, tree.isFollowing, hasNewest { selectNewest() }
  }

  private mutating func apply(_ events: ArraySlice<ProcessEvent>, now: UInt64) {
    self.now = max(self.now, now)
    let logged = live.tree.log.nextSequence
    if frozen == nil {
      var isNews = false
      for event in events {
        let change = live.apply(event, selection: &tree.selection)
        // Reading /proc again usually finds the process unchanged.
        isNews = isNews || !event.isLookAgain || !change.isEmpty
      }
      guard isNews else { return }
      top.isStale = true
      tree.order.isStale = true
      generation += 1
    } else {
      var unshown: ProcessID?
      for event in events { markStale(live.apply(event, selection: &unshown), at: event.time) }
      if live.tree.log.nextSequence != logged { generation += 1 }
    }
  }

  private mutating func tick(_ now: UInt64) {
    let due = isFrozen ? nil : nextChange(after: self.now)
    self.now = max(self.now, now)
    if let due, self.now >= due { generation += 1 }
  }

  private mutating func perform(_ command: Command, on key: Key) -> [Effect] {
    guard command.panes.contains(focus) else {
      showError("\(key.name(arrows: glyphs.showsArrows)) does nothing in this pane\(helpHint)")
      return []
    }
    if top.isOpen, performBesideTop(command, on: key) { return [] }
    if isInTop, performInTop(command, on: key) { return [] }
    if isInOutput, let effects = performInOutput(command) { return effects }
    switch command.id {
    case .up, .down, .pageUp, .pageDown, .halfPageUp, .halfPageDown, .first, .last: move(command.id)
    case .scrollLeft, .scrollRight, .scrollToStart, .scrollToEnd: scrollSideways(command.id)
    case .open: openSelected()
    case .details: toggleDetails()
    case .collapse, .expand, .unfold, .fold, .toggleAllBelow, .toggleEverything, .parent:
      changeFolds(command.id)
    case .nextPane, .previousPane, .paneTree, .paneDetail, .paneLog, .zoom: changePanes(command.id)
    case .mark: toggleMark()
    case .unmarkAll: unmarkAll()
    case .nextMark: selectNextMark()
    case .onlyMarked: toggleOnlyMarked()
    case .arrangement: changeArrangement()
    case .shrinkPane: resizePane(by: -1)
    case .growPane: resizePane(by: 1)
    case .output: toggleOutput()
    case .top: toggleTop()
    case .topSort: openSortMenu()
    case .topReverse: reverseOrder()
    case .filter: openPrompt(.filter)
    case .search: openPrompt(focus == .detail ? .detail : .search)
    case .goto: openPrompt(.goto)
    case .play: togglePlay()
    case .slower, .faster: changeSpeed(isUp: command.id == .faster)
    case .onlyThisCommand: toggleOnlyThisCommand()
    case .onlyBelow: toggleRoot()
    case .nextFailure, .previousFailure: goToFailure(backward: command.id == .previousFailure)
    case .onlyFailures: isPlaying ? changeSpeed(isUp: true) : toggleOnlyFailures()
    case .searchNext: focus == .detail ? searchDetailAgain(.forward) : searchAgain(.forward)
    case .searchPrevious: focus == .detail ? searchDetailAgain(.backward) : searchAgain(.backward)
    case .freeze: toggleFreeze()
    case .earlier, .later, .muchEarlier, .muchLater: travel(command.id)
    case .earlierBar, .laterBar: travelByBar(command.id)
    case .timeline: toggleTimeline()
    case .runTimes: toggleRunTimes()
    case .criticalPath: toggleCriticalPath()
    case .follow: toggleFollow()
    case .copy: copying.question = .copy(toFile: false)
    case .write: askForPath(.shown)
    case .record: return toggleRecording(on: key)
    case .help: help.top = 0
    case .settings: openSettings()
    case .back: goBack()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit(on: key)
    }
    return []
  }

}

extension ProcessEvent {
  fileprivate var isLookAgain: Bool {
    if case .existing(let found) = self { found.isAgain } else { false }
  }
}

extension AppState {
  /// Corrects the positions after a change: the selection is an existing process, the panes have no empty lines that
  /// rows could fill, and the detail shows the selection.
  mutating func reconcile() {
    live.update()
    if frozen == nil { playback = nil }
    // If only one pane is shown, it is the focused one.
    if isZoomed { isZoomed = true }
    // Another pane has the focus: the details are no longer wanted.
    if focus != .detail { detail.full = nil }
    lastGeometry = geometry
    for (pane, box) in layout.boxes where box.rows > 0 { heights[pane] = box.rows }
    reconcileOrder()
    reconcileMatch()
    reconcileTree()
    reconcileTiming()
    reconcileTop()
    reconcileLogAnchor()
    reconcileLog()
    reconcileOutput()
    reconcileDetail()
    updateDetailMatches()
    protectMarked()
    reportTrouble()
    showNextMessage()
    lastGeometry = geometry
  }

  /// The content rows of a pane; while it is hidden, those that it had, so that its position is kept.
  func rows(of pane: Pane) -> Int {
    if let rows = layout[pane]?.rows, rows > 0 { return rows }
    return heights[pane] ?? 0
  }

  /// The line of a pane for a row, as near as possible to the wanted one. It is within the pane, and leaves no empty
  /// line above the first row, or below the last one while there are more rows above.
  static func line(of row: Int, at wanted: Int, count: Int, height: Int) -> Int {
    let height = max(height, 1)
    let line = min(max(wanted, 0), height - 1)
    let top = min(max(row - line, 0), max(count - height, 0))
    return min(row - top, height - 1)
  }
}
