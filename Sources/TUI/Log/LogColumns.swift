internal import Tree

/// Which columns the log pane has at a given width, and where: those of execsnoop, with the time and the kind of event
/// before them.
struct LogColumns: Hashable, Sendable {
  static let commWidth = 15
  static let kindWidth = 4
  /// The most negative errno, and the longest exit code.
  static let returnWidth = 4
  static let argumentsForMilliseconds = 44
  static let argumentsWanted = 20

  var time: Int?
  var hasMilliseconds: Bool
  var sign: Int
  var kind: Int?
  var comm: Int?
  var pid: Int
  var parent: Int?
  var result: Int?
  var arguments: Int
  var argumentsWidth: Int
  let pidWidth: Int

  /// - Parameter dates: the columns of a date and its space before each time of day.
  init(width: Int, pidDigits: Int, dates: Int = 0) {
    pidWidth = pidDigits
    // The pointer's column, the sign and the pid.
    var rest = width - 1 - 2 - (pidDigits + 1)
    func reserve(_ columns: Int, leaving arguments: Int = Self.argumentsWanted) -> Bool {
      guard rest - columns >= arguments else { return false }
      rest -= columns
      return true
    }
    let hasTime = reserve(9 + dates, leaving: 14)
    let hasComm = hasTime && reserve(Self.commWidth + 1)
    let hasResult = hasComm && reserve(Self.returnWidth + 1)
    let hasKind = hasResult && reserve(Self.kindWidth + 1)
    let hasParent = hasKind && reserve(pidDigits + 1)
    hasMilliseconds = hasParent && reserve(4, leaving: Self.argumentsForMilliseconds)

    var column = 1
    func place(_ columns: Int) -> Int {
      defer { column += columns + 1 }
      return column
    }
    time = hasTime ? place(dates + (hasMilliseconds ? 12 : 8)) : nil
    sign = place(1)
    kind = hasKind ? place(Self.kindWidth) : nil
    comm = hasComm ? place(Self.commWidth) : nil
    pid = place(pidDigits)
    parent = hasParent ? place(pidDigits) : nil
    result = hasResult ? place(Self.returnWidth) : nil
    arguments = column
    argumentsWidth = max(width - column, 0)
  }
}

extension AppState {
  /// The part of a date that the log's times need: none if all its events are of the day that is shown. The first and
  /// the last line and those in view decide, because the times of a recording may be out of order.
  /// - Complexity: O(rows on screen)
  var logDates: WallClock.Dates {
    let data = shown
    let rows = layout[.log]?.rows ?? 0
    let count = data.logCount
    guard count > 0 else { return .none }
    let top = logTop
    var times = [shownTime]
    for row in [0, count - 1] + Array(top..<max(top, min(top + rows, count))) {
      if let entry = data.logEntry(atRow: row) { times.append(entry.time) }
    }
    return WallClock.Dates(times.lazy.map { clock.moment(at: $0) })
  }

  /// The part of the date that a single moment needs: none on the newest known day.
  func dates(of moment: WallClock.Moment) -> WallClock.Dates {
    WallClock.Dates([moment, clock.moment(at: now)])
  }
}
