internal import CLinux
internal import Glibc
package import ProcessTree
internal import Trace

/// Traces the machine while a storm runs, and takes the census of its children as they end.
package final class StormWatch {
  private let mailbox: Mailbox
  private let collector: Collector
  private var tree: ProcessTree
  private var awaited: (pid: Int32, count: Int, arguments: [String])?
  private var storm: ProcessID?
  private var census: StormCensus?
  private var isStopped = false
  /// The storm's own process has ended, and so has each of its children.
  package private(set) var stormHasEnded = false

  /// - Parameter limits: may be far less than the storm: each child is looked at when it ends, and may be forgotten then.
  /// - Throws: `TraceError`.
  package init(limits: Limits = Limits(processes: 20_000, logLines: 16)) throws {
    mailbox = try Mailbox()
    let settings = TraceSettings()
    let trace = try KernelTrace(settings)
    collector = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    tree = ProcessTree(limits: limits)
  }

  deinit { stop() }

  /// Says which storm it is about: one that was started after this watch.
  package func expect(storm pid: Int32, count: Int, arguments: [String]) {
    awaited = (pid, count, arguments)
  }

  /// Takes in what has happened; waits a while where nothing has.
  package func take() {
    var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, 100)
    for event in mailbox.take() {
      _ = tree.apply(event)
      if let awaited, case .fork(let fork) = event, fork.process.id.pid == awaited.pid {
        storm = fork.process.id
        census = StormCensus(of: fork.process.id, count: awaited.count, arguments: awaited.arguments)
        self.awaited = nil
      }
      census?.look(after: event, in: tree)
      if case .exit(let exit) = event, exit.process.id == storm { stormHasEnded = true }
    }
  }

  private func stop() {
    if !isStopped { collector.stop() }
    isStopped = true
  }

  /// Ends the trace.
  /// - Returns: what the census found, and how many events were lost by the tracer's own account.
  package func finish(truth: [Birth]) -> (verdict: StormCensus.Verdict, lost: UInt64) {
    stop()
    take()
    var verdict = StormCensus.Verdict()
    verdict.missing = truth.count
    return (census?.verdict(truth: truth) ?? verdict, tree.totals.lost.total - tree.totals.lost.procRaces)
  }
}
