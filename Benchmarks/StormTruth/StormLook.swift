internal import CLinux
internal import Events
internal import Glibc
internal import Trace
internal import Tree

/// A trace that starts and stops in the middle of a storm, compared with the storm's own log.
package struct StormLook: Sendable {
  /// Differences, in processes.
  package struct Verdict: Sendable, Equatable {
    /// Children that the tree does not have.
    package var missing = 0
    /// Children that the tree has more than once.
    package var doubled = 0
    /// Children with other arguments, number of execs or exit status, or with a mark.
    package var wrong = 0
    /// More running children than a storm has at a time.
    package var withoutEnd = 0
    /// Events that the tracer reported as lost.
    package var lost: UInt64 = 0

    /// No differences.
    package init() {}
  }

  /// No event between these two times may be missed, in nanoseconds since boot.
  private let attached: UInt64
  private let stopping: UInt64
  private let children: [ProcessNode]
  private let lost: UInt64

  /// Starts a trace, and stops it after a part of the storm.
  /// - Parameter storm: the pid of the fixture.
  /// - Throws: `TraceError`.
  package init(at storm: Int32) throws {
    let mailbox = try Mailbox()
    let settings = TraceSettings()
    let trace = try KernelTrace(settings)
    let attached = lnx_boot_time()
    // Events gather before /proc is read: a process in both must be one node.
    usleep(5000)
    let collector = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    var tree = ProcessTree()
    var execs = 0
    func receive() {
      for event in mailbox.drain().joined() {
        _ = tree.apply(event)
        if case .exec(let exec) = event, exec.time > attached, exec.process.parent?.pid == storm { execs += 1 }
      }
    }
    let giveUp = attached + 30_000_000_000
    while execs < 100, lnx_boot_time() < giveUp {
      var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, 1000)
      receive()
    }
    self.attached = attached
    stopping = lnx_boot_time()
    collector.stop()
    receive()
    let parent = tree.runningProcess(pid: storm)
    children = parent.map { tree.children(of: $0).compactMap { tree[$0] } } ?? []
    // Processes that exited before /proc was read are in the tree too.
    lost = tree.totals.lost.total - tree.totals.lost.procRaces
  }

  /// Compares the trace with the storm's own log.
  /// - Returns: how many children it must have seen from their fork on, and the differences.
  package func verdict(truth: [Birth]) -> (seen: Int, verdict: Verdict) {
    var verdict = Verdict()
    verdict.lost = lost
    // No pid is reused in so short a time.
    var found: [Int32: ProcessNode] = [:]
    for node in children {
      if found.updateValue(node, forKey: node.id.pid) != nil { verdict.doubled += 1 }
    }
    var seen = 0, unfinished = 0
    // A child exists when the next one is forked, and may not have executed its program yet.
    for (birth, next) in zip(truth, truth.dropFirst()) where birth.time > attached && next.time < stopping {
      seen += 1
      guard let node = found[birth.pid] else {
        verdict.missing += 1
        continue
      }
      guard let end = node.end else {
        unfinished += 1
        continue
      }
      let argv = StringVector(["storm-child", "serial", "\(birth.serial)"])
      let isTrue = node.image?.argv == argv && node.execCount == 1 && end.status == ExitStatus(code: 0)
      if !isTrue || node.marks != [] { verdict.wrong += 1 }
    }
    verdict.withoutEnd = max(0, unfinished - 16)
    return (seen, verdict)
  }
}
