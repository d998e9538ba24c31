import CLinux
import Glibc

/// A running tracer of the whole system. The text forms write to a file, the view to a terminal of 120 × 40.
final class Tracer {
  let kind: TracerKind
  let child: Child
  let terminal: PseudoTerminal?
  /// Its output file; nil for the view.
  let output: String

  /// Starts it; it may not trace yet.
  /// - Parameter withScreen: whether to keep the contents of the view's terminal.
  /// - Throws: `BenchError`.
  init(_ kind: TracerKind, in scratch: Scratch, withScreen: Bool = false) throws {
    self.kind = kind
    output = scratch["\(kind)"]
    if kind == .view {
      let terminal = try PseudoTerminal(columns: 120, rows: 40)
      if withScreen { terminal.screen = ScreenText(columns: 120, rows: 40) }
      self.terminal = terminal
      child = try Child(kind.argv, terminal: terminal.path)
    } else {
      terminal = nil
      child = kind.makesFile ? try Child(kind.argv + [output]) : try Child(kind.argv, output: output)
    }
  }

  /// How many processes each tracer has seen before it is measured.
  static let firstStorm = 1000

  /// Starts it, and waits until its programs run in the kernel and it is idle after a first small storm.
  static func tracing(_ kind: TracerKind, in scratch: Scratch, withScreen: Bool = false) throws -> Tracer {
    try ProgramStatistics.set(true)
    let tracer = try Tracer(kind, in: scratch, withScreen: withScreen)
    let end = lnx_boot_time() + 30_000_000_000
    repeat {
      guard lnx_boot_time() < end else { throw BenchError("\(kind.name) does not trace") }
      tracer.rest(milliseconds: 20)
      try Child([Paths.stormChild]).wait()
    } while tracer.programs.runs == 0
    try ProgramStatistics.set(false)
    _ = try Storm(count: firstStorm).run(beside: tracer, in: scratch)
    tracer.waitUntilIdle()
    return tracer
  }

  var cpuTime: UInt64 { ProcFiles.cpuTime(pid: child.pid) }
  var programs: (nanoseconds: UInt64, runs: UInt64) { ProcFiles.programs(pid: child.pid) }
  var memory: (peak: UInt64, now: UInt64) { ProcFiles.memory(pid: child.pid) }

  /// Waits until it has done its work: until it uses less than a hundredth of a CPU.
  func waitUntilIdle() {
    var before = cpuTime
    for _ in 0..<600 {
      rest(milliseconds: 100)
      let now = cpuTime
      if now - before < 1_000_000 { return }
      before = now
    }
  }

  /// Waits, without letting the terminal fill up.
  func rest(milliseconds: Int32) {
    let end = lnx_boot_time() + UInt64(milliseconds) * 1_000_000
    while true {
      let now = lnx_boot_time()
      guard now < end else { return }
      let rest = Int32((end - now + 999_999) / 1_000_000)
      if let terminal { terminal.read(within: rest) } else { usleep(UInt32(rest) * 1000) }
    }
  }

  /// Quits it with its key.
  func stop() {
    guard let terminal else {
      child.end(with: SIGINT)
      return
    }
    terminal.type("q")
    child.wait(reading: terminal)
  }
}
