import CLinux
import Glibc
import ProcessTree
import StormTruth
import Trace

/// Whether all of it is true: the tree against what the one who started the processes says.
struct Truth {
  var processes: Int

  func measure(in scratch: Scratch) throws -> Section {
    progress("truth: \(grouped(processes)) processes")
    let mailbox = try Mailbox()
    let settings = TraceSettings()
    let trace = try KernelTrace(settings)
    var collector: Collector? = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    defer { collector?.stop() }
    // Smaller than the storm by far: each process is looked at when it ends, and then may be forgotten.
    var tree = ProcessTree(limits: Limits(processes: 20_000, logLines: 16))
    for event in mailbox.take() { _ = tree.apply(event) }

    let shape = Storm.Shape.compile
    let log = scratch["truth"]
    let storm = try Child([Paths.fixture, "storm", "\(processes)", log, "0"] + shape.arguments)
    var census: StormCensus?
    var status: Int32?
    func take() {
      for event in mailbox.take() {
        _ = tree.apply(event)
        if census == nil, case .fork(let fork) = event, fork.process.id.pid == storm.pid {
          census = StormCensus(of: fork.process.id, count: processes, arguments: shape.arguments)
        }
        census?.look(after: event, in: tree)
      }
    }
    while status == nil {
      var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, 100)
      take()
      status = storm.statusIfEnded
    }
    collector?.stop()
    collector = nil
    take()
    guard status == 0, let truth = StormLog(path: log), let census else {
      throw BenchError("the storm failed: status \(status ?? -1)")
    }
    return section(census.verdict(truth: truth.births), truth, lost: tree.totals.lost.total)
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
        a second for \(fixed(seconds, digits: 0)) s, each with the twelve arguments of a compiler, are looked up in the \
        tree one by one. The peak of memory in this program, \(fixed(Double(memory) / 1_048_576, digits: 0)) MiB, includes \
        the storm's log.
        """
      ])
  }
}
