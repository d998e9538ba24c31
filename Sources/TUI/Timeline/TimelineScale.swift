/// The moments that the columns of the timeline show, for a width of the screen.
///
/// The last column ends with a whole minute: the bars move once a minute, so that an idle screen costs nothing and
/// the pointer can stay on a bar.
struct TimelineScale: Hashable {
  /// Before the bars: the time of day of the first bar, and the sign of the row.
  static let leading = 9
  /// After the bars: the time of day at their end and, if there is room, the highest rate.
  static let trailing = 7
  static let rateWidth = 9
  static let columnsForRate = 100
  private static let minute = 60

  /// The screen's column of the first bar, and how many bars there are.
  let column: Int
  let count: Int
  /// The numbers of the bars, counted from boot as `ActivityHistory.bar` does. Those before the boot are negative.
  let bars: Range<Int>
  let hasRate: Bool

  /// - Parameters:
  ///   - columns: of the screen.
  ///   - latest: the latest moment that is known, nanoseconds since boot.
  ///   - shown: the moment that is shown, which must be in view.
  init(columns: Int, latest: UInt64, shown: UInt64) {
    hasRate = columns >= Self.columnsForRate
    column = Self.leading
    let room = columns - Self.leading - Self.trailing - (hasRate ? Self.rateWidth : 0)
    let most = ActivityHistory.span / ActivityHistory.barSeconds - Self.minute / ActivityHistory.barSeconds
    count = min(max(room, 0), most)
    var end = Self.endOfMinute(latest)
    let bar = Self.bar(at: shown)
    if bar < end - count { end = Self.endOfMinute(shown) }
    bars = end - count..<end
  }

  /// The bar that a moment is in.
  static func bar(at time: UInt64) -> Int { Int(time / ActivityHistory.second) / ActivityHistory.barSeconds }

  /// The bar that starts with the minute after a moment.
  private static func endOfMinute(_ time: UInt64) -> Int {
    (Int(time / ActivityHistory.second) / minute + 1) * (minute / ActivityHistory.barSeconds)
  }

  /// The last moment of a bar, nanoseconds since boot; 0 for one before the boot.
  static func end(of bar: Int) -> UInt64 {
    let next = start(of: bar + 1)
    return next == 0 || next == .max ? next : next - 1
  }

  /// The first moment of a bar.
  static func start(of bar: Int) -> UInt64 {
    let seconds = UInt64(max(bar, 0)) * UInt64(ActivityHistory.barSeconds)
    let (time, overflows) = seconds.multipliedReportingOverflow(by: ActivityHistory.second)
    return overflows ? .max : time
  }

  /// The bar on a column of the screen; nil beside the bars.
  func bar(onColumn place: Int) -> Int? {
    place >= column && place < column + count ? bars.lowerBound + place - column : nil
  }

  /// The column of the bar of a moment; nil if it is not in view.
  func column(of time: UInt64) -> Int? {
    let bar = Self.bar(at: time)
    return bars.contains(bar) ? column + bar - bars.lowerBound : nil
  }

  /// The value of a full bar: 1, 2 or 5 times a power of ten, so that the bars keep their heights while the highest
  /// one grows a little.
  static func ceiling(_ highest: Int) -> Int {
    var ceiling = 1
    while true {
      for factor in [1, 2, 5] where ceiling * factor >= highest { return ceiling * factor }
      ceiling *= 10
    }
  }
}
