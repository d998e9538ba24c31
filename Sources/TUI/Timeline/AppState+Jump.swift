internal import Tree

// Going to a typed time.

extension AppState {
  /// Shows the moment of a typed time, or the nearest that is remembered; playing goes on from there.
  mutating func jump(to target: TimeTarget) {
    guard let first = live.tree.earliestMoment, let last = live.tree.log.newestTime else {
      return showError("no events yet")
    }
    let latest = mode == .live ? max(now, last) : last
    let moment: UInt64
    switch target {
    case .offset(let difference): moment = shownTime.moved(by: difference) ?? (difference < 0 ? 0 : .max)
    case .timeOfDay(let time): moment = clock.moment(of: time, near: shownTime, preferring: first...max(latest, first))
    }
    if moment >= latest { return jumpToEnd(isExact: moment == latest) }
    let start = max(moment, first)
    freezing { state in
      state.addNewEntries()
      let entry = state.shown.lastEntry(upTo: start)
      guard entry != nil || !state.filterHidesFirstEvent else { return state.refuse(state.noEarlierEvent) }
      return state.show(moment: start, entry: entry)
    }
    guard moment < first, message == nil else { return }
    let text = DisplayText.timeOfDay(clock.moment(at: first))
    live.tree.log.forgotten > 0
      ? showError("events before \(text) are forgotten (setting log lines)") : show("the first event is at \(text)")
  }

  private mutating func jumpToEnd(isExact: Bool) {
    if isReading { return showError("not read yet") }
    if playback != nil { playback = nil }
    if isFrozen { thaw() }
    guard !isExact else { return }
    mode == .live ? showError("that time has not come: the view is live") : show("end of recording")
  }
}
