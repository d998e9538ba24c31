internal import Events
internal import Tree

// Going to a typed time.

extension AppState {
  /// Shows the moment of a typed time, or the nearest that is remembered; playing goes on from there.
  mutating func jump(to target: TimeText) {
    guard let first = live.tree.earliestMoment, let last = live.tree.log.newestTime else {
      return showError("no events yet")
    }
    let latest = mode == .live ? max(now, last) : last
    let moment: UInt64
    switch target {
    case .later(let length): moment = shownTime.addingReportingOverflow(length).overflow ? .max : shownTime + length
    case .earlier(let length): moment = shownTime - min(length, shownTime)
    case .absolute(let wall): moment = TimeText.boot(wall, clock.offsets)
    case .local(let local): moment = TimeText.boot(TimeText.absolute(local, clock.zone.value(at:)), clock.offsets)
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
      ? showError("events before \(text) are forgotten (setting log-lines)") : show("the first event is at \(text)")
  }

  private mutating func jumpToEnd(isExact: Bool) {
    if isReading { return showError("not read yet") }
    if playback != nil { playback = nil }
    if isFrozen { thaw() }
    guard !isExact else { return }
    mode == .live ? showError("that time has not come: the view is live") : show("end of recording")
  }
}

extension WallClock {
  /// The moment nearest to another one at which a clock on the wall shows a time of day. Moments within a range are
  /// preferred.
  func moment(of timeOfDay: Int64, near time: UInt64, preferring range: ClosedRange<UInt64>) -> UInt64 {
    let candidates = [0, -TimeText.day, TimeText.day].map { days -> UInt64 in
      var moment = time
      // The clock may have been set between the two, or summer time started: then the first step is not exact.
      for step in 0..<3 {
        var difference = timeOfDay - self.timeOfDay(at: moment)
        if step == 0 { difference += days }
        if step > 0, difference > TimeText.day / 2 { difference -= TimeText.day }
        if step > 0, difference < -TimeText.day / 2 { difference += TimeText.day }
        guard difference != 0 else { break }
        // A time before the boot is nearer to its start than to its end.
        guard let next = moment.moved(by: difference) else { return difference < 0 ? 0 : .max }
        moment = next
      }
      return moment
    }
    func distance(_ moment: UInt64) -> UInt64 { moment < time ? time - moment : moment - time }
    let inside = candidates.filter { range.contains($0) }
    return (inside.isEmpty ? candidates : inside).min { distance($0) < distance($1) } ?? time
  }

  /// Nanoseconds since midnight.
  private func timeOfDay(at time: UInt64) -> Int64 {
    let moment = moment(at: time)
    let seconds = Int64(moment.hour * 3600 + moment.minute * 60 + moment.second)
    let nanoseconds = offsets.value(at: time) &+ Int64(truncatingIfNeeded: time)
    return seconds * 1_000_000_000 + nanoseconds.flooredDivision(by: 1_000_000_000).remainder
  }
}

extension UInt64 {
  /// The moment this many nanoseconds later or earlier; nil before the boot and after the end of time.
  func moved(by difference: Int64) -> UInt64? {
    let (moment, overflows) = addingReportingOverflow(difference.magnitude)
    if difference >= 0 { return overflows ? nil : moment }
    return difference.magnitude > self ? nil : self - difference.magnitude
  }
}

/// What the prompt `goto` reads in place of a pid.
enum TimeTarget {
  /// What a time looks like, for errors.
  static let expected = "expected a pid, a time such as 05:28:57 or 2026-03-01T05:28:57, or -10s or +1m30s"

  /// Whether a text is meant as a time.
  static func isMeant(by text: some StringProtocol) -> Bool {
    text.first == "+" || text.contains("-") || text.contains(":")
  }

  /// Reads a time.
  /// - Throws: `Prompt.Fault` with the column of the text.
  static func read(_ text: some StringProtocol) throws(Prompt.Fault) -> TimeText {
    var text = text[...]
    while text.last == " " { text.removeLast() }
    if let time = TimeText(text) { return time }
    guard text.first == "+" || text.first == "-" else { throw Prompt.Fault(column: 1, message: expected) }
    throw Prompt.Fault(column: 2, message: "expected numbers with ms, s, m, h or d, such as 10s or 1m30s")
  }
}
