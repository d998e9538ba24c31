internal import ProcessTree

// Where the log stands while filters come and go: an entry that a filter hides is still the place, so that it does not
// wander with every letter of an expression, and in time travel the place is the moment.

extension AppState {
  /// Where the log stands, to go back to under another filter. In time travel that is the event of the moment, as long
  /// as the cursor is on it or on what stands for it.
  var logPlace: LogPosition {
    var place = log
    if let event = frozen?.event, log.cursor == listed(upTo: event) { place.cursor = event }
    return place
  }

  /// Puts the log where it stood once, as near as the filter leaves.
  mutating func stand(log place: LogPosition) {
    logAnchor = place
    settleLogAnchor()
  }

  /// Goes on standing there as a filter finds more.
  mutating func settleLogAnchor() {
    guard let place = logAnchor else { return }
    let sideways = log.sideways
    log = place
    log.sideways = sideways
    if let event = frozen?.event, place.cursor == event {
      log.cursor = listed(upTo: event)
      log.line = lineOfMoment(at: place.line)
    }
    if !shown.hasWork { logAnchor = nil }
  }

  /// The last listed entry that is not after another; where none is, the first. - Complexity: O(log entries).
  private func listed(upTo sequence: UInt64) -> UInt64? {
    let row = shown.logRow(of: sequence)
    let entry = shown.logEntry(atRow: row)
    return entry?.sequence == sequence ? sequence : (shown.logEntry(atRow: row - 1) ?? entry)?.sequence
  }
}
