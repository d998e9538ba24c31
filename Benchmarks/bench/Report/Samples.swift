/// The values of one figure, round by round.
struct Samples {
  private(set) var values: [Double] = []

  init(_ values: [Double] = []) { self.values = values }

  mutating func add(_ value: Double) { values.append(value) }

  /// The median: for an even number of values the mean of the middle two; NaN where there are none.
  var median: Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The value that this part of all does not exceed: 0.99 for the 99th percentile; NaN where there are none.
  func percentile(_ part: Double) -> Double {
    guard !values.isEmpty else { return .nan }
    let rank = Int((part * Double(values.count)).rounded(.up)) - 1
    return values.sorted()[min(max(rank, 0), values.count - 1)]
  }
}
