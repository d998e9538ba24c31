/// Counts of equal stretches of time, the newest of them, in a ring.
struct CountRing: Hashable, Sendable {
  typealias Counts = ActivityHistory.Counts

  /// The length of a stretch in nanoseconds.
  let unit: UInt64
  private var counts: [Counts]
  /// The newest stretch, counted from boot.
  private var newest: UInt64 = 0

  /// - Parameters:
  ///   - unit: the length of a stretch in nanoseconds, above 0.
  ///   - length: how many stretches are remembered, above 0.
  init(unit: UInt64, length: Int) {
    self.unit = unit
    counts = Array(repeating: Counts(), count: length)
  }

  private var length: UInt64 { UInt64(counts.count) }

  /// - Parameter time: nanoseconds since boot. What is older than the ring is left out.
  /// - Complexity: O(1), and O(stretches gone by since the last one) for clearing those, at most the whole ring.
  mutating func count(_ more: Counts, at time: UInt64) {
    let stretch = time / unit
    advance(to: stretch)
    guard newest - stretch < length else { return }
    let index = Int(stretch % length)
    counts[index] = counts[index] + more
  }

  private mutating func advance(to stretch: UInt64) {
    guard stretch > newest else { return }
    let passed = min(stretch - newest, length)
    for offset in 0..<passed { counts[Int((stretch - offset) % length)] = Counts() }
    newest = stretch
  }

  /// The counts of a stretch; zero for one that is not remembered.
  subscript(stretch: UInt64) -> Counts {
    guard stretch <= newest, newest - stretch < length else { return Counts() }
    return counts[Int(stretch % length)]
  }

  /// The counts of several stretches together.
  subscript(stretches: Range<UInt64>) -> Counts { stretches.reduce(Counts()) { $0 + self[$1] } }
}
