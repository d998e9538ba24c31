internal import Tree

extension DetailWriter {
  /// Writes the sums over the descendants of the process.
  mutating func writeBelow() {
    let below = node.below
    title("Descendants", note: .count(below.processes))
    field("children", .count(node.childCount))
    field("running", .count(below.running))
    field("execs", .count(below.execs))
    if below.failedExecs > 0 {
      let execs: DisplayText = below.failedExecs == 1 ? "exec" : "execs"
      field("failed", "\(.count(below.failedExecs)) \(execs)", style: Style(.failed))
    }
    if below.processes > below.running { field("CPU", "\(.duration(below.cpuTime, glyphs)) (exited)") }
    if let longest = node.longestRunBelow { field("longest", .duration(longest, glyphs)) }
  }
}
