import CLinux
import Events
import Glibc
import TUI

/// The offset between the kernel's clock, which counts from boot, and the wall clock.
enum WallTime {
  /// Reads both clocks, and again if the thread was interrupted between the two.
  static func reading() -> ClockSteps.Reading {
    var best = look()
    for _ in 0..<3 where best.error > 5_000 {
      let next = look()
      if next.error < best.error { best = next }
    }
    return best
  }

  private static func look() -> ClockSteps.Reading {
    let before = lnx_boot_time()
    let wall = lnx_wall_time()
    let between = lnx_boot_time() &- before
    let boot = before &+ between / 2
    // The kernel rounds each clock by itself.
    return ClockSteps.Reading(offset: Int64(bitPattern: wall &- boot), error: between &+ 100, time: boot)
  }
}

/// The wall clock while a trace runs: it is read whenever events come, because nothing reports that it was set.
struct LiveClock {
  private(set) var steps = ClockSteps(WallTime.reading())

  /// Returns whether the clock was set since the last reading.
  @discardableResult
  mutating func look() -> Bool { steps.observe(WallTime.reading()) }
}
