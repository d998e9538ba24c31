import CLinux
import Glibc

/// How soon it traces, and how soon it shows.
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
      title: "How soon it is there",
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
        While \(grouped(crowd)) processes sleep; medians of \(rounds) starts.\(quiet.remark)

        - **Until the first exec is caught**: from before the tracer's own start, a program is started each \
        millisecond. The time is that after which the first of those that it printed had begun to run, so it may be a \
        millisecond too long, and never too short.
        - **Until the whole tree is on the screen**: until the terminal has received a frame whose tree counts all \
        processes that run, to its last line.
        """
      ])
  }

  /// In nanoseconds from before its start.
  private func timeUntilAttached(_ kind: TracerKind, in scratch: Scratch) throws -> Double {
    let tracer = try Tracer(kind, in: scratch)
    var runningAt: [UInt64] = []
    let end = tracer.child.startedAt + 30_000_000_000
    // Those who gather their output show the first only after many.
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

  /// In nanoseconds from before its start.
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

  /// What a terminal of 40 rows was sent so far.
  private struct Screen {
    /// How many processes run, as the tree's title says.
    let running: Int
    /// The last row was drawn too, which is the last of a frame.
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
