internal import ProcessTree

extension DetailWriter {
  /// What everything below the process adds up to.
  mutating func writeBelow() {
    let below = node.below
    title("Below", note: "\(.count(below.processes)) \(below.processes == 1 ? "process" : "processes")")
    field("children", .count(node.childCount))
    field("running", .count(below.running))
    field("execs", .count(below.execs))
    if below.failedExecs > 0 {
      let execs: DisplayText = below.failedExecs == 1 ? "exec" : "execs"
      field("failed", "\(.count(below.failedExecs)) \(execs)", style: Style(.failed))
    }
    if below.processes > below.running { field("CPU", "\(.duration(below.cpuTime, glyphs)) of those that ended") }
    if let longest = node.longestRunBelow { field("longest", .duration(longest, glyphs)) }
  }
}
