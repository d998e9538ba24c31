internal import Tree

extension DetailWriter {
  /// Writes which data of the process is missing because events were lost.
  mutating func writeGaps() {
    let gaps = node.gaps
    let texts: [(gap: ProcessGaps, text: DisplayText)] = [
      (.fork, "its fork: initial values are copied from its parent"),
      (.exec, node.imageIsOutdated ? "an exec: the current program is unknown" : "an exec: programs may be missing"),
      (.failedExec, "a failed exec"),
      (.exit, "its exit: the exit status is unknown"),
      (.program, "its program: gone before /proc was read"),
      (.parents, "exited ancestors: forgotten to stay within the limits"),
    ]
    var label: DisplayText = "lost"
    for (gap, text) in texts where gaps.contains(gap) {
      field(label, "\(label.isEmpty ? "" : "\(glyphs.incomplete) ")\(text)", style: Style(.warning))
      label = ""
    }
    if tree.mayLackEvents(node.id) {
      field(label, "possibly more: some lost events belong to an unknown process", style: Style(.warning))
    }
  }
}
