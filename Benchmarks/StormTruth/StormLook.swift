internal import CLinux
internal import Glibc
internal import ProcessTree
internal import Trace

/// A trace that begins and ends in the middle of a storm, and what it made of the storm's children.
package struct StormLook: Sendable {
  /// What was not as it should be, in processes.
  package struct Verdict: Sendable, Equatable {
    package var missing = 0
    package var doubled = 0
    /// Arguments, number of execs, end, or a mark.
    package var wrong = 0
    /// More without an end than a storm has alive at once.
    package var withoutEnd = 0
    package var lost: UInt64 = 0

    package init() {}
  }

  /// Between the two nothing may be missed, nanoseconds since boot.
  private let attached: UInt64
  private let stopping: UInt64
  private let children: [ProcessNode]
  private let lost: UInt64

  /// Starts to trace, and stops when it has seen some of the storm.
  /// - Parameter storm: the pid of the fixture.
  /// - Throws: `TraceError`.
  package init(at storm: Int32) throws {
    let mailbox = try Mailbox()
    let settings = TraceSettings()
    let trace = try KernelTrace(settings)
    let attached = lnx_boot_time()
    // The kernel's side gathers while /proc is not read yet: what is in both must be one.
    usleep(5000)
    let collector = try Collector(start: Collector.prepare(trace, settings: settings, mailbox: mailbox))
    var tree = ProcessTree()
    var execs = 0
    func take() {
      for event in mailbox.take() {
        _ = tree.apply(event)
        if case .exec(let exec) = event, exec.time > attached, exec.process.parent?.pid == storm { execs += 1 }
      }
    }
    let giveUp = attached + 30_000_000_000
    while execs < 100, lnx_boot_time() < giveUp {
      var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&descriptor, 1, 1000)
      take()
    }
    self.attached = attached
    stopping = lnx_boot_time()
    collector.stop()
    take()
    let parent = tree.runningProcess(pid: storm)
    children = parent.map { tree.children(of: $0).compactMap { tree[$0] } } ?? []
    // Who ended before /proc was read is in the tree all the same.
    lost = tree.totals.lost.total - tree.totals.lost.procRaces
  }

  /// What came of it, held against the storm's own log.
  /// - Returns: how many children it must have seen from their fork on, and what is not so.
  package func verdict(truth: [Birth]) -> (seen: Int, verdict: Verdict) {
    var verdict = Verdict()
    verdict.lost = lost
    // No pid comes again in so short a time.
    var found: [Int32: ProcessNode] = [:]
    for node in children {
      if found.updateValue(node, forKey: node.id.pid) != nil { verdict.doubled += 1 }
    }
    var seen = 0, unfinished = 0
    // A child is there when the next one is forked; it may still be about to run its program then.
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
