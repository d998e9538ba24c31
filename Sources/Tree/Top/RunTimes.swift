internal import Histogram

/// The run times of a group: a list while there are few, else a histogram, so that ten thousand groups with one process
/// each need no histograms.
struct RunTimes: Sendable {
  /// The most run times of a list.
  static let few = 32

  private var list: [UInt64] = []
  private var histogram: Histogram<UInt32>?
  private var highest: UInt64 = 0

  /// The longest run time, exact; nil if there are none.
  var longest: UInt64? { list.isEmpty && histogram == nil ? nil : highest }

  /// Adds a run time.
  /// - Parameter time: in nanoseconds; times above 292 years count as 292 years.
  mutating func record(_ time: UInt64) {
    let time = min(time, UInt64(Int64.max))
    highest = max(highest, time)
    if histogram != nil {
      histogram?.record(time)
    } else {
      list.append(time)
      if list.count > Self.few { makeHistogram() }
    }
  }

  private mutating func makeHistogram() {
    var made = Histogram<UInt32>(numberOfSignificantValueDigits: .two)
    for time in list { made.record(time) }
    list = []
    histogram = made
  }

  /// The shortest run time that at least `percent` per cent of the run times do not exceed: exact in a list, else at
  /// most 1 % higher. Nil if there are no run times.
  func percentile(_ percent: Double) -> UInt64? {
    if let histogram { return min(histogram.valueAtPercentile(percent), highest) }
    guard !list.isEmpty else { return nil }
    let rank = (percent / 100 * Double(list.count)).rounded(.up)
    return list.sorted()[max(Int(clamping: Int64(exactly: rank.rounded(.towardZero)) ?? .max) &- 1, 0)]
  }
}

/// A histogram of the run times in a group, in steps of ten: up to 100 µs, 1 ms, 10 ms, 100 ms, 1 s, 10 s, 100 s, and
/// longer. Exact, and of a fixed size.
public struct RunTimeSpread: Sendable, Hashable {
  /// The number of steps.
  public static let stepCount = 8
  /// The longest run time in the first step, in nanoseconds; each further step goes up to ten times as much.
  public static let firstLimit: UInt64 = 100_000

  private var counts = SIMD8<UInt32>()

  init() {}

  /// How many run times are in a step.
  public subscript(_ step: Int) -> Int { Int(counts[step]) }

  /// The highest count of a step; 0 where no process has exited.
  public var highest: Int { Int(counts.max()) }

  /// The longest run time in a step, in nanoseconds; nil for the last step, which has no limit.
  public static func limit(of step: Int) -> UInt64? {
    guard step < stepCount - 1 else { return nil }
    return (0..<step).reduce(firstLimit) { limit, _ in limit &* 10 }
  }

  @inline(__always)
  mutating func record(_ time: UInt64) {
    var (step, limit) = (0, Self.firstLimit)
    while time > limit, step < Self.stepCount - 1 {
      step &+= 1
      limit &*= 10
    }
    // A tree has at most as many processes as 32 bits count.
    counts[step] &+= 1
  }
}
