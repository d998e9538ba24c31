internal import CLinux
internal import Glibc

/// Start times as /proc/PID/stat has them: clock ticks since boot, from Linux 5.11 on by the clock of the time namespace
/// of the reader, where the kernel's own events have nanoseconds by the kernel's clock.
struct ProcClock {
  /// Nanoseconds.
  let tick: UInt64
  /// How far /proc's times are ahead, nanoseconds; modulo 2^64 when they are behind.
  private let lead: UInt64

  init(tick: UInt64, lead: Int64) {
    self.tick = max(tick, 1)
    self.lead = UInt64(bitPattern: lead)
  }

  /// This program's.
  static let own = ProcClock(
    tick: 1_000_000_000 / UInt64(clamping: max(sysconf(Int32(_SC_CLK_TCK)), 1)), lead: lnx_proc_lead())

  /// What /proc has for a process with this start time (`nsec_to_clock_t` of `timens_add_boottime_ns`).
  func ticks(ofStart start: UInt64) -> UInt64 { (start &+ lead) / tick }

  /// The earliest start time that /proc has this for.
  func start(ofTicks ticks: UInt64) -> UInt64 { ticks &* tick &- lead }
}
