/// The cost of one process of a storm: in the kernel, in the tracer, and in memory.
struct StormCost {
  var rounds: Int
  var processes: Int

  private struct Figures {
    var kernel: [Storm.Shape: Samples] = [:]
    var cpu: [Storm.Shape: Samples] = [:]
    var printed = Samples()
    var peak = Samples()
    var resident = Samples()
  }

  private static let kinds: [TracerKind] = [.log, .json, .execsnoop, .bpftrace]

  func measure(in scratch: Scratch) throws -> Section {
    var figures: [TracerKind: Figures] = [:]
    var quiet = Quiet()
    for round in 0..<rounds {
      for kind in Self.kinds.rotated(by: round) {
        progress("storm cost, round \(round + 1) of \(rounds): \(kind.name)")
        try measure(kind, &figures[kind, default: Figures()], &quiet, in: scratch)
      }
    }
    return section(figures, quiet)
  }

  private func measure(_ kind: TracerKind, _ figures: inout Figures, _ quiet: inout Quiet, in scratch: Scratch) throws {
    let tracer = try Tracer.tracing(kind, in: scratch)
    var marked = 0
    for shape in Storm.Shape.allCases {
      let storm = Storm(shape: shape, count: processes)
      // Timing slows the BPF programs, which run in the processes of the storm, and not the tracer itself.
      try ProgramStatistics.set(true)
      let cost = try quiet.measure(beside: tracer, starting: processes) {
        let programs = tracer.programs.nanoseconds, cpu = tracer.cpuTime
        _ = try storm.run(beside: tracer, in: scratch)
        if shape == .compile { marked += 1 }
        tracer.waitUntilIdle()
        return (kernel: tracer.programs.nanoseconds - programs, cpu: tracer.cpuTime - cpu)
      }
      try ProgramStatistics.set(false)
      figures.kernel[shape, default: Samples()].add(Double(cost.kernel) / Double(processes))
      figures.cpu[shape, default: Samples()].add(Double(cost.cpu) / Double(processes))
    }
    let memory = tracer.memory
    figures.peak.add(Double(memory.peak))
    figures.resident.add(Double(memory.now))
    tracer.stop()
    if kind != .json {
      // By an argument that no other program on the system has.
      let mark = Storm.Shape.compile.arguments.last ?? ""
      let printed = ProcFiles.lines(tracer.output).lazy.filter { $0.contains(mark) }.count
      figures.printed.add(Double(printed) / Double(processes * marked))
    }
  }

  private func section(_ figures: [TracerKind: Figures], _ quiet: Quiet) -> Section {
    func median(_ kind: TracerKind, _ figure: (Figures) -> Samples?) -> Double {
      figures[kind].flatMap(figure)?.median ?? .nan
    }
    func row(
      _ title: String, _ unit: Unit, _ kind: TracerKind, _ target: Row.Target?, _ figure: (Figures) -> Samples?
    ) -> Row {
      Row(
        title: title, unit: unit, ours: median(kind, figure), execsnoop: median(.execsnoop, figure),
        bpftrace: median(.bpftrace, figure), target: target)
    }
    var rows: [Row] = []
    for shape in Storm.Shape.allCases {
      rows.append(
        row("kernel time per process, \(shape.name), all hooks", .microseconds, .json, .partOfPeer(1.0 / 7)) {
          $0.kernel[shape]
        })
    }
    for shape in Storm.Shape.allCases {
      rows.append(row("kernel time per process, \(shape.name), `log`", .microseconds, .log, nil) { $0.kernel[shape] })
    }
    for shape in Storm.Shape.allCases {
      rows.append(
        row("own CPU per exec, \(shape.name), `log`", .microseconds, .log, .partOfPeer(0.25)) { $0.cpu[shape] })
    }
    for shape in Storm.Shape.allCases {
      rows.append(
        row("own CPU per exec, \(shape.name), `log --json --env`", .microseconds, .json, nil) { $0.cpu[shape] })
    }
    rows += [
      row("execs of the storm printed, `log`", .percent, .log, nil) { $0.printed },
      row("resident after the storms, `log`", .mebibytes, .log, .atMost(40 * 1_048_576)) { $0.resident },
      row("resident at the peak, `log`", .mebibytes, .log, .atMost(40 * 1_048_576)) { $0.peak },
      row("resident at the peak, `log --json --env`", .mebibytes, .json, nil) { $0.peak },
    ]
    return Section(
      title: "A storm of processes", rows: rows, isReliable: quiet.isReliable,
      meaning: [
        """
        The storm is \(grouped(processes)) times vfork and exec of a static program, up to 16 at once. The figures are \
        medians of \(rounds) rounds in which the tracers take turns.\(quiet.remark)

        - **Kernel time per process** is the run time of all BPF programs of the tracer during the storm, measured by the \
        kernel (`kernel.bpf_stats_enabled`), divided by the number of processes. The traced processes pay this time. Ours \
        covers fork, exec and exit with arguments, environment, directory and paths; that of the others covers the exec \
        and its arguments only. `log` shows execs, so its row covers only the programs that it needs.
        - **Own CPU per exec** is the CPU time of the tracer's threads (`schedstat`) until it is idle again, writing to a \
        file.
        - **Printed**: the rest to 100 % was lost.
        - **Resident** is `VmRSS` and `VmHWM` after at least \(grouped(processes * 2 + Tracer.firstStorm)) processes. \
        Ours includes the pages of the 16 MiB ring that were ever used.
        """
      ])
  }
}

extension Array {
  /// So that no tracer is always measured right after the same other one.
  func rotated(by count: Int) -> [Element] { Array(self[(count % self.count)...] + self[..<(count % self.count)]) }
}
