import Glibc

/// Whether others keep the machine busy, which no figure of time survives.
struct Quiet {
  /// How often a measurement began although the machine did not come to rest, and how often one began at all.
  private(set) var disturbed = 0
  private(set) var begun = 0

  /// Waits until nine tenths of the machine are idle, for at most 15 s.
  /// - Parameter terminal: read meanwhile, so that it does not fill up.
  mutating func wait(reading terminal: PseudoTerminal? = nil) {
    begun += 1
    for _ in 0..<75 {
      let before = Self.ticks()
      for _ in 0..<10 {
        if let terminal { terminal.read(within: 20) } else { usleep(20_000) }
      }
      let now = Self.ticks()
      if (now.idle - before.idle) * 10 >= (now.all - before.all) * 9 { return }
    }
    disturbed += 1
  }

  /// A sentence for the report; empty where all was quiet.
  var remark: String {
    disturbed == 0
      ? "" : " Others kept the machine busy at the beginning of \(disturbed) of \(begun) measurements."
  }

  /// Clock ticks of all processors since boot; see proc(5).
  private static func ticks() -> (idle: UInt64, all: UInt64) {
    let numbers = (ProcFiles.lines("/proc/stat").first ?? "").split(separator: " ").compactMap { UInt64($0) }
    guard numbers.count > 7 else { return (0, 0) }
    return (numbers[3] + numbers[4], numbers[..<8].reduce(0, +))
  }
}
