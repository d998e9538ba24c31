internal import Histogram

/// The run times of a group: a list while there are few, then a histogram. So ten thousand groups with one process each
/// need no histograms.
struct RunTimes: Sendable {
  /// The most run times of a list.
  static let few = 32

  private var list: [UInt64] = []
  private var histogram: Histogram<UInt32>?
  private var longest: UInt64 = 0

  /// - Parameter time: in nanoseconds; longer times count as 292 years.
  mutating func record(_ time: UInt64) {
    let time = min(time, UInt64(Int64.max))
    longest = max(longest, time)
    if histogram != nil {
      histogram?.record(time)
    } else {
      list.append(time)
      if list.count > Self.few { crowd() }
    }
  }

  private mutating func crowd() {
    var made = Histogram<UInt32>(numberOfSignificantValueDigits: .two)
    for time in list { made.record(time) }
    list = []
    histogram = made
  }

  /// The shortest run time that at least `percent` of 100 do not exceed: exact in a list, else at most 1 % higher. Nil
  /// for none.
  func percentile(_ percent: Double) -> UInt64? {
    if let histogram { return min(histogram.valueAtPercentile(percent), longest) }
    guard !list.isEmpty else { return nil }
    let rank = (percent / 100 * Double(list.count)).rounded(.up)
    return list.sorted()[max(Int(clamping: Int64(exactly: rank.rounded(.towardZero)) ?? .max) &- 1, 0)]
  }
}
