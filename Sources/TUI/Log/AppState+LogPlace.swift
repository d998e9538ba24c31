internal import Tree

// The position of the log while filters change: an entry that a filter hides is still the position, so that the log
// does not move with every typed letter. In time travel the position is the moment.

extension AppState {
  /// The position of the log, to return to under another filter. In time travel that is the event of the moment, as
  /// long as the cursor is on it or on its replacement.
  var logPlace: LogPosition {
    var place = log
    if let event = frozen?.event, log.cursor == listed(upTo: event) { place.cursor = event }
    return place
  }

  /// Restores a position of the log, as near as the filter allows.
  mutating func stand(log place: LogPosition) {
    logAnchor = place
    settleLogAnchor()
  }

  /// Keeps the position while a filter finds more entries.
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

  /// The last listed entry that is not after another one; if there is none, the first. - Complexity: O(log entries).
  private func listed(upTo sequence: UInt64) -> UInt64? {
    let row = shown.logRow(of: sequence)
    let entry = shown.logEntry(atRow: row)
    return entry?.sequence == sequence ? sequence : (shown.logEntry(atRow: row - 1) ?? entry)?.sequence
  }
}
