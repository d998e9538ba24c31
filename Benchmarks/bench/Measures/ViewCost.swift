/// The cost of the interactive view in a storm.
struct ViewCost {
  var rounds: Int
  var processes: Int

  func measure(in scratch: Scratch) throws -> Section {
    var share = Samples(), drawn = Samples(), rate = Samples(), peak = Samples(), resident = Samples()
    var quiet = Quiet()
    for round in 0..<rounds {
      progress("the view, round \(round + 1) of \(rounds)")
      let tracer = try Tracer.tracing(.view, in: scratch)
      let cost = try quiet.measure(beside: tracer, starting: processes) {
        let cpu = tracer.cpuTime, bytes = tracer.terminal?.bytes ?? 0
        let time = Double(try Storm(count: processes).run(beside: tracer, in: scratch))
        let drawn = Double((tracer.terminal?.bytes ?? 0) - bytes)
        tracer.waitUntilIdle()
        return (cpu: Double(tracer.cpuTime - cpu), time: time, drawn: drawn)
      }
      share.add(cost.cpu / cost.time)
      drawn.add(cost.drawn / cost.time * 1e9)
      rate.add(Double(processes) / cost.time * 1e9)
      let memory = tracer.memory
      peak.add(Double(memory.peak))
      resident.add(Double(memory.now))
      tracer.stop()
    }
    return Section(
      title: "The view in a storm",
      rows: [
        Row(title: "share of one core, 120 × 40", unit: .percent, ours: share.median, target: .atMost(0.25)),
        Row(title: "output to the terminal", unit: .kibibytesPerSecond, ours: drawn.median),
        Row(title: "execs a second during the storm", unit: .count, ours: rate.median),
        Row(title: "resident after at least \(grouped(processes)) processes", unit: .mebibytes, ours: resident.median),
        Row(title: "resident at the peak", unit: .mebibytes, ours: peak.median),
      ],
      isReliable: quiet.isReliable,
      meaning: [
        """
        - **Share of one core** is the CPU time of the view from the start of a storm until the view is idle again, \
        divided by the length of the storm. It runs in a terminal of 120 × 40 that accepts all output at once, so \
        **output to the terminal** is the most that the view ever sends.
        - **Resident**: the view remembers every process, up to 200,000 of them.\(quiet.remark)
        """
      ])
  }
}
