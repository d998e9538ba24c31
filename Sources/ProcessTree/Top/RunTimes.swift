internal import Histogram

/// Run times of a group: as they are while they are few, as a histogram from then on. So ten thousand groups of one
/// process each cost no ten thousand histograms.
struct RunTimes: Sendable {
  /// As many as a list holds.
  static let few = 32

  private var list: [UInt64] = []
  private var histogram: Histogram<UInt32>?
  private var longest: UInt64 = 0

  /// - Parameter time: nanoseconds; what is beyond 292 years counts as that.
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

  /// The least run time that `percent` of 100 did not exceed: exact of few, else at most 1 % above that. Nil of none.
  func percentile(_ percent: Double) -> UInt64? {
    if let histogram { return min(histogram.valueAtPercentile(percent), longest) }
    guard !list.isEmpty else { return nil }
    let rank = (percent / 100 * Double(list.count)).rounded(.up)
    return list.sorted()[max(Int(clamping: Int64(exactly: rank.rounded(.towardZero)) ?? .max) &- 1, 0)]
  }
}
