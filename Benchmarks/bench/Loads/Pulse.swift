import CLinux
import Glibc

/// So many starts of a program each second, evenly, as far as the machine makes them.
struct Pulse {
  /// Processes a second: a multiple of 10, or 1.
  var rate: Int

  /// Runs for some seconds.
  ///
  /// - Parameter rest: lets time pass until a moment, in nanoseconds since boot.
  /// - Returns: how many were started.
  /// - Throws: `BenchError`.
  func run(seconds: Int, in scratch: Scratch, rest: (UInt64) -> Void) throws -> Int {
    let start = lnx_boot_time()
    let perSecond = min(rate, 10)
    var started = 0
    for beat in 0..<seconds * perSecond {
      rest(start + UInt64(beat) * 1_000_000_000 / UInt64(perSecond))
      // Where the machine does not make as many, time ends it.
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
