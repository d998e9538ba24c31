import Events
import Tree

extension ProcessNode {
  /// What is below a process, and itself.
  var subtree: SubtreeCounts {
    var counts = below
    counts.processes += 1
    counts.running += isRunning ? 1 : 0
    counts.execs += execCount
    counts.failedExecs += failedExecCount
    counts.cpuTime += end?.usage?.cpuTime ?? 0
    return counts
  }
}
