internal import Tree

extension AppState {
  /// The part of a date that the log's times need: none if all its events are of the day that is shown. The first and
  /// the last line and those in view decide, because the times of a recording may be out of order.
  /// - Complexity: O(rows on screen)
  var logDates: WallClock.Dates {
    let picture = shown
    let rows = layout[.log]?.rows ?? 0
    let count = picture.logCount
    guard count > 0 else { return .none }
    let top = logTop
    var times = [shownTime]
    for row in [0, count - 1] + Array(top..<max(top, min(top + rows, count))) {
      if let entry = picture.logEntry(atRow: row) { times.append(entry.time) }
    }
    return WallClock.Dates(times.lazy.map { clock.moment(at: $0) })
  }

  /// The part of the date that a single moment needs: none on the newest known day.
  func dates(of moment: WallClock.Moment) -> WallClock.Dates {
    WallClock.Dates([moment, clock.moment(at: now)])
  }
}
