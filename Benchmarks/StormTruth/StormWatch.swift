internal import CLinux
import Events
internal import Glibc
internal import Trace
package import Tree

/// Traces the system while a storm runs, and compares its children as they exit.
package final class StormWatch {
  private let mailbox: Mailbox
  private let collector: Collector
  private var tree: ProcessTree
  private var awaited: (pid: Int32, count: Int, arguments: [String])?
  private var storm: ProcessID?
  private var census: StormCensus?
  private var isStopped = false
  /// Whether the storm's process and all its children have exited.
  package private(set) var stormHasEnded = false

  /// - Parameter limits: may be far less than the storm: each child is compared at its exit, and may be forgotten then.
  /// - Throws: `TraceError`.
  package init(limits: Limits = Limits(processes: 20_000, logLines: 16)) throws {
    mailbox = try Mailbox()
    let settings = TraceSettings()
    let trace = try KernelTrace(settings)
    collector = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    tree = ProcessTree(limits: limits)
  }

  deinit { stop() }

  /// Sets the storm to compare with: one that was started after this watch.
  package func expect(storm pid: Int32, count: Int, arguments: [String]) {
    awaited = (pid, count, arguments)
  }

  /// Applies the events that have arrived; waits a while where there are none.
  package func receive() {
    var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, 100)
    for event in mailbox.drain().joined() {
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

  /// Stops the trace.
  /// - Returns: the differences, and how many events the tracer reported as lost.
  package func finish(truth: [Birth]) -> (verdict: StormCensus.Verdict, lost: UInt64) {
    stop()
    receive()
    var verdict = StormCensus.Verdict()
    verdict.missing = truth.count
    return (census?.verdict(truth: truth) ?? verdict, tree.totals.lost.total - tree.totals.lost.procRaces)
  }
}
