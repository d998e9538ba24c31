import CLinux
import Glibc

/// Starts a number of programs each second, evenly, as far as the system can.
struct Pulse {
  /// Processes a second: a multiple of 10, or 1.
  var rate: Int

  /// Runs for some seconds.
  ///
  /// - Parameter rest: waits until a time, in nanoseconds since boot.
  /// - Returns: how many programs were started.
  /// - Throws: `BenchError`.
  func run(seconds: Int, in scratch: Scratch, rest: (UInt64) -> Void) throws -> Int {
    let start = lnx_boot_time()
    let perSecond = min(rate, 10)
    var started = 0
    for beat in 0..<seconds * perSecond {
      rest(start + UInt64(beat) * 1_000_000_000 / UInt64(perSecond))
      // A system that cannot start as many ends by time.
      guard lnx_boot_time() - start < UInt64(seconds) * 1_000_000_000 else { break }
      let count = rate / perSecond
      if count <= 10 {
        for _ in 0..<count { try Child([Paths.stormChild]).wait() }
      } else {
        let child = try Child([Paths.fixture, "storm", "\(count)", scratch["pulse"], "0"])
        while child.statusIfEnded == nil { rest(lnx_boot_time() + 1_000_000) }
      }
      started += count
    }
    rest(start + UInt64(seconds) * 1_000_000_000)
    return started
  }
}
