import Glibc
import StormTruth

/// Whether all of it is true: the tree against what the one who started the processes says.
struct Truth {
  var processes: Int

  func measure(in scratch: Scratch) throws -> Section {
    progress("truth: \(grouped(processes)) processes")
    // Others may have a storm of their own.
    let arguments = Storm.Shape.compile.arguments + ["-DBENCH=\(getpid())"], log = scratch["truth"]
    let watch = try StormWatch()
    let storm = try Child([Paths.fixture, "storm", "\(processes)", log, "0"] + arguments)
    watch.expect(storm: storm.pid, count: processes, arguments: arguments)
    while storm.statusIfEnded == nil { watch.take() }
    guard storm.wait() == 0, let truth = StormLog(path: log) else { throw BenchError("the storm failed") }
    let (verdict, lost) = watch.finish(truth: truth.births)
    return section(verdict, truth, lost: lost)
  }

  private func section(_ verdict: StormCensus.Verdict, _ truth: StormLog, lost: UInt64) -> Section {
    func row(_ title: String, _ count: Int) -> Row {
      Row(title: title, unit: .count, ours: Double(count), target: .atMost(0))
    }
    let seconds = Double(truth.duration) / 1e9
    let memory = ProcFiles.memory(pid: getpid()).peak
    return Section(
      title: "The truth, process by process",
      rows: [
        row("events lost, as the tracer itself says", Int(lost)),
        row("processes missing", verdict.missing),
        row("processes doubled", verdict.doubled),
        row("wrong parents", verdict.wrongParents),
        row("wrong arguments", verdict.wrongArguments),
        row("wrong pid, end, number of execs, or a mark", verdict.otherFaults),
      ],
      meaning: [
        """
        The storm writes down each process that it starts: its pid, its parent, its number. \
        \(grouped(truth.births.count)) processes at full speed, \(fixed(Double(truth.births.count) / seconds, digits: 0)) \
        a second for \(fixed(seconds, digits: 0)) s, each with thirteen arguments, like a compiler's, are looked up in the \
        tree one by one. The peak of memory in this program, \(fixed(Double(memory) / 1_048_576, digits: 0)) MiB, includes \
        the storm's log.
        """
      ])
  }
}
