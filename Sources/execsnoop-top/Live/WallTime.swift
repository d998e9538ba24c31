import CLinux
import Glibc
import TUI

/// Between the kernel's clock, which counts from boot, and the one on the wall.
enum WallTime {
  /// Nanoseconds from 1970 to boot, now: it changes when the clock is set.
  static var offset: Int64 { Int64(bitPattern: lnx_wall_time() &- lnx_boot_time()) }

  /// Now, with this machine's time zone as it is now.
  static func clock() -> WallClock { clock(offset: offset, at: lnx_boot_time()) }

  /// With this machine's time zone as it is at a moment, since it has other offsets in summer and in winter.
  ///
  /// - Parameters:
  ///   - offset: nanoseconds from 1970 to boot.
  ///   - moment: nanoseconds since boot.
  ///
  /// The corresponding C functions are `localtime_r`, and `tzset`, which notices another time zone of the machine.
  static func clock(offset: Int64, at moment: UInt64) -> WallClock {
    tzset()
    // Wraps instead of trapping: a recording may claim any time at all.
    var seconds = time_t((offset &+ Int64(truncatingIfNeeded: moment)) / 1_000_000_000)
    var local = tm()
    localtime_r(&seconds, &local)
    return WallClock(realtimeAtBoot: offset, secondsFromUTC: local.tm_gmtoff)
  }
}
