import CLinux
import Events
import Glibc
import TUI

/// The offset between the kernel's clock, which counts from boot, and the wall clock.
enum WallTime {
  /// Reads both clocks, and repeats it if the thread was interrupted between the two.
  static func reading() -> ClockSteps.Reading {
    var best = readOnce()
    for _ in 0..<3 where best.error > 5_000 {
      let next = readOnce()
      if next.error < best.error { best = next }
    }
    return best
  }

  private static func readOnce() -> ClockSteps.Reading {
    let before = lnx_boot_time()
    let wall = lnx_wall_time()
    let between = lnx_boot_time() &- before
    let boot = before &+ between / 2
    // The kernel rounds each clock by itself.
    return ClockSteps.Reading(offset: Int64(bitPattern: wall &- boot), error: between &+ 100, time: boot)
  }
}

/// The wall clock while a trace runs. It is read whenever events arrive, because no event reports that it was set.
struct LiveClock {
  /// The offset from boot to wall time, and its changes.
  private(set) var steps = ClockSteps(WallTime.reading())

  /// Reads the clock. Returns whether it was set since the last reading.
  @discardableResult
  mutating func update() -> Bool { steps.observe(WallTime.reading()) }
}

/// The time zone of this machine for the shown times, with the moments at which summer time starts and ends.
struct LocalZone {
  private static let day: Int64 = 86_400
  /// The times that the calendar of lines supports, and a little more. Times outside have the offset of the nearest
  /// end.
  private static let range: ClosedRange<Int64> = -86_400...4_133_980_800

  /// Seconds east of UTC, by seconds since 1970 UTC.
  private(set) var offsets: Steps<Int64, Int>
  private var covered: ClosedRange<Int64>

  /// Reads the zone (`tzset`) and its offset at one time (`localtime_r`).
  /// - Parameter second: seconds since 1970 UTC.
  init(at second: Int64) {
    tzset()
    let second = Self.clamped(second)
    offsets = Steps(Self.offset(at: second))
    covered = second...second
  }

  /// Extends the covered times to a second. Changes that last less than a day may be missed.
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

  /// Reads the zone again, in case the machine's zone was changed.
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
    // Wraps instead of trapping: a recording may contain any time.
    (offset &+ Int64(truncatingIfNeeded: time)).flooredDivision(by: 1_000_000_000).quotient
  }

  private static func clamped(_ second: Int64) -> Int64 { min(max(second, range.lowerBound), range.upperBound) }

  /// The first second with the same offset as the end; nil if the start has that offset too.
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
