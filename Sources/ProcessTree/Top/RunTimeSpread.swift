/// How many of a group ran how long, in steps of ten: up to 100 µs, 1 ms, 10 ms, 100 ms, 1 s, 10 s, 100 s, and longer.
/// Exact, and of a fixed size.
public struct RunTimeSpread: Sendable, Hashable {
  /// How many steps there are.
  public static let stepCount = 8
  /// The longest run time that the first step counts, nanoseconds; each further step counts up to ten times as much.
  public static let firstLimit: UInt64 = 100_000

  private var counts = SIMD8<UInt32>()

  init() {}

  /// How many ran for a time that the step counts.
  ///
  /// - Parameter step: 0 for the shortest, up to `stepCount` - 1.
  public subscript(_ step: Int) -> Int { Int(counts[step]) }

  /// The greatest count of a step; 0 while none has ended.
  public var highest: Int { Int(counts.max()) }

  /// The longest run time that a step counts, nanoseconds; nil for the last one, which has no end.
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
    // A tree has no more processes than 32 bits count.
    counts[step] &+= 1
  }
}
