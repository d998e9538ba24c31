internal import ProcessTree

extension AppState {
  /// How much of a date the log's times need: none while all that it holds is of the day that is shown. Its first and last
  /// lines tell, and those in view, since the times of a recording need not be in order.
  /// - Complexity: O(rows)
  func logDates(rows: Int) -> WallClock.Dates {
    let picture = shown
    let count = picture.logCount
    guard count > 0 else { return .none }
    let top = logTop
    var times = [shownTime]
    for row in [0, count - 1] + Array(top..<max(top, min(top + rows, count))) {
      if let entry = picture.logEntry(atRow: row) { times.append(entry.time) }
    }
    return WallClock.Dates(times.lazy.map { clock.moment(at: $0) })
  }

  /// How much of the date a moment needs that stands by itself: none on the newest day that is known.
  func dates(of moment: WallClock.Moment) -> WallClock.Dates {
    WallClock.Dates([moment, clock.moment(at: now)])
  }
}
