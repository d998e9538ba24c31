import Events
import Glibc

/// The time zone of this machine over the times that are shown, with the moments at which summer time begins and ends.
struct LocalZone {
  private static let day: Int64 = 86_400
  /// What the calendar of lines can have, and a little more. Times beyond it have the offset of its ends.
  private static let range: ClosedRange<Int64> = -86_400...4_133_980_800

  /// By seconds since 1970 UTC: seconds east of UTC.
  private(set) var offsets: Steps<Int64, Int>
  private var covered: ClosedRange<Int64>

  /// - Parameter second: since 1970 UTC, the first that is looked at.
  ///
  /// The corresponding C functions are `tzset` and `localtime_r`.
  init(at second: Int64) {
    tzset()
    let second = Self.clamped(second)
    offsets = Steps(Self.offset(at: second))
    covered = second...second
  }

  /// Looks at the time up to a second, or back to it, too. Of changes that last less than a day some may be missed.
  /// - Complexity: O(days)
  mutating func cover(_ second: Int64) {
    let second = Self.clamped(second)
    var end = covered.upperBound
    while end < second {
      let next = min(end + Self.day, second)
      if let change = Self.change(from: end, to: next) { offsets.append(Self.offset(at: change), from: change) }
      end = next
    }
    var start = covered.lowerBound
    while start > second {
      let next = max(start - Self.day, second)
      if let change = Self.change(from: next, to: start) { offsets.prepend(Self.offset(at: next), before: change) }
      start = next
    }
    covered = start...end
  }

  /// Takes in that the machine was given another zone meanwhile.
  mutating func refresh() {
    tzset()
    let ends = [covered.lowerBound, covered.upperBound]
    if ends.allSatisfy({ Self.offset(at: $0) == offsets.value(at: $0) }) { return }
    var fresh = LocalZone(at: ends[1])
    fresh.cover(ends[0])
    self = fresh
  }

  /// Seconds since 1970 UTC of a moment.
  /// - Parameters:
  ///   - time: nanoseconds since boot.
  ///   - offset: nanoseconds from 1970 to boot.
  static func second(of time: UInt64, offset: Int64) -> Int64 {
    // Wraps instead of trapping: a recording may claim any time at all.
    (offset &+ Int64(truncatingIfNeeded: time)).flooredDivision(by: 1_000_000_000).quotient
  }

  private static func clamped(_ second: Int64) -> Int64 { min(max(second, range.lowerBound), range.upperBound) }

  /// The first second with the offset that holds at the end; nil where the start has the same.
  private static func change(from start: Int64, to end: Int64) -> Int64? {
    let after = offset(at: end)
    guard offset(at: start) != after else { return nil }
    var (low, high) = (start, end)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: middle) == after { high = middle } else { low = middle }
    }
    return high
  }

  private static func offset(at second: Int64) -> Int {
    var second = time_t(second)
    var local = tm()
    localtime_r(&second, &local)
    return local.tm_gmtoff
  }
}
