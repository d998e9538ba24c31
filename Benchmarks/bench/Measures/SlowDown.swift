/// How much longer a storm takes while it is traced.
struct SlowDown {
  var pairs: Int
  var processes: Int

  private static let kinds: [TracerKind] = [.log, .view, .execsnoop, .bpftrace]

  func measure(in scratch: Scratch) throws -> Section {
    var slower: [TracerKind: Samples] = [:]
    let storm = Storm(count: processes)
    var quiet = Quiet(), times: [Double] = []
    for pair in 0..<pairs {
      for kind in Self.kinds.rotated(by: pair) {
        progress("slow-down, pair \(pair + 1) of \(pairs): \(kind.name)")
        func untraced() throws -> Double {
          try quiet.measure(starting: processes) { Double(try storm.run(in: scratch)) }
        }
        func traced() throws -> Double {
          let tracer = try Tracer.tracing(kind, in: scratch)
          let time = try quiet.measure(beside: tracer, starting: processes) {
            Double(try storm.run(beside: tracer, in: scratch))
          }
          tracer.stop()
          return time
        }
        // Either goes first equally often, so that a drift of the system favours neither.
        let without: Double, with: Double
        if pair % 2 == 0 {
          without = try untraced()
          with = try traced()
        } else {
          with = try traced()
          without = try untraced()
        }
        slower[kind, default: Samples()].add(with / without - 1)
        times.append(without)
      }
    }
    let rate = Double(processes) / Samples(times).median * 1e9
    let noise = Samples(zip(times, times.dropFirst()).map { abs($1 / $0 - 1) }).median
    func median(_ kind: TracerKind) -> Double { slower[kind]?.median ?? .nan }
    func row(_ title: String, _ kind: TracerKind) -> Row {
      Row(
        title: title, unit: .percent, ours: median(kind), execsnoop: median(.execsnoop),
        bpftrace: median(.bpftrace), target: .atMost(0.05))
    }
    return Section(
      title: "Slow-down of a storm",
      rows: [row("longer with `log`", .log), row("longer with the view", .view)],
      isReliable: quiet.isReliable,
      meaning: [
        """
        The median over \(pairs) pairs of storms, one with and one without the tracer, right after each other. Without a \
        tracer the storm makes \(fixed(rate, digits: 0)) processes a second here, and half of these storms differ from \
        the one before by more than \(fixed(noise * 100, digits: 1)) %. The parent waits for each child's exec, so the \
        tracer's own CPU time counts too if a child has to wait for a core.\(quiet.remark)
        """
      ])
  }
}
