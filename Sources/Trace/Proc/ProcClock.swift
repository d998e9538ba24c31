internal import CLinux
internal import Glibc

/// Converts start times of /proc/PID/stat: clock ticks since boot, and from Linux 5.11 on by the clock of the reader's
/// time namespace. The kernel's events have nanoseconds by the kernel's clock.
struct ProcClock {
  /// Nanoseconds.
  let tick: UInt64
  /// How far the times of /proc are ahead of the kernel's clock, in nanoseconds; modulo 2^64 where they are behind.
  private let lead: UInt64

  init(tick: UInt64, lead: Int64) {
    self.tick = max(tick, 1)
    self.lead = UInt64(bitPattern: lead)
  }

  /// The clock of this program.
  static let own = ProcClock(
    tick: 1_000_000_000 / UInt64(clamping: max(sysconf(Int32(_SC_CLK_TCK)), 1)), lead: lnx_proc_lead())

  /// The ticks that /proc shows for a start time in nanoseconds (`nsec_to_clock_t` of `timens_add_boottime_ns`).
  func ticks(ofStart start: UInt64) -> UInt64 { (start &+ lead) / tick }

  /// The earliest start time in nanoseconds for which /proc shows these ticks.
  func start(ofTicks ticks: UInt64) -> UInt64 { ticks &* tick &- lead }
}
