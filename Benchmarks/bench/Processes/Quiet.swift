import Glibc

/// Checks whether other programs use the system, which makes measured times worthless.
struct Quiet {
  /// How many measurements were disturbed by other programs, and how many there were.
  private(set) var disturbed = 0
  private(set) var measured = 0

  /// Waits until nine tenths of all CPUs are idle, for at most 5 s.
  /// - Parameter rest: waits for a fifth of a second, without letting a terminal fill up.
  /// - Returns: whether they are idle.
  private func wait(_ rest: () -> Void) -> Bool {
    for _ in 0..<25 {
      let before = Self.ticks()
      rest()
      let now = Self.ticks()
      if (now.idle - before.idle) * 10 >= (now.all - before.all) * 9 { return true }
    }
    return false
  }

  /// Measures while the system is idle: waits for that before, and repeats the measurement once when other programs
  /// started processes meanwhile.
  /// - Parameter processes: how many the measurement itself starts.
  mutating func measure<Result>(
    beside tracer: Tracer? = nil, starting processes: Int = 0, _ body: () throws -> Result
  ) rethrows -> Result {
    func rest() {
      for _ in 0..<10 {
        if let terminal = tracer?.terminal { terminal.read(within: 20) } else { usleep(20_000) }
      }
    }
    return try measure(starting: processes, resting: rest, body)
  }

  /// The same with a load.
  /// - Parameter rest: waits for a fifth of a second.
  mutating func measure<Result>(
    starting processes: Int, resting rest: () -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    measured += 1
    var tries = 0
    while true {
      tries += 1
      let wasQuiet = wait(rest)
      let before = Self.forks()
      let result = try body()
      let others = Int(Self.forks() - before) - processes
      if wasQuiet && others <= 100 + processes / 50 { return result }
      if tries == 2 {
        disturbed += 1
        return result
      }
    }
  }

  /// Whether the result may be compared with a target: at least half of the measurements were not disturbed.
  var isReliable: Bool { disturbed * 2 <= measured }

  /// A sentence for the report; empty where nothing was disturbed.
  var remark: String {
    disturbed == 0 ? "" : " Other programs kept the machine busy during \(disturbed) of \(measured) measurements."
  }

  /// Clock ticks of all processors since boot; see proc(5).
  private static func ticks() -> (idle: UInt64, all: UInt64) {
    let numbers = (ProcFiles.lines("/proc/stat").first ?? "").split(separator: " ").compactMap { UInt64($0) }
    guard numbers.count > 7 else { return (0, 0) }
    return (numbers[3] + numbers[4], numbers[..<8].reduce(0, +))
  }

  /// Processes and threads started since boot.
  private static func forks() -> UInt64 {
    let line = ProcFiles.lines("/proc/stat").first { $0.hasPrefix("processes ") }
    return line?.split(separator: " ").last.flatMap { UInt64($0) } ?? 0
  }
}
