import CLinux
import Glibc
import TUI

/// Between the kernel's clock, which counts from boot, and the one on the wall.
enum WallTime {
  /// Nanoseconds from 1970 to boot, now: it changes when the clock is set.
  static var offset: Int64 { Int64(bitPattern: lnx_wall_time() &- lnx_boot_time()) }

  /// With this machine's time zone. The corresponding C function is `localtime_r`.
  static func clock(offset: Int64 = offset) -> WallClock {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return WallClock(realtimeAtBoot: offset, secondsFromUTC: local.tm_gmtoff)
  }
}
