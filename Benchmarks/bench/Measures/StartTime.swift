import CLinux
import Glibc

/// How soon a tracer traces, and how soon it shows the first event.
struct StartTime {
  var rounds: Int
  var crowd: Int

  private static let kinds: [TracerKind] = [.log, .view, .execsnoop, .bpftrace]

  func measure(in scratch: Scratch) throws -> Section {
    let sleeping = try Crowd(count: crowd, in: scratch)
    var attached: [TracerKind: Samples] = [:]
    var shown = Samples()
    var quiet = Quiet()
    for round in 0..<rounds {
      for kind in Self.kinds.rotated(by: round) {
        progress("start, round \(round + 1) of \(rounds): \(kind.name)")
        if kind == .view {
          shown.add(try quiet.measure { try timeUntilShown(in: scratch) })
        } else {
          attached[kind, default: Samples()].add(
            try quiet.measure(starting: 1000) { try timeUntilAttached(kind, in: scratch) })
        }
      }
    }
    withExtendedLifetime(sleeping) {}
    func median(_ kind: TracerKind) -> Double { attached[kind]?.median ?? .nan }
    return Section(
      title: "Start time",
      rows: [
        Row(
          title: "until the first exec is caught, `log`", unit: .milliseconds, ours: median(.log),
          execsnoop: median(.execsnoop), bpftrace: median(.bpftrace), target: .atMost(50e6)),
        Row(
          title: "until the whole tree is on the screen", unit: .milliseconds, ours: shown.median,
          target: .atMost(100e6)),
      ],
      isReliable: quiet.isReliable,
      meaning: [
        """
        Medians of \(rounds) starts, with \(grouped(crowd)) sleeping processes.\(quiet.remark)

        - **Until the first exec is caught**: before the tracer starts, the benchmark starts a program each \
        millisecond. The figure is the time until the start of the first program that the tracer printed. It may be a \
        millisecond too long, and is never too short.
        - **Until the whole tree is on the screen**: until the terminal has received the last line of a frame whose tree \
        counts all running processes.
        """
      ])
  }

  /// In nanoseconds, from before its start.
  private func timeUntilAttached(_ kind: TracerKind, in scratch: Scratch) throws -> Double {
    let tracer = try Tracer(kind, in: scratch)
    var runningAt: [UInt64] = []
    let end = tracer.child.startedAt + 30_000_000_000
    // Tracers that buffer their output show the first event only after many.
    while ProcFiles.size(tracer.output) < 4096, lnx_boot_time() < end {
      try Child([Paths.stormChild, "serial", "\(runningAt.count)"]).wait()
      runningAt.append(lnx_boot_time())
      usleep(500)
    }
    tracer.stop()
    let words = ProcFiles.lines(tracer.output).lazy.map { $0.split(separator: " ") }
    guard let line = words.first(where: { $0.dropLast().last == "serial" }), let serial = Int(line.last ?? ""),
      runningAt.indices.contains(serial)
    else { throw BenchError("\(kind.name) caught no exec") }
    return Double(runningAt[serial] - tracer.child.startedAt)
  }

  /// In nanoseconds, from before its start.
  private func timeUntilShown(in scratch: Scratch) throws -> Double {
    let tracer = try Tracer(.view, in: scratch)
    guard let terminal = tracer.terminal else { throw BenchError("the view has no terminal") }
    terminal.keepsText = true
    let end = tracer.child.startedAt + 30_000_000_000
    while lnx_boot_time() < end {
      guard terminal.read(within: 100) else { continue }
      let time = lnx_boot_time()
      if let screen = Screen(of: terminal.text), screen.running >= crowd, screen.isWhole {
        tracer.stop()
        return Double(time - tracer.child.startedAt)
      }
    }
    throw BenchError("the view shows no tree of \(crowd) processes")
  }

  /// What a terminal of 40 rows has received.
  private struct Screen {
    /// The number of running processes in the title of the tree.
    let running: Int
    /// Whether the last row was drawn, which is the last of a frame.
    let isWhole: Bool

    init?(of bytes: [UInt8]) {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let word = text.ranges(of: " running").first else { return nil }
      let digits = text[..<word.lowerBound].reversed().prefix { $0.isNumber || $0 == "," }.filter(\.isNumber)
      running = Int(String(digits.reversed())) ?? 0
      // Cursor movements to row 40.
      isWhole = ["\u{1b}[40;", "\u{1b}[40d"].contains { text[word.upperBound...].contains($0) }
    }
  }
}
