import CLinux
import Glibc
import ProcessTree
import TUI

/// Between the kernel's clock, which counts from boot, and the one on the wall.
enum WallTime {
  /// Looks at both clocks. Where this thread was held up between the two, it looks again.
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

/// The clock on the wall while a trace runs: it is looked at whenever events come, since nothing tells that it was set.
struct LiveClock {
  private(set) var steps = ClockSteps(WallTime.reading())

  /// Returns whether the clock was set since the last look.
  @discardableResult
  mutating func look() -> Bool { steps.take(WallTime.reading()) }
}
