/// The moments that the columns of the timeline show, for a width of the screen.
///
/// The first bar is that of the first event, and a bar is as short as the whole time still fits: a build of ten seconds
/// fills the timeline, and so does one of an hour. While time goes on the bars stay where they are; when they reach the
/// right edge, each becomes at least twice as long. The longest bars have a minute; then the oldest leave the screen,
/// ten at a time. So the pointer can stay on a bar, and an idle screen costs nothing.
struct TimelineScale: Hashable {
  /// Before the bars: the time of day of the first bar, and the sign of the row.
  static let leading = 12
  /// After the bars: the time of day at their end and, if there is room, the highest rate.
  static let trailing = 10
  static let rateWidth = 9
  static let columnsForRate = 100
  /// The lengths of a bar, in nanoseconds: a tenth of a second to a minute.
  static let steps: [UInt64] = [1, 2, 5, 10, 20, 50, 100, 300, 600].map { $0 * (ActivityHistory.second / 10) }
  /// How many of the longest bars move at a time.
  private static let scrolled = 10

  /// The screen's column of the first bar, and how many bars there are.
  let column: Int
  let count: Int
  /// The length of a bar, nanoseconds.
  let step: UInt64
  /// The numbers of the bars, counted from boot as `ActivityHistory.bar` does. Those before the boot are negative.
  let bars: Range<Int>
  let hasRate: Bool

  /// - Parameters:
  ///   - columns: of the screen.
  ///   - first: the first moment with an event, nanoseconds since boot.
  ///   - latest: the latest one.
  ///   - shown: the moment that is shown: of a longer time than there is room for, this part is in view.
  init(columns: Int, first: UInt64, latest: UInt64, shown: UInt64) {
    hasRate = columns >= Self.columnsForRate
    column = Self.leading
    let room = columns - Self.leading - Self.trailing - (hasRate ? Self.rateWidth : 0)
    let count = min(max(room, 0), ActivityHistory.mostBars)
    let fitting = Self.steps.first { latest / $0 - min(first, latest) / $0 < UInt64(count) }
    let step = fitting ?? Self.steps[Self.steps.count - 1]
    (self.count, self.step) = (count, step)
    if fitting != nil {
      let start = Int(min(first, latest) / step)
      bars = start..<start + count
      return
    }
    func end(with time: UInt64) -> Int { (Int(time / step) / Self.scrolled + 1) * Self.scrolled }
    let isInView = Int(shown / step) >= end(with: latest) - count
    let last = isInView ? end(with: latest) : end(with: shown)
    bars = last - count..<last
  }

  /// The bar that a moment is in.
  func bar(at time: UInt64) -> Int { Int(time / step) }

  /// The last moment of a bar, nanoseconds since boot; 0 for one before the boot.
  func end(of bar: Int) -> UInt64 {
    let next = start(of: bar + 1)
    return next == 0 || next == .max ? next : next - 1
  }

  /// The first moment of a bar.
  func start(of bar: Int) -> UInt64 {
    let (time, overflows) = UInt64(max(bar, 0)).multipliedReportingOverflow(by: step)
    return overflows ? .max : time
  }

  /// The bar on a column of the screen; nil beside the bars.
  func bar(onColumn place: Int) -> Int? {
    place >= column && place < column + count ? bars.lowerBound + place - column : nil
  }

  /// The column of the bar of a moment; nil if it is not in view.
  func column(of time: UInt64) -> Int? {
    let bar = bar(at: time)
    return bars.contains(bar) ? column + bar - bars.lowerBound : nil
  }

  /// The length of a bar as people say it: `0.1s`, `5s`, `1m`.
  var stepText: DisplayText {
    let tenths = step / (ActivityHistory.second / 10)
    return tenths < 10 ? "0.\(tenths)s" : tenths < 600 ? "\(tenths / 10)s" : "\(tenths / 600)m"
  }

  /// A count in one bar as a rate: tenths per second.
  func rateTenths(of count: Int) -> Int { count * 100 / Int(step / (ActivityHistory.second / 10)) }

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
