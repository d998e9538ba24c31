import Glibc
import StormTruth

/// Whether the tree is right: compares it with the log of the program that started the processes.
struct Truth {
  var processes: Int

  func measure(in scratch: Scratch) throws -> Section {
    progress("truth: \(grouped(processes)) processes")
    // Other users may have a storm of their own.
    let arguments = Storm.Shape.compile.arguments + ["-DBENCH=\(getpid())"], log = scratch["truth"]
    let watch = try StormWatch()
    let storm = try Child([Paths.fixture, "storm", "\(processes)", log, "0"] + arguments)
    watch.expect(storm: storm.pid, count: processes, arguments: arguments)
    while storm.statusIfEnded == nil { watch.receive() }
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
      title: "Correctness, process by process",
      rows: [
        row("lost events, by the tracer's own count", Int(lost)),
        row("missing processes", verdict.missing),
        row("duplicate processes", verdict.doubled),
        row("wrong parents", verdict.wrongParents),
        row("wrong arguments", verdict.wrongArguments),
        row("wrong pid, exit, number of execs, or marks", verdict.otherFaults),
      ],
      meaning: [
        """
        The storm records each process that it starts: its pid, its parent, its number. \
        \(grouped(truth.births.count)) processes at full speed, \(fixed(Double(truth.births.count) / seconds, digits: 0)) \
        a second for \(fixed(seconds, digits: 0)) s, each with thirteen arguments like those of a compiler, are looked up \
        in the tree one by one. The peak memory of this program, \(fixed(Double(memory) / 1_048_576, digits: 0)) MiB, \
        includes the storm's log.
        """
      ])
  }
}
