/// The cost of a tracer while next to nothing happens.
struct QuietCost {
  var rounds: Int
  var seconds: Int

  private static let kinds: [TracerKind] = [.log, .view, .execsnoop, .bpftrace]

  func measure(in scratch: Scratch) throws -> Section {
    // All at once, so that all of them see the same few events.
    let tracers = try Self.kinds.map { try Tracer.tracing($0, in: scratch) }
    for tracer in tracers { tracer.waitUntilIdle() }
    var cpu: [TracerKind: Samples] = [:], switches: [TracerKind: Samples] = [:]
    var execs = Samples()
    func count() -> Int { ProcFiles.lines(tracers[0].output).count }
    for round in 0..<rounds {
      progress("quiet, round \(round + 1) of \(rounds)")
      let before = tracers.map { ($0.cpuTime, ProcFiles.contextSwitches(pid: $0.child.pid)) }
      let lines = count()
      // The view also changes with time: its terminal is read.
      for _ in 0..<seconds { for tracer in tracers where tracer.terminal != nil { tracer.rest(milliseconds: 1000) } }
      for (tracer, (time, number)) in zip(tracers, before) {
        cpu[tracer.kind, default: Samples()].add(Double(tracer.cpuTime - time))
        switches[tracer.kind, default: Samples()]
          .add(Double(ProcFiles.contextSwitches(pid: tracer.child.pid) - number))
      }
      execs.add(Double(count() - lines))
    }
    for tracer in tracers { tracer.stop() }
    func row(_ title: String, _ unit: Unit, _ kind: TracerKind, _ samples: [TracerKind: Samples]) -> Row {
      func median(_ kind: TracerKind) -> Double { samples[kind]?.median ?? .nan }
      return Row(
        title: title, unit: unit, ours: median(kind), execsnoop: median(.execsnoop), bpftrace: median(.bpftrace))
    }
    return Section(
      title: "A quiet machine",
      rows: [
        row("own CPU in \(seconds) s, `log`", .microseconds, .log, cpu),
        row("own CPU in \(seconds) s, view", .microseconds, .view, cpu),
        row("context switches, `log`", .count, .log, switches),
        row("context switches, view", .count, .view, switches),
      ],
      meaning: [
        """
        \(seconds) seconds in which the machine itself made \(fixed(execs.median, digits: 0)) execs; the median of \
        \(rounds) such periods. All tracers ran at the same time, so each saw the same events.
        """
      ])
  }
}
