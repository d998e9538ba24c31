internal import Events
internal import Tree

// Playing: the moment that a frozen view shows moves on by itself. The shell reports its clock whenever something is due,
// at most once a frame.

extension AppState {
  /// The least time between two moves, in nanoseconds: a frame.
  private static let frameTime: UInt64 = 33_000_000
  /// How many events of a recording are read ahead of the moment that is played.
  private static let eventsAhead = 20_000

  /// Whether time runs on by itself. The shell then sends `play` when `nextPlay` is due.
  package var isPlaying: Bool { playback.map { !$0.isPaused } ?? false }

  /// Whether enough of a recording is read ahead for now: what is played would otherwise be forgotten before its turn.
  package var hasEnoughAhead: Bool {
    guard mode == .replay, let playback else { return false }
    let log = live.tree.log
    return log.nextSequence > playback.next
      && log.nextSequence - playback.next > UInt64(min(Self.eventsAhead, log.limit / 2))
  }

  /// Starts to play a recording from its first event, which was read already.
  package mutating func play(at speed: PlaybackSpeed) {
    playback = Playback(speed: speed, next: 0)
    startFromFirst()
    reconcile()
  }

  /// Plays from the shown moment on, or stops there.
  mutating func togglePlay() {
    if playback != nil {
      playback?.isPaused.toggle()
      playback?.anchor = nil
      return
    }
    if frozen == nil {
      guard mode == .replay else {
        return showError("the view is live: go back first (\(keyName(.earlier)), \(keyName(.goto))-1m)")
      }
      guard startFromFirst() else { return }
      if live.tree.log.forgotten > 0 {
        let time = DisplayText.timeOfDay(clock.moment(at: shownTime))
        show("plays from \(time): earlier events are forgotten (setting log-lines, replay --play)")
      }
    }
    playback = Playback(speed: .normal, next: sequence(after: shownTime))
  }

  /// Changes the speed, also before playing starts.
  mutating func changeSpeed(isUp: Bool) {
    guard let playback else { return showError("nothing is playing (\(keyName(.play)) plays)") }
    self.playback?.speed = playback.speed.stepped(isUp: isUp)
    self.playback?.anchor = nil
  }

  /// Stops at the shown moment; it can be continued.
  mutating func pausePlaying() {
    playback?.isPaused = true
    playback?.anchor = nil
  }

  /// Shows the first moment that is remembered.
  @discardableResult
  private mutating func startFromFirst() -> Bool {
    let first = live.tree.earliestMoment
    freezing { state in
      guard let first else { return state.refuse(state.noEventToStepTo) }
      return state.show(moment: first, entry: state.shown.lastEntry(upTo: first))
    }
    restartPlaying()
    return frozen != nil
  }

  /// Lets what plays go on from the shown moment.
  mutating func restartPlaying() {
    guard var playback else { return }
    playback.anchor = nil
    playback.next = sequence(after: shownTime)
    self.playback = playback
  }

  /// The sequence of the first entry after a moment. - Complexity: O(log n).
  func sequence(after time: UInt64) -> UInt64 {
    let log = live.tree.log
    var low = log.firstSequence
    var high = log.nextSequence
    while low < high {
      let middle = low + (high - low) / 2
      if let entry = log[middle], entry.time <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// When something changes next while it plays, by the shell's clock; nil for never, as while events are awaited.
  package var nextPlay: UInt64? {
    guard let playback, isPlaying else { return nil }
    if awaitsEvents { return nil }
    guard playback.anchor != nil else { return 0 }
    guard let due = nextMoment(of: playback), let clock = playback.clock(of: due), clock < .max else { return nil }
    return max(clock, playback.movedAt + Self.frameTime)
  }

  /// Whether the events that come next are not read yet. No time passes meanwhile; the shell reports its clock after each
  /// wait.
  private var awaitsEvents: Bool {
    guard mode == .replay, isReading, let playback else { return false }
    return live.tree.log[playback.next] == nil
  }

  /// The next moment at which the screen looks different.
  private func nextMoment(of playback: Playback) -> UInt64? {
    let event = live.tree.log[playback.next]?.time
    let change = nextChange(after: shownTime)
    // At the end the view becomes live again, or the recording ends.
    let end = mode == .live ? now : isReading ? nil : event == nil ? 0 : nil
    return [event, change, end].compactMap(\.self).min()
  }

  /// Shows the moment that is due.
  /// - Parameter clock: the shell's clock, in nanoseconds since boot.
  mutating func play(clock: UInt64) {
    guard var playback, isPlaying, frozen != nil else { return }
    if awaitsEvents {
      self.playback?.anchor = nil
      return
    }
    if playback.anchor == nil || playback.anchor!.moment > shownTime {
      playback.anchor = Playback.Anchor(clock: clock, moment: shownTime)
      self.playback = playback
    }
    guard let due = nextPlay, clock >= due, let moment = playback.moment(at: clock) else { return }
    let log = live.tree.log
    if mode == .replay, !isReading, moment >= log.newestTime ?? 0 { return endPlaying("end of recording") }
    if mode == .live, moment >= now { return endPlaying("the view is live again") }
    let target = max(min(moment, mode == .live ? now : log.newestTime ?? moment), shownTime)
    // Time goes on from here once more events are read.
    if target < moment { playback.anchor = nil }
    while let entry = log[playback.next], entry.time <= target { playback.next += 1 }
    playback.movedAt = clock
    self.playback = playback
    move(to: target)
  }

  /// Moves the shown moment forward, and keeps the selection, or follows the newest process.
  private mutating func move(to time: UInt64) {
    addNewEntries()
    let before = frozen?.event
    var entry = before
    while let next = shown.logEntry(atRow: entry.map { shown.logRow(of: $0) + 1 } ?? 0), next.time <= time {
      entry = next.sequence
    }
    let isFollowing = tree.isFollowing
    _ = turn(to: time, entry: entry)
    tree.isFollowing = isFollowing
    if let entry, entry != before { putLogCursor(on: entry) }
    if isFollowing, let newest = newestStarted(after: before, upTo: entry) { select(newest) }
    generation += 1
  }

  /// The process of the last fork or exec in a part of the log.
  private func newestStarted(after first: UInt64?, upTo last: UInt64?) -> ProcessID? {
    guard let last, last > first ?? 0 else { return nil }
    for sequence in ((first ?? live.tree.log.firstSequence)...last).reversed() {
      guard let entry = shown.tree.log[sequence], let id = entry.id, entry.kind == .fork || entry.kind == .exec,
        shown.outline.isMatch(id, in: shown.tree)
      else { continue }
      return id
    }
    return nil
  }

  private mutating func endPlaying(_ text: DisplayText) {
    playback = nil
    thaw()
    generation += 1
    show(text)
  }
}
