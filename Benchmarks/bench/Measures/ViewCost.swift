/// What the interactive view costs in a storm.
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
        tracer.settle()
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
        Row(title: "drawn", unit: .kibibytesPerSecond, ours: drawn.median),
        Row(title: "execs a second meanwhile", unit: .count, ours: rate.median),
        Row(title: "resident after at least \(grouped(processes)) processes", unit: .mebibytes, ours: resident.median),
        Row(title: "resident at the peak", unit: .mebibytes, ours: peak.median),
      ],
      isReliable: quiet.isReliable,
      meaning: [
        """
        - **Share of one core** is the view's time on a CPU from the start of a storm until it has come to rest, by the \
        storm's length. It runs in a terminal of 120 × 40 that takes everything at once, so this is also the most that \
        it ever sends: **drawn**.
        - **Resident**: the view remembers every process, up to 200,000 of them.\(quiet.remark)
        """
      ])
  }
}
