internal import ProcessTree

extension DetailWriter {
  /// What is missing of the process because it was lost.
  mutating func writeGaps() {
    let gaps = node.gaps
    let texts: [(gap: ProcessGaps, text: DisplayText)] = [
      (.fork, "its fork: what it was at first is taken from its parent"),
      (.exec, node.imageIsOutdated ? "an exec: what it runs now is not known yet" : "an exec: programs may be missing"),
      (.failedExec, "a failed exec"),
      (.exit, "its exit: how it ended is not known"),
      (.program, "its program: gone before /proc was read"),
      (.parents, "parents that had exited: forgotten, since they were too many"),
    ]
    var label: DisplayText = "lost"
    for (gap, text) in texts where gaps.contains(gap) {
      field(label, "\(label.isEmpty ? "" : "\(glyphs.incomplete) ")\(text)", style: Style(.warning))
      label = ""
    }
    if tree.mayLackEvents(node.id) {
      field(label, "perhaps other events, among those of which nobody knows whose they were", style: Style(.warning))
    }
  }
}
